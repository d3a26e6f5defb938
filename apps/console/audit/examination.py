"""One examination: a consistent snapshot of the running database, the facts read into it, each invariant asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from apps.backbone import clock
from apps.console.audit import effects, facts, gateway, inbox, log, money, orders, read_models, sagas, slots, stock
from apps.console.audit.statements import Information, Invariant, translate

INVARIANTS: tuple[Invariant, ...] = (
    *stock.INVARIANTS,
    *money.INVARIANTS,
    *gateway.INVARIANTS,
    *orders.INVARIANTS,
    *sagas.INVARIANTS,
    *log.INVARIANTS,
    *inbox.INVARIANTS,
    *effects.INVARIANTS,
    *read_models.INVARIANTS,
    *slots.INVARIANTS,
)
INFORMATION: tuple[Information, ...] = (
    *log.INFORMATION,
    *inbox.INFORMATION,
    *sagas.INFORMATION,
    *gateway.INFORMATION,
)

EXAMPLES = 5
RECENT = timedelta(seconds=60)
"""A message that got its number since may still be on its way to its consumers."""
OVERDUE = timedelta(minutes=2)
"""A run that is past its deadline is found to be stuck by a schedule that looks every minute."""


@dataclass(frozen=True)
class Finding:
    """What was found about one invariant; whole if it holds."""

    name: str
    says: str
    count: int
    examples: tuple[str, ...]

    @property
    def broken(self) -> bool:
        return self.count > 0


@dataclass(frozen=True)
class Count:
    """Something that was counted, and is no fault by itself."""

    name: str
    says: str
    count: int


@dataclass(frozen=True)
class Examination:
    findings: tuple[Finding, ...]
    counts: tuple[Count, ...]

    @property
    def broken(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.broken)

    @property
    def verdict(self) -> str:
        return f"audit: {len(self.findings)} invariants, {len(self.broken)} broken"


def examine() -> Examination:
    """All invariants against one moment of the database. It writes nothing and keeps no writer waiting."""
    with snapshot():
        instants = moments(clock.now())
        for step in facts.STEPS:
            prepare(step)
        findings = tuple(find(invariant, instants) for invariant in INVARIANTS)
        return Examination(findings, tuple(count(one) for one in INFORMATION))


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything inside sees the same moment; what it makes in passing is rolled back."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with reading():
            yield
        return
    own = not connection.in_atomic_block
    with transaction.atomic():
        if own:
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        if connection.vendor == "postgresql":
            take_time()
        yield
        transaction.set_rollback(True)


@contextmanager
def reading() -> Iterator[None]:
    """A plain BEGIN, where Django's would queue up with the writers."""
    run("BEGIN")
    try:
        yield
    finally:
        run("ROLLBACK")


def take_time() -> None:
    for setting in (
        "statement_timeout = 0",
        "idle_in_transaction_session_timeout = 0",
        "work_mem = '64MB'",
        "temp_buffers = '128MB'",
        "jit = off",
        "default_statistics_target = 10",
    ):
        run(f"SET LOCAL {setting}")


def moments(now: datetime) -> dict[str, Any]:
    adapt = connection.ops.adapt_datetimefield_value
    return {"now": adapt(now), "recent": adapt(now - RECENT), "overdue": adapt(now - OVERDUE)}


def prepare(step: str) -> None:
    if connection.vendor == "sqlite" and step.startswith("ANALYZE"):
        return
    run(translate(step, connection.vendor))


def find(invariant: Invariant, instants: dict[str, Any]) -> Finding:
    sql = f"SELECT what, count(*) OVER () FROM ({renamed(invariant.sql)}) AS found ORDER BY what LIMIT {EXAMPLES}"
    rows = read(sql, instants)
    return Finding(invariant.name, str(invariant.says), rows[0][1] if rows else 0, tuple(row[0] for row in rows))


def renamed(sql: str) -> str:
    """The one column of a query, whatever it is called there, as `what`."""
    return f"SELECT CAST(NULL AS text) AS what WHERE 1 = 0 UNION ALL SELECT * FROM ({sql}) AS broken"


def count(one: Information) -> Count:
    return Count(one.name, str(one.says), read(one.sql, {})[0][0])


def read(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(translate(sql, connection.vendor), parameters)
        return list(cursor.fetchall())


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
