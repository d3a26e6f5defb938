"""Which strings people read, and what they are in Traditional Chinese."""
