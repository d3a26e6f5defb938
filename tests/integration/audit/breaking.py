"""Tools to break a shop behind its back, on SQLite."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from apps.backbone import clock
from apps.backbone.saga import identity
from tests.integration.audit.every_state import (
    AFTERWARDS,
)

Change = Callable[[], None]
Break = tuple[Change, tuple[str, ...]]
"""What is done, and the invariants that it must turn red: these, and no others."""


def run(sql: str, *parameters: Any) -> None:
    """Whatever the table's own constraints say."""
    values = [one.hex if isinstance(one, UUID) else one for one in parameters]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(sql, values)
        assert cursor.rowcount != 0, sql
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def change(sql: str, *parameters: Any) -> Change:
    return lambda: run(sql, *parameters)


def unguard(table: str) -> None:
    """The table without its constraints."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE unguarded AS SELECT * FROM {table}")
        cursor.execute(f"DROP TABLE {table}")
        cursor.execute(f"ALTER TABLE unguarded RENAME TO {table}")


def insert_command(message_type: str, body: str, cause: UUID | None = None, target: str = "orders") -> UUID:
    """A command that was numbered long ago and carried out, as far as the inbox knows."""
    message_id, now = uuid4(), clock.now() - AFTERWARDS
    run(
        "INSERT INTO backbone_message (message_id, kind, type, source, target, stream, version, schema_version, body, "
        "correlation_id, causation_id, actor, traceparent, occurred_at) "
        "VALUES (%s, 'command', %s, '/sagas', %s, '', 0, 1, %s, %s, %s, 'user:7', '', %s)",
        message_id,
        message_type,
        target,
        body,
        message_id,
        cause,
        str(now),
    )
    run(
        "INSERT INTO backbone_position (position, message_id, numbered_at) "
        "SELECT (SELECT max(position) + 1 FROM backbone_position), seq, %s FROM backbone_message WHERE message_id = %s",
        str(now),
        message_id,
    )
    run(
        "INSERT INTO backbone_inbox (consumer, message_id, state, type, position, key, tries, error_class, "
        "error_place, error, traceback, note, received_at) "
        "SELECT %s, %s, 'done', %s, max(position), '', 1, '', '', '', '', '', %s FROM backbone_position",
        f"{target}.commands",
        message_id,
        message_type,
        str(now),
    )
    return message_id


def capture_of(order_id: UUID) -> UUID:
    from tests.integration.orders.shop import shipment_of

    return identity("shipping", shipment_of(order_id), "capture")


def payment_of(order_id: UUID) -> UUID:
    return identity("checkout", order_id, "payment")


def reservation_of(order_id: UUID) -> UUID:
    return identity("checkout", order_id, "reserve")
