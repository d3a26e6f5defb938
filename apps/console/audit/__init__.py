"""The independent auditor: proves by its own SQL over the tables that the shop adds up.

It shares no code with what it checks. Table names, event types, account names and rules are written down here a second
time, so that a bug in a handler, a projection or the batch runner cannot hide itself.
"""

from apps.console.audit.examination import Count, Examination, Finding, examine

__all__ = ["Count", "Examination", "Finding", "examine"]
