"""Customers: who they are, what they ordered, what it came to."""
