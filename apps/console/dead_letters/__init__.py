"""Dead letters: what could not be taken, and its repair."""
