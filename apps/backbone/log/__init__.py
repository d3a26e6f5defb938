"""The append-only table of all messages: what is written, under which lock, and in one transaction with what.

A `Unit` is one transaction's work: the streams it has locked, with their folded states, and the messages it is
going to append. They are inserted together at the end, so that a batch of a hundred commands costs a handful of
statements. Nothing outside a unit can write to the log.
"""

from apps.backbone.log.folding import execute, load, shape, state_of
from apps.backbone.log.unit import Held, NoTransaction, Unit, current, transaction, unit_of_work, witnessed, writer
from apps.backbone.log.writing import VersionConflict, append, envelope_of, listeners, open_message, send

__all__ = [
    "Held",
    "NoTransaction",
    "Unit",
    "VersionConflict",
    "append",
    "current",
    "envelope_of",
    "execute",
    "listeners",
    "load",
    "open_message",
    "send",
    "shape",
    "state_of",
    "transaction",
    "unit_of_work",
    "witnessed",
    "writer",
]
