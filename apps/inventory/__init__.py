"""Inventory: what stands in the warehouses, and for whom it is held."""
