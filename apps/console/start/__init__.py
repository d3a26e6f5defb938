"""Forms that start work."""
