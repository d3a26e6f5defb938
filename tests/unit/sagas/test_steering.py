"""What people ask of a run: to ask again for what it waits for, and to undo what it has done."""

import msgspec
import pytest

from apps.backbone.messages import Money
from apps.backbone.saga import SagaCompensationAsked, SagaRetryAsked, identity
from apps.inventory.commands import IssueStock
from apps.orders.commands import ConfirmOrder, FinishCancellation, RejectOrder
from apps.payments.commands import ResolveOperation, SettleCancellation
from apps.payments.events import RefundFailed
from apps.sagas.cancellation import cancellation
from apps.sagas.checkout import checkout
from apps.sagas.payment_outcome import payment_outcome
from apps.sagas.shipping import shipping
from tests.unit.sagas.samples import (
    AUTHORIZATION,
    AUTHORIZED,
    CANCELLING,
    COMMITTED,
    CONFIRMED,
    DECLINED,
    NOTHING,
    ORDER,
    PAYMENT,
    PLACED,
    REJECTED,
    RELEASED,
    RESERVATION,
    RESERVED,
    SETTLED,
    SHIPMENT,
    TOTAL,
    UNKNOWN,
    VOID_FAILED,
    VOIDED,
    release,
    stock_refused,
)
from tests.unit.sagas.test_checkout import AUTHORIZE, COMMIT, CONFIRM, RESERVE, reject, void
from tests.unit.sagas.test_payment_outcome import due
from tests.unit.sagas.test_shipping import (
    DISPATCHED,
    DROPPED,
    HOLD,
    MARK_READY,
    PACKED,
    READY,
    REFUND,
    capture,
    captured,
    failed,
)

REFUND_FAILED = RefundFailed(refund_id=ORDER, payment_id=PAYMENT, order_id=ORDER, amount=TOTAL, code="card_closed")


def again(saga):
    return SagaRetryAsked(saga=saga.name, key=ORDER)


CALLED_OFF = SagaCompensationAsked(saga="checkout", key=ORDER, reason="a test order")


@pytest.mark.parametrize(
    ("given", "then"),
    [
        ([PLACED], [RESERVE]),
        ([PLACED, RESERVED], [AUTHORIZE]),
        ([PLACED, RESERVED, UNKNOWN], []),
        ([PLACED, RESERVED, AUTHORIZED], [COMMIT]),
        ([PLACED, RESERVED, AUTHORIZED, COMMITTED], [CONFIRM]),
        ([PLACED, RESERVED, DECLINED], [release()]),
        ([PLACED, RESERVED, DECLINED, RELEASED], [reject("declined", "insufficient_funds")]),
        ([PLACED, RESERVED, AUTHORIZED, COMMITTED, CONFIRMED], []),
        ([PLACED, RESERVED, DECLINED, RELEASED, REJECTED], []),
    ],
)
def test_a_checkout_asks_again_for_what_it_waits_for(given, then):
    assert checkout.run(*given, again(checkout))[1] == then


@pytest.mark.parametrize(
    ("given", "then"),
    [
        ([PLACED], [release()]),
        ([PLACED, RESERVED], [release(), void()]),
        ([PLACED, RESERVED, AUTHORIZED], [release(), void()]),
    ],
)
def test_a_checkout_is_called_off_until_it_is_confirmed(given, then):
    state, reaction = checkout.run(*given, CALLED_OFF)

    assert (state.step, state.failure, state.detail) == ("undoing", "called_off", "a test order")
    assert reaction == then


def test_a_checkout_that_is_called_off_rejects_its_order():
    given = (PLACED, RESERVED, AUTHORIZED, CALLED_OFF, RELEASED)

    assert checkout.run(*given, VOIDED)[1] == [reject("called_off", "a test order")]


@pytest.mark.parametrize(
    "given",
    [
        [PLACED, RESERVED, UNKNOWN],
        [PLACED, RESERVED, AUTHORIZED, COMMITTED],
        [PLACED, RESERVED, AUTHORIZED, COMMITTED, CONFIRMED],
        [PLACED, RESERVED, DECLINED],
    ],
)
def test_what_may_be_paid_or_confirmed_any_moment_is_not_called_off(given):
    before, _ = checkout.run(*given)

    after, _ = checkout.run(*given, CALLED_OFF)

    assert after == before


def test_a_void_that_fails_is_asked_for_again():
    given = (PLACED, RESERVED, AUTHORIZED, CALLED_OFF, RELEASED, VOID_FAILED)

    assert checkout.run(*given, again(checkout))[1] == [void(1)]


@pytest.mark.parametrize(
    ("given", "then"),
    [
        ([CANCELLING], [release("cancelled")]),
        ([CANCELLING, stock_refused("inventory.release_reservation")], [release("cancelled")]),
        ([CANCELLING, RELEASED], [SettleCancellation(payment_id=PAYMENT, order_id=ORDER, currency="EUR")]),
        ([CANCELLING, RELEASED, SETTLED], [FinishCancellation(order_id=ORDER, voided=TOTAL, refunded=NOTHING)]),
    ],
)
def test_a_cancellation_asks_again_and_runs_on(given, then):
    state, reaction = cancellation.run(*given, again(cancellation))

    assert (state.status, state.reason, reaction) == ("running", "", then)


def test_an_outcome_is_asked_for_at_once_and_not_a_second_time_when_it_is_due():
    resolve = ResolveOperation(payment_id=PAYMENT, operation_id=AUTHORIZATION)

    assert payment_outcome.run(UNKNOWN, again(payment_outcome))[1] == [resolve]
    assert payment_outcome.run(UNKNOWN, again(payment_outcome), due(1))[1] == []
    assert payment_outcome.run(UNKNOWN, again(payment_outcome), UNKNOWN)[0].checks == 2
    assert payment_outcome.run(UNKNOWN, AUTHORIZED, again(payment_outcome))[1] == []


@pytest.mark.parametrize(
    ("given", "then"),
    [
        ([PACKED], [capture()]),
        ([PACKED, failed()], [capture(2)]),
        ([PACKED, HOLD, failed()], []),
        ([PACKED, captured()], [MARK_READY]),
        ([PACKED, captured(), READY], []),
        ([PACKED, captured(), READY, DISPATCHED], [IssueStock(reservation_id=RESERVATION, shipment_id=SHIPMENT)]),
        ([PACKED, captured(), DROPPED], [REFUND]),
    ],
)
def test_a_shipping_asks_again_for_what_it_waits_for(given, then):
    assert shipping.run(*given, again(shipping))[1] == then


def test_a_refund_that_failed_is_a_new_operation():
    given = (PACKED, captured(), DROPPED, REFUND_FAILED)

    state, reaction = shipping.run(*given, again(shipping))

    fresh = identity("shipping", SHIPMENT, "refund-2")
    other = msgspec.structs.replace(REFUND, operation_id=fresh, reason="refund.failed: card_closed")
    assert (state.status, reaction) == ("running", [other])


def test_what_is_asked_of_one_run_is_for_no_other_saga():
    assert [saga.instance(again(checkout)) for saga in (checkout, shipping)] == [ORDER, None]


def test_the_order_is_rejected_only_once_the_money_is_back():
    state, reaction = checkout.run(PLACED, RESERVED, AUTHORIZED, CALLED_OFF, RELEASED)

    assert (state.step, [one for one in reaction if isinstance(one, RejectOrder | ConfirmOrder)]) == ("undoing", [])
    assert state.total == Money(900, "EUR")
