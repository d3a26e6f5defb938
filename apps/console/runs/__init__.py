"""Runs: sagas and jobs, from their first step to their last."""
