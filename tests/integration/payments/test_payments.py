"""Payments through the whole backbone and the simulated gateway: both books agree, whatever is lost on the way."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from apps.backbone.messages import Money
from apps.backbone.rebuild import rebuild
from apps.payments.events import PaymentCancellationSettled, PaymentDeclined, PaymentRequestRefused
from apps.payments.gateway.interface import Reply, Request
from apps.payments.gateway.simulated.door import SimulatedGateway
from apps.payments.models import Claim, Operation, Payment
from apps.payments.projections import ledger, operations, orders, payments
from apps.payments.queries import for_order
from tests.integration.payments.till import Till, balances, misbehaving

pytestmark = pytest.mark.django_db(transaction=True)
CAPTURE, REFUND = uuid4(), uuid4()


@pytest.fixture
def till(drain):
    return Till(drain)


def test_authorized_captured_and_refunded_in_part(till):
    till.run(till.authorize())
    assert till.ours() == ("authorized", 100, 0, 0, 0)

    till.run(till.capture())
    assert till.ours() == ("captured", 100, 100, 0, 0)

    till.run(till.refund(amount=30))
    assert till.ours() == ("partially_refunded", 100, 100, 0, 30)
    assert till.theirs() == [(100, 100, 0, 30)]
    assert balances() == {("gateway_receivable", "posted", "EUR"): 70, ("sales_clearing", "posted", "EUR"): -70}
    assert till.said() == [
        "payment.operation_requested",
        "payment.authorized",
        "payment.operation_requested",
        "payment.captured",
        "payment.operation_requested",
        "refund.succeeded",
    ]


@pytest.mark.parametrize(
    ("card", "code", "soft"),
    [
        ("tok_decline_funds", "insufficient_funds", True),
        ("tok_decline_hard", "stolen_card", False),
        ("tok_of_nobody", "unknown_card", False),
    ],
)
def test_a_declined_card_says_why_and_moves_no_money(drain, card, code, soft):
    till, operation = Till(drain, card=card), uuid4()
    till.run(till.authorize(operation))

    assert till.last() == PaymentDeclined(
        payment_id=till.payment_id, order_id=till.order_id, operation_id=operation, code=code, soft=soft
    )
    assert till.ours() == ("declined", 0, 0, 0, 0)
    assert till.theirs() == []
    assert balances() == {}


def test_giving_up_lets_go_of_the_authorization(till):
    till.run(till.authorize())
    till.run(till.void())

    assert till.ours() == ("voided", 100, 0, 100, 0)
    assert till.theirs() == [(100, 0, 100, 0)]
    assert balances() == {}


def test_an_authorization_that_comes_through_after_giving_up_is_let_go(drain):
    till = Till(drain, card="tok_timeout_committed")
    till.run(till.authorize())
    till.run(till.void())
    till.wait()

    assert till.said()[-3:] == ["payment.authorized", "payment.operation_requested", "payment.voided"]
    assert till.theirs() == [(100, 0, 100, 0)]


def test_a_repeated_command_is_carried_out_once(till):
    authorize, capture = till.authorize(), till.capture(CAPTURE)
    till.run(authorize, authorize)
    till.run(capture, capture)

    assert till.said().count("payment.captured") == 1
    assert till.asked_of_gateway("capture") == 1


@pytest.mark.parametrize("card", ["tok_timeout_committed", "tok_timeout_not_committed"])
def test_a_lost_reply_is_unknown_and_then_captured_once(drain, card):
    """Whether the gateway had charged (T18) or had not (T19)."""
    till = Till(drain, card=card)
    till.run(till.authorize())
    assert till.said()[-1] == "payment.outcome_unknown"
    till.wait()
    assert till.ours() == ("authorized", 100, 0, 0, 0)

    till.run(till.capture(CAPTURE))
    assert till.operation(CAPTURE) == "unknown"
    assert till.ours() == ("authorized", 100, 0, 0, 0)
    till.wait()

    assert till.operation(CAPTURE) == "succeeded"
    assert till.ours() == ("captured", 100, 100, 0, 0)
    assert till.theirs() == [(100, 100, 0, 0)]
    assert till.said().count("payment.captured") == 1


class KilledAfterCapture(SimulatedGateway):
    """The capture is in the gateway's book when its caller dies."""

    def capture(self, request: Request) -> Reply:
        super().capture(request)
        raise SystemError("killed between send and store")


class KilledBeforeCapture(SimulatedGateway):
    """The caller dies with the request in hand."""

    def capture(self, request: Request) -> Reply:
        raise SystemError("killed before sending")


@pytest.mark.parametrize("killed", [KilledAfterCapture, KilledBeforeCapture])
def test_killed_between_send_and_store_it_is_captured_once_with_the_same_key(till, settings, killed):
    """T20"""
    till.run(till.authorize())
    settings.PAYMENT_GATEWAY = f"{__name__}.{killed.__name__}"
    till.run(till.capture(CAPTURE))
    assert till.operation(CAPTURE) == "requested"
    assert Claim.objects.get(pk=CAPTURE).token == 1

    del settings.PAYMENT_GATEWAY
    till.wait()

    assert till.operation(CAPTURE) == "succeeded"
    assert Claim.objects.get(pk=CAPTURE).token == 2
    assert till.theirs() == [(100, 100, 0, 0)]
    assert till.asked_of_gateway("capture") == 1
    assert till.said().count("payment.captured") == 1


class NoGateway(SimulatedGateway):
    """It must not be asked for anything but news."""

    def capture(self, request: Request) -> Reply:
        raise AssertionError("sent again after its key had expired")


