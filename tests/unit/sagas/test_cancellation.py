"""A cancellation goes forward only: stock back, money settled, done."""

from datetime import timedelta

import pytest

from apps.backbone.saga import Timer
from apps.orders.commands import FinishCancellation
from apps.orders.events import OrderCancelled
from apps.payments.commands import SettleCancellation
from apps.payments.events import RefundFailed
from apps.sagas.cancellation import CancellationSettlementDue, cancellation
from tests.unit.sagas.samples import (
    AUTHORIZED,
    CANCELLING,
    NOTHING,
    ORDER,
    PAYMENT,
    RELEASED,
    SETTLED,
    TOTAL,
    VOID_FAILED,
    release,
    stock_refused,
)

SETTLE = SettleCancellation(payment_id=PAYMENT, order_id=ORDER, currency="EUR")
FINISH = FinishCancellation(order_id=ORDER, voided=TOTAL, refunded=NOTHING)
CANCELLED = OrderCancelled(order_id=ORDER, reason="changed my mind", voided=TOTAL, refunded=NOTHING)
DUE = CancellationSettlementDue(order_id=ORDER)
REFUND_FAILED = RefundFailed(refund_id=ORDER, payment_id=PAYMENT, order_id=ORDER, amount=TOTAL, code="card_closed")


def run(*events):
    state, reaction = cancellation.run(*events)
    return reaction, state.step, state.status


@pytest.mark.parametrize(
    ("events", "then"),
    [
        ([CANCELLING], ([release("cancelled")], "releasing", "running")),
        ([CANCELLING, RELEASED], ([SETTLE], "settling", "running")),
        ([CANCELLING, RELEASED, SETTLED], ([FINISH], "finishing", "running")),
        ([CANCELLING, RELEASED, SETTLED, CANCELLED], ([], "done", "completed")),
    ],
)
def test_step_by_step_to_cancelled(events, then):
    assert run(*events) == then


def test_it_waits_an_hour_before_a_person_sees_it():
    state, _ = cancellation.run(CANCELLING, RELEASED)

    assert (state.waits_for, state.patience) == ("payment.cancellation_settled", timedelta(hours=1))


@pytest.mark.parametrize("failed", [VOID_FAILED, REFUND_FAILED])
def test_money_that_does_not_come_back_is_asked_for_again(failed):
    given = (CANCELLING, RELEASED)

    assert run(*given, failed)[0] == [Timer(message=DUE, after=timedelta(minutes=1))]
    assert run(*given, failed, failed)[0] == [Timer(message=DUE, after=timedelta(minutes=2))]
    assert run(*given, failed, DUE) == ([SETTLE], "settling", "running")
    assert run(*given, *[failed] * 12)[0] == [Timer(message=DUE, after=timedelta(minutes=30))]


def test_stock_that_cannot_come_back_needs_a_person():
    refused = stock_refused("inventory.release_reservation", "reservation: its stock has left with a shipment")

    assert run(CANCELLING, refused) == ([], "releasing", "stuck")


@pytest.mark.parametrize("again", [CANCELLING, RELEASED, SETTLED, CANCELLED, VOID_FAILED, DUE, AUTHORIZED])
def test_what_comes_after_the_end_changes_nothing(again):
    assert run(CANCELLING, RELEASED, SETTLED, CANCELLED, again) == ([], "done", "completed")
