"""The simulated gateway: how badly it behaves, and demo orders that show what the shop makes of it."""
