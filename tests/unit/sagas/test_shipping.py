"""Paid for before it leaves; tried again when that fails; given back when it does not leave."""

from datetime import timedelta
from uuid import UUID

import pytest

from apps.backbone.messages import Money
from apps.backbone.saga import Timer, identity
from apps.inventory.commands import IssueStock
from apps.inventory.events import StockIssued
from apps.orders.commands import HoldOrder, MarkShipmentReady
from apps.orders.events import (
    OrderHeld,
    OrderReleased,
    ShipmentCancelled,
    ShipmentDispatched,
    ShipmentPacked,
    ShipmentReady,
)
from apps.payments.commands import CapturePayment, RefundPayment
from apps.payments.events import (
    PaymentCaptured,
    PaymentCaptureFailed,
    PaymentOutcomeUnknown,
    PaymentRequestRefused,
    RefundFailed,
    RefundSucceeded,
)
from apps.sagas.shipping import ShippingCaptureDue, shipping
from tests.unit.sagas.samples import (
    CANCELLING,
    HELD,
    NOW,
    ORDER,
    PAYMENT,
    RESERVATION,
    SHIPMENT,
    TEA,
    TOTAL,
    stock_refused,
)

OTHER = UUID(int=5)
PARCEL = {"shipment_id": SHIPMENT, "order_id": ORDER}
PACKED = ShipmentPacked(**PARCEL, due=TOTAL)
READY = ShipmentReady(**PARCEL)
DISPATCHED = ShipmentDispatched(**PARCEL, lines=(), carrier="Post", dispatched_at=NOW)
DROPPED = ShipmentCancelled(**PARCEL, reason="cancelled")
LOST = ShipmentCancelled(**PARCEL, reason="lost")
ISSUED = StockIssued(**HELD, shipment_id=SHIPMENT, allocations=TEA)
HOLD = OrderHeld(order_id=ORDER, hold_id=OTHER, reason="fraud", by="user:7")
RELEASED = OrderReleased(order_id=ORDER, hold_id=OTHER, remaining=0, by="user:7")
STILL_HELD = OrderReleased(order_id=ORDER, hold_id=OTHER, remaining=1, by="user:7")
MARK_READY = MarkShipmentReady(order_id=ORDER, shipment_id=SHIPMENT, captured=TOTAL)
ISSUE = IssueStock(reservation_id=RESERVATION, shipment_id=SHIPMENT)
REFUND = RefundPayment(
    payment_id=PAYMENT,
    order_id=ORDER,
    operation_id=identity("shipping", SHIPMENT, "refund"),
    amount=TOTAL,
    reason="the shipment was cancelled",
    source="saga",
)


def operation(attempt: int) -> UUID:
    return identity("shipping", SHIPMENT, "capture" if attempt == 1 else f"capture-{attempt}")


def capture(attempt: int = 1) -> CapturePayment:
    return CapturePayment(payment_id=PAYMENT, order_id=ORDER, operation_id=operation(attempt), amount=TOTAL)


def captured(attempt: int = 1) -> PaymentCaptured:
    return PaymentCaptured(
        payment_id=PAYMENT,
        order_id=ORDER,
        operation_id=operation(attempt),
        amount=TOTAL,
        captured_total=TOTAL,
        gateway_reference="g-1",
    )


def failed(attempt: int = 1, retryable: bool = True) -> PaymentCaptureFailed:
    return PaymentCaptureFailed(
        payment_id=PAYMENT, order_id=ORDER, operation_id=operation(attempt), code="try_later", retryable=retryable
    )


def due(attempt: int = 1) -> ShippingCaptureDue:
    return ShippingCaptureDue(**PARCEL, attempt=attempt)


def hold(attempt: int, note: str) -> HoldOrder:
    hold_id = identity("shipping", SHIPMENT, f"hold-{attempt}")
    return HoldOrder(order_id=ORDER, hold_id=hold_id, reason="payment", by="shipping", note=note)


def run(*events):
    state, reaction = shipping.run(*events)
    return reaction, state.step, state.status


@pytest.mark.parametrize(
    ("events", "then"),
    [
        ([PACKED], ([capture()], "capturing", "running")),
        ([PACKED, captured()], ([MARK_READY], "readying", "running")),
        ([PACKED, captured(), READY], ([], "ready", "running")),
        ([PACKED, captured(), READY, DISPATCHED], ([ISSUE], "issuing", "running")),
        ([PACKED, captured(), READY, DISPATCHED, ISSUED], ([], "done", "completed")),
    ],
)
def test_step_by_step_out_of_the_house(events, then):
    assert run(*events) == then


def test_a_capture_that_may_succeed_later_is_tried_five_times_more():
    given = [PACKED]
    for attempt, seconds in enumerate([15, 30, 60, 120, 240], start=1):
        given.append(failed(attempt))
        assert run(*given)[0] == [Timer(message=due(attempt), after=timedelta(seconds=seconds))]
        given.append(due(attempt))
        assert run(*given)[0] == [capture(attempt + 1)]
    held = ([hold(6, "payment.capture_failed: try_later")], "held", "running")
    assert run(*given, failed(6)) == held


