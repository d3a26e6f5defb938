"""Read models: how far they are behind, what rebuilding them from the log says; and what the last audit found."""
