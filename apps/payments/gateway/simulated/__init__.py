"""A payment provider to practice on: a book of its own, cards that misbehave on purpose, faults to order."""