def test_a_capture_that_cannot_succeed_holds_the_order():
    assert run(PACKED, failed(retryable=False)) == ([hold(1, "payment.capture_failed: try_later")], "held", "running")


def test_a_capture_that_payments_refuses_holds_the_order():
    refused = PaymentRequestRefused(
        payment_id=PAYMENT,
        order_id=ORDER,
        asked="payments.capture_payment",
        reason="authorization_expired",
        operation_id=operation(1),
    )

    assert run(PACKED, refused) == ([hold(1, "payment.request_refused: authorization_expired")], "held", "running")


def test_a_released_order_is_captured_anew():
    given = (PACKED, failed(retryable=False), HOLD)

    assert run(*given, STILL_HELD) == ([], "held", "running")
    assert run(*given, RELEASED) == ([capture(2)], "capturing", "running")


def test_nothing_is_captured_while_a_hold_stands():
    assert run(PACKED, failed(), HOLD, due()) == ([], "held", "running")
    assert run(PACKED, failed(), HOLD, due(), RELEASED) == ([capture(2)], "capturing", "running")
    assert run(PACKED, failed(), HOLD, RELEASED, due()) == ([capture(2)], "capturing", "running")


def test_an_unknown_capture_is_waited_for():
    unknown = PaymentOutcomeUnknown(
        payment_id=PAYMENT,
        order_id=ORDER,
        operation_id=operation(1),
        operation="capture",
        tries=1,
        final=False,
        first_sent_at=NOW,
    )
    state, reaction = shipping.run(PACKED, unknown)

    assert (reaction, state.patience) == ([], timedelta(hours=25))
    assert run(PACKED, unknown, captured()) == ([MARK_READY], "readying", "running")


@pytest.mark.parametrize("given", [[PACKED, captured()], [PACKED, captured(), READY]])
def test_cancelled_after_it_was_paid_the_money_goes_back(given):
    refunded = RefundSucceeded(
        refund_id=REFUND.operation_id,
        payment_id=PAYMENT,
        order_id=ORDER,
        amount=TOTAL,
        refunded_total=TOTAL,
        source="saga",
        gateway_reference="g-1",
    )

    assert run(*given, DROPPED) == ([REFUND], "refunding", "running")
    assert run(*given, DROPPED, refunded) == ([], "undone", "compensated")


def test_cancelled_while_the_capture_is_on_its_way_what_it_took_goes_back():
    assert run(PACKED, DROPPED) == ([], "cancelling", "running")
    assert run(PACKED, DROPPED, captured()) == ([REFUND], "refunding", "running")
    assert run(PACKED, DROPPED, failed()) == ([], "undone", "compensated")


def test_cancelled_before_anything_was_taken_nothing_is_given_back():
    assert run(PACKED, failed(), DROPPED) == ([], "undone", "compensated")
    assert run(PACKED, failed(), DROPPED, due()) == ([], "undone", "compensated")


def test_lost_on_its_way_the_money_goes_back():
    [refund] = run(PACKED, captured(), READY, DISPATCHED, ISSUED, LOST)[0]

    assert (refund.amount, refund.reason) == (TOTAL, "the shipment was lost")


@pytest.mark.parametrize("given", [[PACKED], [PACKED, failed()], [PACKED, captured()], [PACKED, captured(), READY]])
@pytest.mark.parametrize("late", [[], [DROPPED], [DROPPED, captured()], [DROPPED, failed()], [due()]])
def test_when_the_order_is_cancelled_the_money_is_the_cancellations(given, late):
    assert run(*given, CANCELLING, *late) == ([], "undone", "compensated")


def test_money_that_does_not_go_back_needs_a_person():
    refund_failed = RefundFailed(
        refund_id=REFUND.operation_id, payment_id=PAYMENT, order_id=ORDER, amount=TOTAL, code="card_closed"
    )

    assert run(PACKED, captured(), DROPPED, refund_failed) == ([], "refunding", "stuck")


def test_stock_that_is_not_issued_needs_a_person():
    assert run(PACKED, captured(), READY, DISPATCHED, stock_refused("inventory.issue_stock"))[1:] == (
        "issuing",
        "stuck",
    )


def test_another_shipment_of_the_same_order_starts_over():
    again = ShipmentPacked(shipment_id=OTHER, order_id=ORDER, due=TOTAL)
    [wanted] = run(PACKED, failed(), DROPPED, again)[0]

    assert wanted.operation_id == identity("shipping", OTHER, "capture")


@pytest.mark.parametrize("event", [PACKED, captured(), READY, DISPATCHED, ISSUED])
def test_what_comes_twice_asks_once(event):
    given = [PACKED, captured(), READY, DISPATCHED, ISSUED]
    upto = given[: given.index(event) + 1]

    assert run(*upto, event)[0] == []


def test_a_partial_refund_by_staff_is_not_the_whole():
    part = RefundSucceeded(
        refund_id=OTHER,
        payment_id=PAYMENT,
        order_id=ORDER,
        amount=Money(100, "EUR"),
        refunded_total=Money(100, "EUR"),
        source="staff",
        gateway_reference="g-2",
    )

    assert run(PACKED, captured(), DROPPED, part) == ([], "refunding", "running")
