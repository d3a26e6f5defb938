"""An order's life: confirmed or not, held, cancelled, expired."""

from datetime import timedelta
from uuid import UUID

import pytest

from apps.orders.commands import ConfirmOrder, ExpireOrder, FinishCancellation, HoldOrder, RejectOrder, ReleaseOrder
from apps.orders.domain import order
from apps.orders.events import (
    OrderCancellationRefused,
    OrderCancellationRequested,
    OrderCancelled,
    OrderConfirmed,
    OrderExpired,
    OrderHeld,
    OrderRejected,
    OrderReleased,
    ShipmentCancelled,
)
from tests.unit.orders.samples import (
    CANCEL,
    CONFIRM,
    DELIVER,
    DISPATCH,
    HOLD,
    LATER,
    NOW,
    ORDER,
    PAYMENT,
    RESERVATION,
    SHIPMENT,
    TO_CONFIRMED,
    TO_DISPATCHED,
    TO_PACKED,
    TO_READY,
    TOTAL,
    after,
    eur,
    place,
    refusal,
)

REJECT = RejectOrder(order_id=ORDER, reason="declined", detail="insufficient_funds")
EXPIRE = ExpireOrder(order_id=ORDER)
FINISH = FinishCancellation(order_id=ORDER, voided=TOTAL, refunded=eur(0))
STOP = HoldOrder(order_id=ORDER, hold_id=HOLD, reason="fraud", by="user:7", note="two cards")
GO_ON = ReleaseOrder(order_id=ORDER, hold_id=HOLD, by="user:7")
REQUESTED = OrderCancellationRequested(order_id=ORDER, reason="changed my mind", by="user:7", total=TOTAL)


def outcome(given, when):
    return order.outcome(after(*given), when, NOW)


def test_an_order_is_confirmed_once():
    assert outcome([place()], CONFIRM) == [
        OrderConfirmed(order_id=ORDER, reservation_id=RESERVATION, payment_id=PAYMENT, total=TOTAL)
    ]
    assert outcome(TO_CONFIRMED, CONFIRM) == []


def test_an_order_is_confirmed_only_for_its_whole_total():
    when = ConfirmOrder(order_id=ORDER, reservation_id=RESERVATION, payment_id=PAYMENT, authorized=eur(2_719))

    assert outcome([place()], when) == [refusal(when, "authorized: not the order's total")]


@pytest.mark.parametrize("ended", [[place(), REJECT], [place(), CANCEL]])
def test_what_has_ended_is_not_confirmed(ended):
    [refused] = outcome(ended, CONFIRM)

    assert refused.asked == "orders.confirm_order"


def test_an_unknown_order_is_not_confirmed():
    assert outcome([], CONFIRM) == [refusal(CONFIRM, "order: it is none")]


def test_an_order_is_rejected_once_with_its_reason():
    assert outcome([place()], REJECT) == [OrderRejected(order_id=ORDER, reason="declined", detail="insufficient_funds")]
    assert outcome([place(), REJECT], REJECT) == []
    assert outcome(TO_CONFIRMED, REJECT) == [refusal(REJECT, "order: it is confirmed")]


def test_an_unpaid_order_expires_after_it_was_due():
    due_at = NOW + timedelta(minutes=30)
    placed = after(place())

    assert order.outcome(placed, EXPIRE, due_at) == [refusal(EXPIRE, "payment_due_at: not yet")]
    assert order.outcome(placed, EXPIRE, LATER) == [OrderExpired(order_id=ORDER, due_at=due_at)]
    assert order.outcome([*placed, OrderExpired(order_id=ORDER, due_at=due_at)], EXPIRE, LATER) == []


def test_an_order_does_not_expire_while_money_may_yet_come():
    assert order.outcome(after(place()), EXPIRE, LATER, "", True) == [refusal(EXPIRE, "payment: it may yet succeed")]


def test_a_confirmed_order_does_not_expire():
    assert order.outcome(after(*TO_CONFIRMED), EXPIRE, LATER) == [refusal(EXPIRE, "order: it is confirmed")]


def test_holds_are_a_set_and_each_is_released_by_its_id():
    other = HoldOrder(order_id=ORDER, hold_id=UUID(int=60), reason="address", by="user:7")

    assert outcome([place()], STOP) == [
        OrderHeld(order_id=ORDER, hold_id=HOLD, reason="fraud", by="user:7", note="two cards")
    ]
    assert outcome([place(), STOP], STOP) == []
    assert outcome([place(), STOP, other], GO_ON) == [
        OrderReleased(order_id=ORDER, hold_id=HOLD, remaining=1, by="user:7")
    ]
    assert outcome([place(), STOP, GO_ON], GO_ON) == []
    assert outcome([place(), STOP, GO_ON], STOP) == []


def test_what_is_not_held_is_not_released():
    assert outcome([place()], GO_ON) == [refusal(GO_ON, "hold_id: no such hold")]


def test_what_has_ended_is_not_held():
    assert outcome([place(), REJECT], STOP) == [refusal(STOP, "order: it is rejected")]


@pytest.mark.parametrize("given", [[place()], TO_CONFIRMED])
def test_an_order_is_cancelled_before_anything_left(given):
    assert outcome(given, CANCEL) == [REQUESTED]
    assert outcome([*given, CANCEL], CANCEL) == []


@pytest.mark.parametrize("given", [TO_PACKED, TO_READY])
def test_its_open_shipment_is_cancelled_with_it(given):
    dropped = ShipmentCancelled(shipment_id=SHIPMENT, order_id=ORDER, reason="cancelled")

    assert outcome(given, CANCEL) == [REQUESTED, dropped]


def test_once_dispatched_a_cancellation_is_refused_and_nothing_undone():
    assert outcome(TO_DISPATCHED, CANCEL) == [OrderCancellationRefused(order_id=ORDER, reason="dispatched")]


def test_once_cancelled_a_dispatch_is_refused():
    assert outcome([*TO_READY, CANCEL], DISPATCH) == [refusal(DISPATCH, "shipment: it is cancelled")]


@pytest.mark.parametrize(("given", "reason"), [([place(), REJECT], "closed"), ([*TO_DISPATCHED, DELIVER], "completed")])
def test_what_is_over_is_not_cancelled(given, reason):
    assert outcome(given, CANCEL) == [OrderCancellationRefused(order_id=ORDER, reason=reason)]


def test_a_cancellation_ends_when_stock_and_money_are_back():
    cancelled = OrderCancelled(order_id=ORDER, reason="changed my mind", voided=TOTAL, refunded=eur(0))

    assert outcome([*TO_CONFIRMED, CANCEL], FINISH) == [cancelled]
    assert outcome([*TO_CONFIRMED, CANCEL, FINISH], FINISH) == []
    assert outcome(TO_CONFIRMED, FINISH) == [refusal(FINISH, "order: it is confirmed")]