def test_unknown_for_a_day_it_is_never_sent_again_and_needs_a_person(till, settings):
    """T21, but for the report"""
    till.run(till.authorize())
    with misbehaving(lost_request_rate=1):
        till.run(till.capture(CAPTURE))
        till.wait(timedelta(hours=23, minutes=30))
    settings.PAYMENT_GATEWAY = f"{__name__}.NoGateway"
    till.wait(timedelta(hours=2))
    till.run(till.resolve(CAPTURE))

    assert till.operation(CAPTURE) == "needs_review"
    assert till.said().count("payment.captured") == 0


def test_cancelling_while_a_capture_is_unknown_gives_the_money_back(drain):
    """T09, the capture first"""
    till = Till(drain, card="tok_timeout_committed")
    till.run(till.authorize())
    till.wait()
    till.run(till.capture(CAPTURE))
    till.run(till.settle())
    assert till.said()[-1] == "payment.closing_started"
    till.wait()

    assert till.last() == PaymentCancellationSettled(
        payment_id=till.payment_id, order_id=till.order_id, voided=Money(0, "EUR"), refunded=Money(100, "EUR")
    )
    assert till.ours() == ("refunded", 100, 100, 0, 100)
    assert till.theirs() == [(100, 100, 0, 100)]
    assert balances() == {}


def test_cancelling_before_the_capture_refuses_it(till):
    """T09, the cancellation first"""
    till.run(till.authorize())
    till.run(till.settle(), till.capture(CAPTURE))

    assert till.ours() == ("voided", 100, 0, 100, 0)
    assert till.theirs() == [(100, 0, 100, 0)]
    assert till.asked_of_gateway("capture") == 0
    assert sorted(till.said()[2:]) == sorted(
        [
            "payment.closing_started",
            "payment.operation_requested",
            "payment.request_refused",
            "payment.voided",
            "payment.cancellation_settled",
        ]
    )


def test_a_refund_that_fails_later_is_refundable_again(drain):
    till = Till(drain, card="tok_refund_fails_later")
    till.run(till.authorize())
    till.run(till.capture())
    till.run(till.refund(REFUND))
    assert till.operation(REFUND) == "unknown"
    till.wait()

    assert till.operation(REFUND) == "failed"
    assert till.ours() == ("captured", 100, 100, 0, 0)
    assert balances() == {("gateway_receivable", "posted", "EUR"): 100, ("sales_clearing", "posted", "EUR"): -100}


def test_a_capture_that_fails_twice_succeeds_under_a_third_key(drain):
    till = Till(drain, card="tok_capture_fails_twice")
    till.run(till.authorize())
    for _ in range(3):
        till.run(till.capture())

    assert till.said().count("payment.capture_failed") == 2
    assert till.theirs() == [(100, 100, 0, 0)]


def test_a_dead_authorization_is_not_captured(drain):
    till = Till(drain, card="tok_auth_expires_60s")
    till.run(till.authorize())
    till.now += timedelta(seconds=60)
    till.run(till.capture(CAPTURE))

    assert till.last() == PaymentRequestRefused(
        payment_id=till.payment_id,
        order_id=till.order_id,
        asked="payments.capture_payment",
        reason="authorization_expired",
        operation_id=CAPTURE,
    )
    assert till.asked_of_gateway("capture") == 0


def test_one_operation_id_with_another_amount_is_refused(till):
    operation = uuid4()
    till.run(till.authorize(operation))
    till.amount = Money(99, "EUR")
    till.run(till.authorize(operation))

    assert till.said()[-1] == "payment.request_refused"
    assert till.theirs() == [(100, 0, 0, 0)]


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_no_minor_unit_is_lost_in_any_currency(drain, currency):
    """T37"""
    till = Till(drain, amount=Money(10_001, currency))
    till.run(till.authorize())
    till.run(till.capture())
    for part in (3_334, 3_334, 3_333):
        till.run(till.refund(amount=part))

    assert till.ours() == ("refunded", 10_001, 10_001, 0, 10_001)
    assert till.theirs() == [(10_001, 10_001, 0, 10_001)]
    assert balances() == {}


def test_the_database_refuses_a_second_capture_of_one_order(till):
    till.run(till.authorize())
    till.run(till.capture(CAPTURE))
    first = Operation.objects.get(pk=CAPTURE)

    with pytest.raises(Exception, match=r"order_captured_once|UNIQUE"):
        Operation(**{**values(first), "operation_id": uuid4()}).save(force_insert=True)


def values(row: Operation) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in Operation._meta.concrete_fields}


def test_an_order_page_can_ask_for_its_payments(till):
    operation = uuid4()
    till.run(till.authorize(operation))

    assert for_order(str(till.order_id)) == [
        {
            "payment_id": str(till.payment_id),
            "status": "authorized",
            "currency": "EUR",
            "authorized_minor": 100,
            "captured_minor": 0,
            "refunded_minor": 0,
            "voided_minor": 0,
            "operations": [
                {
                    "operation_id": str(operation),
                    "kind": "authorize",
                    "status": "succeeded",
                    "amount_minor": 100,
                    "code": "",
                }
            ],
        }
    ]
    assert for_order(str(UUID(int=9))) == []
    assert Payment.objects.count() == 1


def test_every_read_model_is_the_replay_of_the_log(drain):
    """T34"""
    for card in ("tok_ok", "tok_timeout_committed", "tok_decline_hard", "tok_refund_fails_later"):
        till = Till(drain, card=card)
        till.run(till.authorize())
        till.wait()
        till.run(till.capture(amount=80))
        till.run(till.refund(amount=30))
        till.wait()
        till.run(till.settle())

    for projection in (payments, operations, ledger, orders):
        assert not rebuild(projection).changed, projection.name
