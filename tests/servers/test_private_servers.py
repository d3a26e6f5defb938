"""The private servers work, come back after every kind of end, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from kombu import Connection

from project.private_servers import PrivateServers, postgresql
from project.private_servers.server import accepts_connections

QUORUM = {"x-queue-type": "quorum"}


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"


def quorum_queues(servers: PrivateServers) -> list[str]:
    return servers.rabbitmq.control("list_queues", "name", "--no-table-headers").split()


def declare(servers: PrivateServers, name: str) -> None:
    with Connection(servers.rabbitmq.url) as link:
        link.default_channel.queue_declare(name, durable=True, auto_delete=False, arguments=QUORUM)


@pytest.mark.django_db
def test_the_tests_of_this_folder_run_on_postgresql():
    assert connection.vendor == "postgresql"


@pytest.mark.django_db
def test_a_hanging_statement_frees_its_locks_by_itself():
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        statement = cursor.fetchone()
        cursor.execute("SHOW lock_timeout")
        lock = cursor.fetchone()
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        idle = cursor.fetchone()

    assert (statement, lock, idle) == (("5s",), ("2s",), ("10s",))


def test_a_quorum_queue_outlives_a_kill_and_not_a_wipe(servers: PrivateServers):
    declare(servers, "kept")

    servers.rabbitmq.kill()
    servers.rabbitmq.start()
    after_kill = quorum_queues(servers)
    servers.rabbitmq.wipe()
    servers.rabbitmq.start()
    after_wipe = quorum_queues(servers)

    assert ("kept" in after_kill, after_wipe) == (True, [])


def test_what_postgresql_confirmed_outlives_an_immediate_stop(servers: PrivateServers):
    with psycopg.connect(servers.postgresql.url, autocommit=True) as link:
        link.execute("CREATE TABLE confirmed AS SELECT 1 AS one")

    servers.postgresql.stop(immediate=True)
    servers.postgresql.start()

    with psycopg.connect(servers.postgresql.url, autocommit=True) as link:
        assert link.execute("SELECT one FROM confirmed").fetchall() == [(1,)]
        assert link.execute("SHOW fsync").fetchone() == ("on",)


def test_what_a_killed_run_left_behind_is_removed_once_its_folder_is_gone(tmp_path: Path):
    (tmp_path / "kept").mkdir()
    for name in ("kept", "gone"):
        (tmp_path / "clusters" / name).mkdir(parents=True)
        (tmp_path / "clusters" / name / "origin").write_text(str(tmp_path / name))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgresql, "OUTSIDE", tmp_path / "clusters")
        postgresql.remove_orphans()

    assert [folder.name for folder in (tmp_path / "clusters").iterdir()] == ["kept"]


def test_the_servers_end_with_a_parent_that_was_killed(tmp_path: Path):
    program = (
        "import sys; from pathlib import Path; from project.private_servers import PrivateServers;"
        "servers = PrivateServers(Path(sys.argv[1])).start();"
        "print(*[server.port for server in servers.all], servers.postgresql.folder, flush=True); input()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    *ports, folder = parent.stdout.readline().split()

    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()

    wait_until(lambda: not any(accepts_connections(int(port)) for port in ports))
    parent.stdout.close()
    parent.stdin.close()
    subprocess.run(["rm", "-rf", folder], check=True)
