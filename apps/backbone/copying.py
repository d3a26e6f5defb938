"""Many rows into one table at once: by COPY on PostgreSQL, by `bulk_create` elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models

from apps.backbone.models import table


def insert(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model, their primary keys given; raises Django's database errors."""
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql" or any(row.pk is None for row in rows):
        model._default_manager.bulk_create(rows)
        return
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{one.column}"' for one in fields)
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table(model)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([_adapted(one, row) for one in fields])


PLAIN = frozenset({str, int, bool, UUID, datetime, type(None)})
"""What psycopg writes as it stands; asking the field for each value costs a third of the whole insert."""


def _adapted(field: Any, row: models.Model) -> Any:
    value = getattr(row, field.attname)
    return value if type(value) in PLAIN else field.get_db_prep_save(value, connection)


def insert_keyed(rows: Sequence[models.Model]) -> None:
    """Insert rows whose automatic primary keys are to be set on them, ascending in their order."""
    if rows and connection.vendor == "postgresql":
        for row, key in zip(rows, _next_keys(type(rows[0]), len(rows)), strict=True):
            row.pk = key
    insert(rows)


def _next_keys(model: type[models.Model], count: int) -> list[int]:
    """COPY returns none, so they are fetched before."""
    key: Any = model._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table(model), key.column, count],
        )
        return sorted(row[0] for row in cursor.fetchall())
