"""Private PostgreSQL, RabbitMQ and Redis for the tests in this folder, whose database is that PostgreSQL."""

import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases

from project.private_servers import PrivateServers, ServersUnavailable
from project.settings.database import postgresql
from tests.conftest import let_the_log_be_wiped

REQUIRED = "WAYBILL_REQUIRE_SERVERS"
"""Set where these tests must run: then servers that cannot be had are a failure, not a skip."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/servers/" in item.nodeid:
            item.add_marker(pytest.mark.servers)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateServers]:
    """All three, ready; a test that stops one starts it again."""
    try:
        with PrivateServers(tmp_path_factory.mktemp("servers"), keep=False) as servers:
            yield servers
    except ServersUnavailable as reason:
        if os.environ.get(REQUIRED):
            raise
        pytest.skip(f"PostgreSQL, RabbitMQ, Redis: {reason}")


@pytest.fixture(scope="package")
def django_db_setup(servers: PrivateServers, django_db_blocker: Any) -> Iterator[None]:
    """Swaps the default database for PostgreSQL while the tests of this folder run."""
    with django_db_blocker.unblock():
        before = swap_database(
            connections.configure_settings({"default": postgresql(servers.postgresql.url)})["default"]
        )
        made = setup_databases(verbosity=0, interactive=False)
        let_the_log_be_wiped()
        with connection.schema_editor() as editor:
            import_module("apps.backbone.migrations.0002_append_only").remove(None, editor)
        yield
        servers.postgresql.start()
        teardown_databases(made, verbosity=0)
        swap_database(before)


def swap_database(configuration: dict[str, Any]) -> dict[str, Any]:
    connections.close_all()
    before: dict[str, Any] = connections.settings["default"]
    connections.settings["default"] = configuration
    connections["default"] = connections.create_connection("default")
    return before
