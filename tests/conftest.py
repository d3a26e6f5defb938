"""What every test shares: a data folder of its own, never the shop's, and quick passwords."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
"""A real one takes 0.3 s for each person of a test, which nobody there is to be kept out by."""


@pytest.fixture(autouse=True, scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("waybill")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAYBILL_DATA", str(folder))
        patch.setattr(settings, "WAYBILL_DATA", folder)
        patch.setattr(settings, "PASSWORD_HASHERS", [QUICK_HASHER])
        yield folder


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page asked for in another language leaves that language to its thread, and so to the next test."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        let_the_log_be_wiped()


def let_the_log_be_wiped() -> None:
    """Between tests; its refusal is tested where it is put back."""
    from apps.backbone.topology import subscribe

    guard = import_module("apps.backbone.migrations.0002_append_only")
    with connection.schema_editor() as editor:
        guard.remove(None, editor)
    subscribe()


@pytest.fixture
def drain(db: None) -> Callable[[], int]:
    """Runs the whole backbone in this test until it is quiet: numbers, delivers, handles, without a broker."""
    from apps.backbone.drain import drain as run_to_quiet
    from apps.backbone.topology import subscribe

    subscribe()
    return run_to_quiet
