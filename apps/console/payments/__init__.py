"""Payments as people need them: what was asked of the gateway, what came of it, and what both books say."""
