"""What the clock does to orders: the unpaid end, and a day's sales are added up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from apps.backbone import clock
from apps.backbone.models import JobReportPart, JobRun
from apps.backbone.slots import run_job, start
from apps.orders.events import OrderRequestRefused
from apps.orders.queries import status
from tests.integration.orders.shop import ORDER, axes, carry_out, levels, open_shop, place, said, say

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def run(job: str, **arguments) -> JobRun:
    row = start(job, arguments, actor="schedule:nightly")
    run_job(row.pk)
    row.refresh_from_db()
    return row


def test_the_unpaid_end_and_those_that_may_yet_be_paid_do_not(drain):
    open_shop(drain, tea=5)
    with clock.at(NOON):
        say(place(1, card="tok_timeout_committed", tea=1))
        drain()
        say(place(2, tea=1))
        carry_out("orders.commands")
    with clock.at(NOON + timedelta(minutes=31)):
        ended = run("orders.expire-unpaid")
        drain()

    assert (ended.state, ended.summary) == ("done", "1 order was not paid")
    assert (axes(UUID(int=1))[0], axes(UUID(int=2))[0]) == ("confirmed", "expired")
    assert levels() == {"tea": (5, 0, 1)}
    assert said(OrderRequestRefused) == []


def test_a_days_sales_are_the_same_however_often_they_are_asked_for(drain):
    open_shop(drain, tea=9)
    with clock.at(NOON):
        say(place(1, tea=1), place(2, tea=2), place(3, channel="api", tea=1))
        say(place(4, card="tok_decline_hard", tea=1))
        drain()
    with clock.at(NOON + timedelta(days=1)):
        say(place(5, tea=1))
        drain()
        first, again = run("orders.daily-sales"), run("orders.daily-sales", day="2026-03-01")

    for one in (first, again):
        [part] = JobReportPart.objects.filter(run=one)
        assert one.summary == "3 orders confirmed on 2026-03-01"
        assert msgspec.json.decode(part.rows) == [
            ["2026-03-01", "EUR", "api", 1, "5.50"],
            ["2026-03-01", "EUR", "console", 2, "15.50"],
        ]


def test_anyone_may_ask_where_an_order_stands(drain):
    open_shop(drain, tea=5)
    say(place(tea=2))
    drain()

    assert status(str(ORDER)) == {
        "order_id": str(ORDER),
        "number": "C-1001",
        "status": "confirmed",
        "payment_status": "authorized",
        "fulfilment_status": "committed",
        "on_hold": False,
        "total": {"amount_minor": 1_000, "currency": "EUR"},
    }
    assert status(str(UUID(int=99))) is None
