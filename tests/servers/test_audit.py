"""The auditor on real PostgreSQL: its SQL says there what it says on SQLite, in one snapshot, beside writers."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction

from apps.backbone import clock
from apps.console.audit import examine
from apps.console.audit.examination import INVARIANTS, snapshot
from tests.integration.audit.every_state import AFTERWARDS, COMPLETED, CONFIRMED, fill, statuses

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(drain: Callable[[], int]) -> Iterator[None]:
    fill(drain)
    with clock.at(clock.now() + AFTERWARDS):
        yield
    run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s", own()
    )


def own() -> int:
    """This connection; the threads that called the gateway keep theirs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def run(sql: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def broken() -> dict[str, int]:
    return {finding.name: finding.count for finding in examine().broken}


def test_a_shop_with_orders_in_every_state_passes(shop: None):
    examination = examine()

    assert set(statuses().values()) == {"placed", "confirmed", "rejected", "expired", "cancelled", "completed"}
    assert [(one.name, one.examples) for one in examination.broken] == []
    assert examination.verdict == f"audit: {len(INVARIANTS)} invariants, 0 broken"


def test_what_is_broken_is_found(shop: None):
    run("UPDATE inventory_stocklevel SET on_hand = on_hand + 1 WHERE id = 'tea main'")
    run("UPDATE orders_order SET status = 'completed' WHERE order_id = %s", CONFIRMED)
    run("DELETE FROM payments_ledgerentry WHERE order_id = %s AND phase = 'posted'", COMPLETED)
    run("DELETE FROM backbone_inbox WHERE consumer = 'sagas.notifications' AND type = 'order.placed'")

    assert broken() == {
        "stock.conserved": 1,
        "stock.levels-are-movements": 1,
        "money.accounts-are-the-log": 2,
        "money.entries-are-the-log": 1,
        "inbox.has-everything": 16,
        "orders.rows": 1,
    }


def test_it_leaves_nothing_behind_and_writes_nothing(shop: None):
    examine()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'audit_%%'", [])
        assert cursor.fetchone() == (0,)
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("5s",)


def test_all_of_it_sees_one_moment(shop: None):
    other = connection.copy()
    try:
        with snapshot():
            before = statuses()
            with other.cursor() as cursor:
                cursor.execute("UPDATE orders_order SET status = 'placed'")
            assert statuses() == before
    finally:
        other.close()

    assert set(statuses().values()) == {"placed"}
    assert not transaction.get_connection().in_atomic_block
