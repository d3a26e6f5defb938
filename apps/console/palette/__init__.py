"""The palette: Ctrl-K, a few letters, and there."""
