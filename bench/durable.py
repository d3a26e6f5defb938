"""A DBOS workflow of four steps that each write one row."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from dbos import DBOS, DBOSConfig

_mine = threading.local()


def database() -> "psycopg.Connection[Any]":
    """One for each thread, kept."""
    if not hasattr(_mine, "connection"):
        _mine.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    found: psycopg.Connection[Any] = _mine.connection
    return found


@DBOS.step()
def write(workflow: str, step: int) -> int:
    database().execute("INSERT INTO dbos_step VALUES (%s, %s)", [workflow, step], prepare=True)
    return step


@DBOS.workflow()
def carry(workflow: str) -> None:
    for step in range(1, 5):
        write(workflow, step)


def carry_one(workflow: UUID) -> None:
    carry(str(workflow))


@contextmanager
def launched() -> Iterator[None]:
    url = os.environ["DATABASE_URL"]
    settings: DBOSConfig = {
        "name": "bench",
        "system_database_url": url.replace("postgres://", "postgresql://", 1),
        "log_level": "ERROR",
    }
    DBOS(config=settings)
    DBOS.launch()
    try:
        yield
    finally:
        DBOS.destroy()
