"""Periodic tasks as people see them."""
