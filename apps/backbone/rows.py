"""Read-model rows written together at the end of a unit of work: a batch of a hundred events costs a few statements.

A projection says `rows.create(Order(...))` and `rows.update(Order, pk, status=...)`. Changes of one row fold into one.
Nobody may read these rows again within the unit; decisions go by the streams' states, which are never behind.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models.expressions import BaseExpression

from apps.backbone import copying, log, recordsets

Model = type[models.Model]

_open: ContextVar["Rows | None"] = ContextVar("rows", default=None)


@dataclass(frozen=True)
class Plus:
    """A column that grows by `amount`, whatever it is: `rows.update(Payment, pk, voided_minor=Plus(500))`."""

    amount: int

    def on(self, held: Any) -> Any:
        return Plus(held.amount + self.amount) if isinstance(held, Plus) else held + self.amount


@dataclass
class Rows:
    """What is not yet written, by model and primary key; written in the order of these fields."""

    created: dict[Model, dict[Any, models.Model]] = field(default_factory=lambda: defaultdict(dict))
    put: dict[tuple[Model, tuple[str, ...]], dict[Any, models.Model]] = field(default_factory=lambda: defaultdict(dict))
    updated: dict[Model, dict[Any, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))

    def create(self, row: models.Model) -> None:
        self.created[type(row)][row.pk] = row

    def create_or_update(self, row: models.Model, columns: tuple[str, ...]) -> None:
        held = self.created.get(type(row), {}).get(row.pk)
        if held:
            _set(held, {name: getattr(row, name) for name in columns})
            return
        others = (rows for (model, names), rows in self.put.items() if model is type(row) and names != columns)
        if row.pk in self.updated.get(type(row), {}) or any(row.pk in rows for rows in others):
            self.write()
        self.put[type(row), columns][row.pk] = row

    def update(self, model: Model, pk: Any, columns: dict[str, Any]) -> None:
        """Fold into what is held; a column that the database computes cannot wait, so what is held goes before it."""
        if any(isinstance(value, BaseExpression) for value in columns.values()):
            self.write()
            model._default_manager.filter(pk=pk).update(**columns)
            return
        held = self.created.get(model, {}).get(pk)
        if held:
            _set(held, columns)
            return
        changes = self.updated[model].setdefault(pk, {})
        for name, value in columns.items():
            changes[name] = value.on(changes[name]) if isinstance(value, Plus) and name in changes else value

    def write(self) -> None:
        created, put, updated = self.created, self.put, self.updated
        self.created, self.put, self.updated = defaultdict(dict), defaultdict(dict), defaultdict(dict)
        for rows in created.values():
            copying.insert(list(rows.values()))
        for (model, columns), rows in put.items():
            recordsets.upsert(list(rows.values()), [model._meta.pk.name], columns)
        for model, changes in updated.items():
            _write_updates(model, changes)


def _set(held: models.Model, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(held, name, value.on(getattr(held, name)) if isinstance(value, Plus) else value)


def _write_updates(model: Model, changes: dict[Any, dict[str, Any]]) -> None:
    """One statement for all rows in which the same columns change in the same way."""
    alike: dict[tuple[tuple[str, bool], ...], list[Any]] = defaultdict(list)
    for pk, columns in changes.items():
        alike[tuple(sorted((name, isinstance(value, Plus)) for name, value in columns.items()))].append(pk)
    for names, pks in alike.items():
        rows = [(pk, *(_amount(changes[pk][name]) for name, _ in names)) for pk in pks]
        recordsets.update(model, [model._meta.pk.name], dict(names), rows)


def _amount(value: Any) -> Any:
    return value.amount if isinstance(value, Plus) else value


def _held() -> Rows | None:
    """Where changes wait: a rebuild's page, or the unit of work; None outside of both."""
    rows = _open.get()
    unit = log.current()
    if rows is None and unit is not None:
        rows = unit.loaded.setdefault(Rows, Rows())
        unit.at_end[Rows] = rows.write
    return rows


def create(*created: models.Model) -> None:
    """Insert the rows, at the latest when the unit of work ends."""
    _each(lambda rows: [rows.create(row) for row in created])


def put(row: models.Model, *columns: str) -> None:
    """Insert the row, or, if it is there, change these columns of it; at the latest when the unit of work ends."""
    _each(lambda rows: rows.create_or_update(row, columns))


def update(model: Model, pk: Any, **columns: Any) -> None:
    """Change columns of one row, if it is there, at the latest when the unit of work ends."""
    _each(lambda rows: rows.update(model, pk, columns))


def settle() -> None:
    """Write what waits, for someone who must read it within the unit after all."""
    rows = _held()
    if rows is not None:
        rows.write()


def _each(change: Any) -> None:
    rows = _held()
    if rows is not None:
        change(rows)
        return
    rows = Rows()
    change(rows)
    rows.write()


@contextmanager
def together() -> Iterator[None]:
    """Hold all changes until the end of this block: for a replay, which has no unit of work."""
    rows = Rows()
    token = _open.set(rows)
    try:
        yield
        rows.write()
    finally:
        _open.reset(token)
