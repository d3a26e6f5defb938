"""Knows everyone; nobody knows it."""
