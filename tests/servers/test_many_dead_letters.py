"""Very many dead letters on PostgreSQL, whose statistics are from before they were given up: nothing reads them all."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.urls import reverse

from apps.backbone import clock, dead_letters, inbox, slots
from apps.backbone.models import Inbox, JobRun, Repair
from tests.integration.console.people import administrator

pytestmark = pytest.mark.django_db(transaction=True)

GIVEN_UP = 40_000
PARKED = 4_000
BATCH = 500
GROUP = {"consumer": "orders.events", "error_class": "ValueError", "error_place": "apps/orders/projections.py:1 place"}
OTHER = {**GROUP, "error_class": "KeyError"}
TABLES = ("backbone_inbox", "backbone_blocked")
BLOCK = (
    "INSERT INTO backbone_blocked (consumer, key, head, head_position) "
    "SELECT consumer, key, message_id, position FROM backbone_inbox WHERE state = %s"
)


def insert(count: int, start: int, state: str, error_class: str = "") -> str:
    """That many rows, each of a line of its own; the lines of each hundred thousand have the same names."""
    return (
        "INSERT INTO backbone_inbox (consumer, message_id, state, type, position, key, tries, raw, error_class, "
        "error_place, error, traceback, note, received_at, updated_at) "
        f"SELECT 'orders.events', gen_random_uuid(), '{state}', 'stock.reserved', n, 'order-' || n % 100000, 1, "
        f"'some bytes', '{error_class}', '{error_class and GROUP['error_place']}', '', repeat('said ', 100), '', "
        f"now() - interval '1 hour', now() - interval '1 hour' FROM generate_series({start}, {start + count - 1}) n"
    )


@pytest.fixture(params=["never", "once"])
def letters(request: pytest.FixtureRequest) -> Iterator[None]:
    """Given up after the statistics were taken; two groups of them, and some that wait in line behind the first.

    Where lines were blocked once, the statistics were taken when the last had just gone: pages, and nothing in them.
    """
    with connection.cursor() as cursor:
        for each in TABLES:
            cursor.execute(f"ALTER TABLE {each} SET (autovacuum_enabled = off)")
        cursor.execute(insert(GIVEN_UP, 1_000_000, "done"))
        if request.param == "once":
            cursor.execute(BLOCK, ["done"])
            cursor.execute("DELETE FROM backbone_blocked")
        for each in TABLES:
            cursor.execute(f"ANALYZE {each}")
        cursor.execute(insert(GIVEN_UP, 0, "dead", "ValueError"))
        cursor.execute(insert(GIVEN_UP // 4, GIVEN_UP, "dead", "KeyError"))
        cursor.execute(BLOCK, ["dead"])
        cursor.execute(insert(PARKED, 100_000, "parked"))
        yield
        for each in TABLES:
            cursor.execute(f"ALTER TABLE {each} RESET (autovacuum_enabled)")


@contextmanager
def reads_at_most(number: int) -> Iterator[None]:
    """Rows of the inbox and its lines, and entries of their indexes, by PostgreSQL's own books."""
    with transaction.atomic():
        before = read()
        yield
        assert read() - before <= number


def read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_stat_get_xact_tuples_returned(of.oid)) FROM pg_class of LEFT JOIN pg_index i "
            "ON i.indexrelid = of.oid WHERE coalesce(i.indrelid, of.oid) = ANY(%s::regclass[])",
            [list(TABLES)],
        )
        return int(cursor.fetchone()[0])


@pytest.mark.usefixtures("letters")
def test_a_batch_of_a_repair_reads_no_more_than_its_own_letters():
    repair = Repair.objects.create(action="retry", actor="user:1", began_at=clock.now())
    ids = list(Inbox.objects.filter(state="dead").order_by("pk").values_list("pk", flat=True)[1000 : 1000 + BATCH])

    with reads_at_most(10 * BATCH):
        mended = dead_letters.mend(repair, ids, "admin")

    assert [row.pk for row in mended.rows] == ids


@pytest.mark.usefixtures("letters")
def test_the_lists_of_problems_count_what_stands_behind_them_in_time():
    client = administrator()

    page = client.get(reverse("console:dead-letters"))

    assert [(one.number, one.parked) for one in page.context["groups"]] == [(GIVEN_UP, PARKED), (GIVEN_UP // 4, 0)]
    assert client.get(reverse("console:problems")).status_code == 200
    behind, nobody = (
        client.get(f"{reverse('console:dead-letters-held')}?{one.own_query}").context["letters"]
        for one in page.context["groups"]
    )
    assert (len(behind), len(nobody)) == (100, 0)


@pytest.mark.usefixtures("letters")
def test_one_group_is_retried_right_after_another():
    client = administrator()
    for group in (OTHER, GROUP):
        client.post("/dead-letters/retry/", {**group, "typed": "retry"})
        slots.run_job(Repair.objects.latest("pk").run_id)

    assert list(JobRun.objects.values_list("state", flat=True)) == ["done", "done"]
    assert not dead_letters.given_up().exists()
    with reads_at_most(10 * BATCH):
        assert len(inbox.due("orders.events", BATCH)) == BATCH
