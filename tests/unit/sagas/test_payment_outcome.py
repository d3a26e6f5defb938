"""A lost answer is asked after at growing intervals, for a day."""

from datetime import timedelta

import msgspec
import pytest

from apps.backbone.saga import Timer
from apps.payments.commands import ResolveOperation
from apps.payments.events import RefundFailed
from apps.sagas.payment_outcome import OutcomeCheckDue, payment_outcome
from tests.unit.sagas.samples import AUTHORIZATION, AUTHORIZED, DECLINED, ORDER, PAYMENT, TOTAL, UNKNOWN, VOID_FAILED

RESOLVE = ResolveOperation(payment_id=PAYMENT, operation_id=AUTHORIZATION)
FINAL = msgspec.structs.replace(UNKNOWN, final=True)


def due(check: int) -> OutcomeCheckDue:
    return OutcomeCheckDue(operation_id=AUTHORIZATION, order_id=ORDER, check=check)


def rounds(count: int) -> list:
    """So many questions, each without an answer."""
    return [event for check in range(1, count + 1) for event in (UNKNOWN, due(check))]


def test_it_asks_after_ten_seconds():
    state, reaction = payment_outcome.run(UNKNOWN)

    assert reaction == [Timer(message=due(1), after=timedelta(seconds=10))]
    assert (state.status, state.waits_for) == ("running", "the outcome of the authorize")
    assert payment_outcome.run(UNKNOWN, due(1))[1] == [RESOLVE]


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        (1, timedelta(seconds=30)),
        (2, timedelta(minutes=2)),
        (3, timedelta(minutes=10)),
        (4, timedelta(hours=1)),
        (5, timedelta(hours=1)),
        (20, timedelta(hours=1)),
    ],
)
def test_each_pause_is_longer_until_it_is_an_hour(asked, pause):
    state, reaction = payment_outcome.run(*rounds(asked), UNKNOWN)

    assert reaction == [Timer(message=due(asked + 1), after=pause)]
    assert state.patience == pause + timedelta(minutes=5)


@pytest.mark.parametrize("answer", [AUTHORIZED, DECLINED, VOID_FAILED])
def test_the_first_answer_ends_it(answer):
    state, reaction = payment_outcome.run(UNKNOWN, answer)

    assert (state.status, state.reason, reaction) == ("completed", "", [])
    assert payment_outcome.run(UNKNOWN, answer, due(1))[1] == []
    assert payment_outcome.run(UNKNOWN, answer, UNKNOWN)[1] == []


def test_after_a_day_it_is_a_persons():
    state, reaction = payment_outcome.run(*rounds(3), FINAL)

    assert (state.status, state.reason, reaction) == ("completed", "needs_review", [])


def test_what_comes_twice_asks_once():
    assert payment_outcome.run(UNKNOWN, UNKNOWN)[1] == []
    assert payment_outcome.run(UNKNOWN, due(1), due(1))[1] == []
    assert payment_outcome.run(UNKNOWN, due(1), UNKNOWN, due(1))[1] == []


def test_a_refund_is_known_by_its_own_id():
    failed = RefundFailed(refund_id=AUTHORIZATION, payment_id=PAYMENT, order_id=ORDER, amount=TOTAL, code="closed")

    assert payment_outcome.key(failed) == payment_outcome.key(UNKNOWN) == AUTHORIZATION
