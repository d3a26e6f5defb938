"""Orders: what a customer asked for, and how far it has come."""
