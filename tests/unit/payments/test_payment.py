"""What a payment allows and refuses, and how it ends without a sale."""

from datetime import timedelta

import pytest

from apps.backbone.messages import Money
from apps.payments.commands import PerformOperation, VoidPayment
from apps.payments.events import (
    PaymentAuthorized,
    PaymentCaptureFailed,
    PaymentDeclined,
    PaymentVoidFailed,
    RefundFailed,
)
from tests.unit.payments.samples import (
    ASKED,
    AUTHORIZE,
    AUTHORIZED,
    CAPTURE,
    CAPTURED,
    CAPTURING,
    LATER,
    NOTHING,
    NOW,
    ORDER,
    OTHER,
    PAYMENT,
    REFUND,
    VOID,
    authorize,
    capture,
    captured,
    closing,
    decided,
    euros,
    outcome,
    own,
    refund,
    refund_succeeded,
    refused,
    requested,
    settle,
    settled,
    unknown,
    void,
    voided,
)


def test_an_authorization_is_written_down_with_its_key_before_it_is_sent():
    assert decided(NOTHING, authorize()) == [requested(AUTHORIZE, "authorize", 100, payment_method="tok_ok")]


@pytest.mark.parametrize(
    ("past", "again"), [(ASKED, authorize()), (CAPTURING, capture()), (CAPTURED.then(refund()), refund())]
)
def test_a_repeated_command_changes_nothing(past, again):
    assert decided(past, again) == []


@pytest.mark.parametrize(
    ("past", "command", "reason"),
    [
        (ASKED, authorize(amount=euros(99)), "operation_id_reused"),
        (AUTHORIZED, capture(operation=AUTHORIZE), "operation_id_reused"),
        (NOTHING, authorize(amount=euros(0)), "amount_not_positive"),
        (NOTHING, authorize(amount=euros(-5)), "amount_not_positive"),
        (ASKED, authorize(operation=OTHER), "authorization_in_flight"),
        (AUTHORIZED, authorize(operation=OTHER), "already_authorized"),
        (NOTHING, capture(), "over_authorized"),
        (ASKED, capture(), "over_authorized"),
        (AUTHORIZED, capture(amount=euros(101)), "over_authorized"),
        (AUTHORIZED, capture(amount=Money(100, "USD")), "currency_differs"),
        (CAPTURING, capture(operation=OTHER), "already_captured"),
        (CAPTURED, capture(operation=OTHER), "already_captured"),
        (AUTHORIZED.then(void()), capture(), "payment_closed"),
        (NOTHING.then(settle), authorize(), "payment_closed"),
        (AUTHORIZED, refund(), "over_captured"),
        (CAPTURED, refund(amount=euros(101)), "over_captured"),
        (CAPTURED.then(refund(amount=euros(60))), refund(OTHER, euros(60)), "over_captured"),
    ],
)
def test_what_the_facts_do_not_allow_is_refused(past, command, reason):
    assert decided(past, command) == refused(command, reason)


def test_an_expired_authorization_is_not_captured():
    assert decided(AUTHORIZED, capture(), now=LATER) == refused(capture(), "authorization_expired")


def test_success_is_told_with_the_gateways_reference_and_the_totals():
    assert decided(ASKED, outcome(AUTHORIZE, expires_at=LATER)) == [
        PaymentAuthorized(
            payment_id=PAYMENT,
            order_id=ORDER,
            operation_id=AUTHORIZE,
            amount=euros(100),
            gateway="simulated",
            gateway_reference="ch_1",
            expires_at=LATER,
        )
    ]
    assert decided(CAPTURING, outcome(CAPTURE)) == [captured(100)]
    assert decided(CAPTURED.then(refund(amount=euros(30))), outcome(REFUND)) == [refund_succeeded(REFUND, 30, 30)]


def test_a_capture_of_less_lets_go_of_the_rest():
    past = AUTHORIZED.then(capture(amount=euros(40)))

    assert decided(past, outcome(CAPTURE)) == [captured(40), voided(CAPTURE, 60, "remainder")]


def test_a_decline_says_whether_the_card_may_succeed_later():
    when = outcome(AUTHORIZE, "failed", code="insufficient_funds", retryable=True)
    then = PaymentDeclined(
        payment_id=PAYMENT, order_id=ORDER, operation_id=AUTHORIZE, code="insufficient_funds", soft=True
    )

    assert decided(ASKED, when) == [then]


def test_after_a_decline_another_card_may_be_tried():
    past = ASKED.then(outcome(AUTHORIZE, "failed", code="stolen_card"))

    assert decided(past, authorize(OTHER)) == [requested(OTHER, "authorize", 100, payment_method="tok_ok")]


def test_a_failed_capture_may_be_asked_for_anew_under_another_key():
    failed = outcome(CAPTURE, "failed", code="processing_error", retryable=True)

    assert decided(CAPTURING, failed) == [
        PaymentCaptureFailed(
            payment_id=PAYMENT, order_id=ORDER, operation_id=CAPTURE, code="processing_error", retryable=True
        )
    ]
    assert decided(CAPTURING.then(failed), capture(OTHER)) == [requested(OTHER, "capture", 100)]


def test_a_failed_refund_is_refundable_again():
    past = CAPTURED.then(refund(), outcome(REFUND, "failed", code="card_closed"))

    assert past.events[-1] == RefundFailed(
        refund_id=REFUND, payment_id=PAYMENT, order_id=ORDER, amount=euros(100), code="card_closed"
    )
    assert decided(past, refund(OTHER)) == [requested(OTHER, "refund", 100, reason="damaged", source="staff")]


