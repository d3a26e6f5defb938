"""One pure file for each process across services."""
