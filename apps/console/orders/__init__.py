"""The order page and what can be done there."""
