"""The console's rooms, each a folder beside this file: what a room brings along is found, not listed."""

import pkgutil
from importlib import import_module
from types import ModuleType

from django.utils.module_loading import module_has_submodule

import apps.console


def every(part: str) -> list[ModuleType]:
    """This module of every room that has one (`urls`, `job`), imported."""
    names = (room.name for room in pkgutil.iter_modules(apps.console.__path__, "apps.console.") if room.ispkg)
    return [import_module(f"{name}.{part}") for name in names if module_has_submodule(import_module(name), part)]