def test_no_answer_is_unknown_and_neither_success_nor_failure():
    when = outcome(CAPTURE, "unknown", tries=1, first_sent_at=NOW)

    assert decided(CAPTURING, when) == [unknown(CAPTURE, "capture", 1, False, NOW)]


def test_a_refund_of_unknown_outcome_counts_as_given_back():
    past = CAPTURED.then(refund(amount=euros(60)), outcome(REFUND, "unknown", tries=1, first_sent_at=NOW))

    assert decided(past, refund(OTHER, euros(60))) == refused(refund(OTHER), "over_captured")


def test_after_24_hours_an_unknown_outcome_needs_a_person_and_is_told_once():
    first = CAPTURING.then(outcome(CAPTURE, "unknown", tries=1, first_sent_at=NOW))
    when, day_later = outcome(CAPTURE, "unknown", tries=9, first_sent_at=NOW), NOW + timedelta(hours=24)

    assert decided(first, when, now=day_later) == [unknown(CAPTURE, "capture", 9, True, NOW)]
    assert decided(first.then(when, now=day_later), when, now=day_later) == []


@pytest.mark.parametrize("late", ["succeeded", "failed", "unknown"])
def test_the_first_final_answer_wins(late):
    assert decided(CAPTURED, outcome(CAPTURE, late, code="late")) == []
    assert decided(NOTHING, outcome(CAPTURE, late)) == []


def test_cancelling_without_a_payment_settles_at_once_and_refuses_what_comes_late():
    assert decided(NOTHING, settle) == [closing(), settled()]
    assert decided(NOTHING.then(settle), settle) == []
    assert decided(NOTHING.then(settle), authorize()) == refused(authorize(), "payment_closed")


def test_cancelling_lets_go_of_what_is_authorized():
    void_1 = own("void", 2)

    assert decided(AUTHORIZED, settle) == [closing(), requested(void_1, "void", 100, reason="cancelled")]
    assert decided(AUTHORIZED.then(settle), outcome(void_1)) == [
        voided(void_1, 100, "cancelled"),
        settled(voided=100),
    ]


def test_cancelling_gives_back_what_is_captured_and_not_yet_refunded():
    past = CAPTURED.then(refund(amount=euros(30)), outcome(REFUND))
    rest = own("refund", 4)

    assert decided(past, settle) == [closing(), requested(rest, "refund", 70, reason="cancelled")]
    assert decided(past.then(settle), outcome(rest)) == [
        refund_succeeded(rest, 70, 100, source="saga"),
        settled(refunded=100),
    ]


@pytest.mark.parametrize("doubt", [(), (outcome(CAPTURE, "unknown", tries=1, first_sent_at=NOW),)])
def test_cancelling_waits_for_a_capture_in_flight_and_gives_it_back(doubt):
    past = CAPTURING.then(*doubt)
    back = own("refund", 3)

    assert decided(past, settle) == [closing()]
    assert decided(past.then(settle), outcome(CAPTURE)) == [
        captured(100),
        requested(back, "refund", 100, reason="cancelled"),
    ]


def test_cancelling_lets_go_when_the_capture_in_flight_fails():
    failed = outcome(CAPTURE, "failed", code="processing_error", retryable=True)

    assert decided(CAPTURING.then(settle), failed)[1:] == [requested(own("void", 3), "void", 100, reason="cancelled")]


def test_cancelling_settles_when_the_authorization_in_flight_is_declined():
    declined = outcome(AUTHORIZE, "failed", code="stolen_card")

    assert decided(ASKED.then(settle), declined)[1:] == [settled()]


def test_an_authorization_that_succeeds_after_giving_up_is_let_go_at_once():
    given_up = closing("given_up", settles=False, operation=VOID)

    assert decided(ASKED, void()) == [given_up]
    assert decided(ASKED.then(void()), outcome(AUTHORIZE))[1:] == [requested(VOID, "void", 100, reason="given_up")]


def test_giving_up_is_asked_twice_and_done_once():
    assert decided(ASKED.then(void()), void()) == []
    assert decided(AUTHORIZED.then(void()), void()) == []
    assert decided(AUTHORIZED.then(void(), outcome(VOID)), void()) == []


def test_giving_up_with_nothing_held_says_so_and_refuses_a_late_authorization():
    assert decided(NOTHING, void()) == [
        closing("given_up", settles=False, operation=VOID),
        *refused(void(), "nothing_to_void"),
    ]
    assert decided(NOTHING.then(void()), authorize()) == refused(authorize(), "payment_closed")


def test_giving_up_gives_back_what_is_captured():
    assert decided(CAPTURED, void())[1:] == [requested(VOID, "refund", 100, reason="given_up")]


def test_a_failed_void_is_told_and_tried_again_only_when_asked():
    past, first = AUTHORIZED.then(settle), own("void", 2)
    failed = past.then(outcome(first, "failed", code="gateway_error"))

    assert failed.events[len(past.events) :] == (
        PaymentVoidFailed(payment_id=PAYMENT, order_id=ORDER, operation_id=first, code="gateway_error"),
    )
    assert decided(failed, settle) == [requested(own("void", 3), "void", 100, reason="cancelled")]


def test_a_dead_authorization_is_let_go_and_another_may_follow():
    expired = VoidPayment(payment_id=PAYMENT, order_id=ORDER, operation_id=VOID, reason="auth_expired")
    past = AUTHORIZED.then(expired, outcome(VOID))

    assert past.events[-1] == voided(VOID, 100, "auth_expired")
    assert decided(past, authorize(OTHER)) == [requested(OTHER, "authorize", 100, payment_method="tok_ok")]


def test_an_unknown_command_is_a_bug():
    with pytest.raises(TypeError, match=r"payments\.perform_operation"):
        decided(NOTHING, PerformOperation(payment_id=PAYMENT, operation_id=CAPTURE))
