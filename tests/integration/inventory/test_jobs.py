"""What the clock does to stock: overdue reservations end, and what is low is reported."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from apps.backbone import clock
from apps.backbone.models import JobReportPart, JobRun, Message
from apps.backbone.slots import run_job, start
from apps.inventory.commands import ChangeProduct
from apps.inventory.models import Reservation
from tests.integration.inventory.shelf import PRICE, carry_out, commit, levels, reserve, stock_up

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def run(job: str) -> JobRun:
    row = start(job, actor="schedule:nightly")
    run_job(row.pk)
    row.refresh_from_db()
    return row


def test_overdue_reservations_are_given_back_and_others_stay(drain):
    stock_up(tea=300)
    with clock.at(NOON):
        carry_out(*(reserve(number, tea=1) for number in range(1, 104)))
        carry_out(commit(1))
    with clock.at(NOON + timedelta(minutes=5)):
        carry_out(reserve(200, tea=1))

    with clock.at(NOON + timedelta(minutes=15)):
        ended = run("inventory.expire-reservations")
        drain()

    assert (ended.state, ended.summary) == ("done", "102 reservations have expired")
    assert levels() == {"tea main": (300, 1, 1)}
    assert Reservation.objects.filter(status="expired").count() == 102


def test_a_sweep_that_comes_twice_asks_once():
    stock_up(tea=1)
    with clock.at(NOON):
        carry_out(reserve(1, tea=1))

    with clock.at(NOON + timedelta(minutes=15)):
        run("inventory.expire-reservations")
        run("inventory.expire-reservations")

    assert Message.objects.filter(type="inventory.expire_reservation").count() == 1


def test_the_low_stock_report_lists_what_is_below_its_reorder_point():
    stock_up(tea=5, cup=5, jar=1)
    carry_out(
        ChangeProduct(sku="tea", title="Tea", price=PRICE, reorder_point=5, active=True),
        ChangeProduct(sku="cup", title="Cup", price=PRICE, reorder_point=5, active=True),
        ChangeProduct(sku="jar", title="Jar", price=PRICE, reorder_point=5, active=False),
        reserve(1, tea=1),
    )

    ended = run("inventory.low-stock")

    assert (ended.state, ended.summary) == ("done", "1 level is low")
    assert msgspec.json.decode(ended.columns) == ["SKU", "Product", "Warehouse", "Available", "Reorder point"]
    assert msgspec.json.decode(JobReportPart.objects.get().rows) == [["tea", "Tea", "Main", 4, 5]]
