"""Imports what registers itself: handlers, projections, queries and jobs of the services, and every saga."""

import pkgutil
from importlib import import_module

from django.utils.module_loading import module_has_submodule

import apps.sagas
from apps.backbone.saga import Saga

SERVICES = ("orders", "inventory", "payments")
ROOMS = ("commands", "events", "handlers", "projections", "queries", "jobs")


def register_everyone() -> None:
    """Once at start, in the main thread, before anything runs: a registry found half-filled would lose messages."""
    from apps.backbone import saga_runner

    for app in (*SERVICES, "console"):
        for room in ROOMS:
            register(app, room)
    for process in pkgutil.iter_modules(apps.sagas.__path__):
        for one in vars(import_module(f"apps.sagas.{process.name}")).values():
            if isinstance(one, Saga):
                saga_runner.register(one)


def register(app: str, room: str) -> None:
    package = import_module(f"apps.{app}")
    if module_has_submodule(package, room):
        import_module(f"apps.{app}.{room}")
