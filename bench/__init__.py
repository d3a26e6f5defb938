"""How fast the shop and its backbone are, beside others that do comparable work in the same run."""
