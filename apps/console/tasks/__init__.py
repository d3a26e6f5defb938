"""Celery tasks: what each one carried, and what became of it."""
