"""The lists of everything that there is to look at, a file for each part of the shop."""

from apps.console.admin import inventory, mail, orders, payments, people, runs, tasks, tokens

__all__ = ["inventory", "mail", "orders", "payments", "people", "runs", "tasks", "tokens"]
