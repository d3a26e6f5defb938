"""The log browser: every message there ever was, found by what, when, whose and by its words; and one of them."""
