"""Many rows in one statement: their values travel as one JSON parameter, on PostgreSQL and on SQLite.

A statement with a mark for each value has another text for each number of rows: the client splits it and the server
parses it anew every time (measured: a quarter of a consumer's time). One with a single parameter is always the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, models

from apps.backbone.copying import PLAIN
from apps.backbone.models import table


def among(value_type: str = "text") -> str:
    """One parameter as what a column may be: `f"name {among()}"`."""
    if connection.vendor == "postgresql":
        return f"= ANY(ARRAY(SELECT value::{value_type} FROM json_array_elements_text(%s::json)))"
    return "IN (SELECT value FROM json_each(%s))"


def among_found(select: str) -> str:
    """What a column may be, as a query of its own that is asked once: `f"id {among_found('SELECT …')}"`."""
    return f"= ANY(ARRAY({select}))" if connection.vendor == "postgresql" else f"IN ({select})"


def each() -> str:
    """One parameter as rows with a `value`, in its order."""
    return "json_array_elements_text(%s::json)" if connection.vendor == "postgresql" else "json_each(%s)"


def listed(values: Iterable[Any]) -> str:
    """The parameter for `among` and `each`."""
    native = connection.features.has_native_uuid_field
    return encoded([one.hex if isinstance(one, UUID) and not native else one for one in values])


def encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def given(fields: Sequence[Any]) -> str:
    """One parameter as the table `given` with these fields' columns; bytes come as text, see `binary`."""
    if connection.vendor == "postgresql":
        columns = ", ".join(f'"{one.column}" {_type(one)}' for one in fields)
        return f"json_to_recordset(%s::json) AS given({columns})"
    columns = ", ".join(f"json_extract(value, '$.{one.column}') AS \"{one.column}\"" for one in fields)
    return f"(SELECT {columns} FROM json_each(%s)) AS given"


def _type(field: Any) -> str:
    return "text" if isinstance(field, models.BinaryField) else str(field.db_type(connection))


def binary(column: str) -> str:
    """Text of `given` as the bytes of its UTF-8."""
    return f"convert_to({column}, 'UTF8')" if connection.vendor == "postgresql" else f"CAST({column} AS BLOB)"


def rows_of(fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> str:
    """The parameter for `given`: each row's values in the order of the fields."""
    names, plain = [one.column for one in fields], _plain()
    return encoded(
        [
            {
                name: value if type(value) in plain else _adapted(field, value)
                for name, field, value in zip(names, fields, row, strict=True)
            }
            for row in rows
        ]
    )


def _plain() -> frozenset[type]:
    """What JSON says as the database reads it: on SQLite UUIDs and instants stand as Django writes them."""
    return PLAIN if connection.vendor == "postgresql" else PLAIN - {UUID, datetime}


def _adapted(field: Any, value: Any) -> Any:
    asis = isinstance(field, models.JSONField | models.BinaryField)
    return value if asis else field.get_db_prep_save(value, connection)


def update(model: type[models.Model], keys: Sequence[str], changed: Mapping[str, bool], rows: Sequence[Any]) -> None:
    """Change columns of many rows; those that are True in `changed` grow by what is given.

    Each of `rows` has the keys' values, then those of the changed fields.
    """
    meta: Any = model._meta
    fields = [meta.get_field(name) for name in (*keys, *changed)]
    sets = ", ".join(_change(meta.get_field(name).column, grows) for name, grows in changed.items())
    same = " AND ".join(f'held."{one.column}" = given."{one.column}"' for one in fields[: len(keys)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table(model)} AS held SET {sets} FROM {given(fields)} WHERE {same}", [rows_of(fields, rows)]
        )


def _change(column: str, grows: bool) -> str:
    return f'"{column}" = held."{column}" + given."{column}"' if grows else f'"{column}" = given."{column}"'


def upsert(rows: Sequence[models.Model], keys: Sequence[str], changed: Sequence[str]) -> None:
    """Insert rows of one model, or change columns of those that are there."""
    if not rows:
        return
    meta: Any = rows[0]._meta
    fields = [one for one in meta.concrete_fields if not (one.primary_key and rows[0].pk is None)]
    columns = ", ".join(f'"{one.column}"' for one in fields)
    conflict = ", ".join(f'"{meta.get_field(name).column}"' for name in keys)
    sets = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in (meta.get_field(one).column for one in changed))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {meta.db_table} ({columns}) SELECT {columns} FROM {given(fields)} WHERE true "
            f"ON CONFLICT ({conflict}) DO UPDATE SET {sets}",
            [rows_of(fields, ([getattr(row, one.attname) for one in fields] for row in rows))],
        )
