"""The checkout goes one step at a time, and undoes what it did before it rejects."""

from datetime import timedelta

import msgspec
import pytest

from apps.backbone.saga import Timer, identity
from apps.inventory.commands import CommitReservation, ExtendReservation, ReserveStock, StockLine
from apps.orders.commands import ConfirmOrder, RejectOrder
from apps.orders.events import Shortage
from apps.payments.commands import AuthorizePayment, VoidPayment
from apps.sagas.checkout import CheckoutGaveUp, CheckoutVoidDue, checkout
from tests.unit.sagas.samples import (
    AUTHORIZATION,
    AUTHORIZED,
    CANCELLING,
    COMMITTED,
    CONFIRMED,
    DECLINED,
    DUE,
    EXPIRED,
    HELD,
    ORDER,
    PAYMENT,
    PLACED,
    REJECTED,
    RELEASED,
    RESERVATION,
    RESERVED,
    SETTLED,
    SHORT,
    TOTAL,
    UNKNOWN,
    VOID_FAILED,
    VOIDED,
    order_refused,
    payment_refused,
    release,
    stock_refused,
)

GAVE_UP = CheckoutGaveUp(order_id=ORDER)
RESERVE = ReserveStock(**HELD, lines=(StockLine(sku="tea", quantity=2),))
AUTHORIZE = AuthorizePayment(
    payment_id=PAYMENT, order_id=ORDER, operation_id=AUTHORIZATION, amount=TOTAL, payment_method="tok_ok"
)
COMMIT = CommitReservation(**HELD)
CONFIRM = ConfirmOrder(order_id=ORDER, reservation_id=RESERVATION, payment_id=PAYMENT, authorized=TOTAL)
TO_COMMITTED = (PLACED, RESERVED, AUTHORIZED, COMMITTED)


def void(number: int = 0, reason: str = "rejected") -> VoidPayment:
    operation = identity("checkout", ORDER, f"void-{number}")
    return VoidPayment(payment_id=PAYMENT, order_id=ORDER, operation_id=operation, reason=reason)


def reject(reason: str, detail: str = "", shortages: tuple[Shortage, ...] = ()) -> RejectOrder:
    return RejectOrder(order_id=ORDER, reason=reason, detail=detail, shortages=shortages)


def run(*events):
    state, reaction = checkout.run(*events)
    return reaction, state.step, state.status


@pytest.mark.parametrize(
    ("events", "then"),
    [
        ([PLACED], ([RESERVE, Timer(message=GAVE_UP, at=DUE)], "reserving", "running")),
        ([PLACED, RESERVED], ([AUTHORIZE], "authorizing", "running")),
        ([PLACED, RESERVED, AUTHORIZED], ([COMMIT], "committing", "running")),
        (TO_COMMITTED, ([CONFIRM], "confirming", "running")),
        ([*TO_COMMITTED, CONFIRMED], ([], "done", "completed")),
    ],
)
def test_step_by_step_to_confirmed(events, then):
    assert run(*events) == then


@pytest.mark.parametrize(
    ("events", "then"),
    [
        ([PLACED, RESERVED, DECLINED], ([release()], "undoing", "running")),
        (
            [PLACED, RESERVED, DECLINED, RELEASED],
            ([reject("declined", "insufficient_funds")], "rejecting", "running"),
        ),
        ([PLACED, RESERVED, DECLINED, RELEASED, REJECTED], ([], "done", "compensated")),
    ],
)
def test_a_decline_gives_the_stock_back_before_it_rejects(events, then):
    assert run(*events) == then


def test_a_shortage_rejects_at_once():
    short = (Shortage(sku="tea", asked=2, available=1),)

    assert run(PLACED, SHORT) == ([reject("out_of_stock", "", short)], "rejecting", "running")


@pytest.mark.parametrize("refusal", [SHORT, stock_refused("inventory.commit_reservation")])
def test_stock_that_is_gone_at_commit_is_not_paid_for(refusal):
    given = (PLACED, RESERVED, AUTHORIZED, refusal)

    assert run(*given) == ([void()], "undoing", "running")
    [rejection] = run(*given, VOIDED)[0]
    assert rejection.reason == "out_of_stock"


def test_a_reservation_that_is_refused_rejects_with_the_reason():
    then = ([reject("out_of_stock", "sku: no product tea")], "rejecting", "running")

    assert run(PLACED, stock_refused("inventory.reserve_stock", "sku: no product tea")) == then


def test_an_authorization_that_is_refused_gives_the_stock_back():
    given = (PLACED, RESERVED, payment_refused("payments.authorize_payment", "amount_not_positive"))

    assert run(*given) == ([release()], "undoing", "running")
    assert run(*given, RELEASED)[0] == [reject("payment_failed", "amount_not_positive")]


def test_a_confirmation_that_is_refused_undoes_everything():
    given = (*TO_COMMITTED, order_refused("orders.confirm_order"))

    assert run(*given) == ([release(), void()], "undoing", "running")
    assert run(*given, RELEASED) == ([], "undoing", "running")
    assert run(*given, RELEASED, VOIDED)[1] == "rejecting"
    assert run(*given, VOIDED, RELEASED)[1] == "rejecting"


