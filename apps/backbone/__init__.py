"""How messages are kept and carried. Knows no service."""
