"""Stock as people need it: what there is where, what is low, and what moved it."""