def test_an_unknown_outcome_is_waited_for_and_the_reservation_extended():
    state, reaction = checkout.run(PLACED, RESERVED, UNKNOWN)

    assert reaction == [ExtendReservation(**HELD, minutes=30)]
    assert (state.step, state.status, state.patience) == ("authorizing", "running", timedelta(hours=25))
    assert state.waits_for == "payment.authorized or payment.declined, after a reply was lost"
    assert run(PLACED, RESERVED, UNKNOWN, AUTHORIZED) == ([COMMIT], "committing", "running")
    assert run(PLACED, RESERVED, UNKNOWN, DECLINED) == ([release()], "undoing", "running")


def test_without_an_answer_it_gives_up_when_payment_is_due():
    assert run(PLACED, GAVE_UP) == ([release()], "undoing", "running")
    assert run(PLACED, GAVE_UP, RELEASED)[0] == [reject("stock_timeout")]
    assert run(PLACED, RESERVED, GAVE_UP) == ([release(), void()], "undoing", "running")
    assert run(PLACED, RESERVED, GAVE_UP, RELEASED, VOIDED)[0] == [reject("payment_timeout")]


@pytest.mark.parametrize("given", [(PLACED, RESERVED, UNKNOWN), (PLACED, RESERVED, AUTHORIZED), TO_COMMITTED])
def test_it_does_not_give_up_while_money_is_held_or_may_be(given):
    before = run(*given)

    assert run(*given, GAVE_UP) == ([], *before[1:])


def test_success_after_giving_up_is_undone():
    assert run(PLACED, GAVE_UP, RESERVED) == ([release()], "undoing", "running")
    assert run(PLACED, RESERVED, GAVE_UP, RELEASED, AUTHORIZED) == ([void()], "undoing", "running")


@pytest.mark.parametrize(("late", "undone"), [(RESERVED, release()), (COMMITTED, release()), (AUTHORIZED, void())])
def test_success_after_the_end_is_undone(late, undone):
    assert run(PLACED, RESERVED, GAVE_UP, RELEASED, VOIDED, REJECTED, late) == ([undone], "done", "compensated")


def test_an_expired_order_holds_nothing():
    assert run(PLACED, EXPIRED) == ([release("given_up")], "undoing", "running")
    assert run(PLACED, EXPIRED, RELEASED) == ([], "done", "compensated")
    assert run(PLACED, RESERVED, AUTHORIZED, EXPIRED) == (
        [release("given_up"), void(reason="given_up")],
        "undoing",
        "running",
    )
    assert run(PLACED, RESERVED, AUTHORIZED, EXPIRED, RELEASED, VOIDED) == ([], "done", "compensated")
    assert run(PLACED, EXPIRED, RELEASED, AUTHORIZED) == ([void(reason="given_up")], "undoing", "running")


@pytest.mark.parametrize("given", [(PLACED,), (PLACED, RESERVED), (PLACED, RESERVED, AUTHORIZED), TO_COMMITTED])
@pytest.mark.parametrize("late", [RESERVED, AUTHORIZED, COMMITTED, RELEASED, SETTLED, GAVE_UP])
def test_a_cancelled_order_is_left_to_the_cancellation(given, late):
    assert run(*given, CANCELLING) == ([], "done", "compensated")
    assert run(*given, CANCELLING, late) == ([], "done", "compensated")


def test_an_order_cancelled_after_it_was_confirmed_was_checked_out_all_the_same():
    assert run(*TO_COMMITTED, CONFIRMED, CANCELLING) == ([], "done", "completed")


def test_a_void_that_fails_is_asked_for_again_and_after_five_a_person_sees_it():
    given = (PLACED, RESERVED, AUTHORIZED, SHORT)
    due = CheckoutVoidDue(order_id=ORDER)

    assert run(*given, VOID_FAILED)[0] == [Timer(message=due, after=timedelta(minutes=1))]
    assert run(*given, VOID_FAILED, due)[0] == [void(1)]
    assert run(*given, *[VOID_FAILED] * 4)[2] == "running"
    assert run(*given, *[VOID_FAILED] * 5) == ([Timer(message=due, after=timedelta(minutes=16))], "undoing", "stuck")
    assert run(*given, *[VOID_FAILED] * 5, VOIDED)[1:] == ("rejecting", "running")


def test_nothing_to_void_is_as_good_as_voided():
    given = (PLACED, RESERVED, GAVE_UP, RELEASED, payment_refused("payments.void_payment", "nothing_to_void"))

    assert run(*given)[0] == [reject("payment_timeout")]


def test_a_refused_rejection_is_not_asked_for_again():
    assert run(PLACED, SHORT, order_refused("orders.reject_order")) == ([], "rejecting", "running")


@pytest.mark.parametrize(
    "given", [(PLACED,), (PLACED, RESERVED), (PLACED, SHORT), (PLACED, RESERVED, DECLINED), TO_COMMITTED]
)
def test_who_waits_says_for_what_and_how_long(given):
    state, _ = checkout.run(*given)

    assert state.waits_for
    assert state.patience


def test_the_state_survives_being_kept():
    state, _ = checkout.run(PLACED, RESERVED, SHORT)

    assert msgspec.json.decode(msgspec.json.encode(state), type=type(state)) == state
