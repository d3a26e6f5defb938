"""The simulated gateway: an independent book, the same answer for the same key, and faults as ordered."""

from collections import Counter
from uuid import UUID, uuid4

import pytest

from apps.backbone.messages import Money
from apps.payments.gateway import (
    Declined,
    Failed,
    GatewayTimeout,
    GatewayUnavailable,
    KeyReused,
    Request,
    Succeeded,
    gateway,
)
from apps.payments.gateway.simulated.models import SimulatedCharge
from tests.integration.payments.till import misbehaving

pytestmark = pytest.mark.django_db(transaction=True)


def to_authorize(key: UUID | None = None, amount: int = 100, card: str = "tok_ok") -> Request:
    return Request(key=key or uuid4(), amount=Money(amount, "EUR"), card=card)


def to_move(reference: str, key: UUID | None = None, amount: int = 100) -> Request:
    return Request(key=key or uuid4(), amount=Money(amount, "EUR"), reference=reference)


def charged(card: str = "tok_ok") -> str:
    reply = gateway().authorize(to_authorize(card=card))
    assert isinstance(reply, Succeeded)
    return reply.reference


def test_the_same_key_gives_the_same_answer_and_charges_once():
    request = to_authorize()
    first = gateway().authorize(request)

    assert gateway().authorize(request) == first == gateway().query(request.key)
    assert SimulatedCharge.objects.count() == 1

    capture = to_move(first.reference)
    assert gateway().capture(capture) == gateway().capture(capture) == gateway().query(capture.key)
    assert SimulatedCharge.objects.get().captured_minor == 100


def test_another_body_under_the_same_key_is_an_error():
    request = to_authorize()
    reference = gateway().authorize(request).reference
    capture = to_move(reference)
    gateway().capture(capture)

    with pytest.raises(KeyReused):
        gateway().authorize(to_authorize(request.key, amount=99))
    with pytest.raises(KeyReused):
        gateway().capture(to_move(reference, capture.key, amount=99))
    with pytest.raises(KeyReused):
        gateway().refund(capture)


def test_a_key_that_it_never_saw_is_not_found():
    assert gateway().query(uuid4()) is None


def test_a_failure_too_is_repeated_under_its_key():
    request = to_move(charged("tok_capture_fails_twice"))

    assert gateway().capture(request) == gateway().capture(request) == Failed(code="processing_error", retryable=True)


def test_what_is_captured_cannot_be_let_go_and_no_more_is_given_back_than_was_taken():
    reference = charged()
    gateway().capture(to_move(reference, amount=80))

    assert gateway().void(to_move(reference, amount=20)) == Failed(code="nothing_to_void", retryable=False)
    assert gateway().capture(to_move(reference, amount=20)) == Failed(code="amount_too_large", retryable=False)
    assert gateway().refund(to_move(reference, amount=81)) == Failed(code="amount_too_large", retryable=False)
    assert gateway().refund(to_move("ch_nobody")) == Failed(code="no_such_charge", retryable=False)


def test_faults_come_as_often_as_ordered_and_the_same_for_the_same_seed():
    def outcomes(seed: int) -> list[str]:
        with misbehaving(error_rate=0.2, lost_request_rate=0.2, lost_reply_rate=0.2, decline_rate=0.3, seed=seed):
            return [outcome(uuid4()) for _ in range(200)]

    first = outcomes(7)
    outcomes(8)

    assert outcomes(7) == first
    assert Counter(first).keys() == {"Succeeded", "Declined", "GatewayTimeout", "GatewayUnavailable"}


def outcome(key: UUID) -> str:
    try:
        return type(gateway().authorize(to_authorize(key))).__name__
    except (GatewayTimeout, GatewayUnavailable) as error:
        return type(error).__name__


def test_a_request_lost_on_its_way_in_charges_nothing_and_a_lost_reply_does():
    with misbehaving(lost_request_rate=1), pytest.raises(GatewayTimeout):
        gateway().authorize(to_authorize())
    assert SimulatedCharge.objects.count() == 0

    with misbehaving(lost_reply_rate=1), pytest.raises(GatewayTimeout):
        gateway().authorize(to_authorize())
    assert SimulatedCharge.objects.count() == 1


def test_every_card_may_be_declined_softly():
    with misbehaving(decline_rate=1):
        assert gateway().authorize(to_authorize()) == Declined(code="card_declined", soft=True)
