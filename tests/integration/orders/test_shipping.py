"""Packed, paid for, gone; or held, cancelled and given back."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail

from apps.backbone import clock
from apps.orders.commands import CancelOrder, CancelShipment, HoldOrder, ReleaseOrder
from apps.orders.events import NotificationSent, OrderCancellationRefused, OrderCancelled, OrderRequestRefused
from apps.orders.models import Hold, Shipment
from apps.payments.events import PaymentCaptured, PaymentVoided, RefundSucceeded
from tests.integration.orders.shop import (
    ORDER,
    STAFF,
    axes,
    create,
    deliver,
    dispatch,
    levels,
    open_shop,
    order,
    pack,
    place,
    runs,
    said,
    say,
    shipment_of,
    story,
)

pytestmark = pytest.mark.django_db(transaction=True)
CANCEL = CancelOrder(order_id=ORDER, reason="changed my mind", by=STAFF)
DROP = CancelShipment(order_id=ORDER, shipment_id=shipment_of(ORDER))
HOLD = HoldOrder(order_id=ORDER, hold_id=UUID(int=7), reason="fraud", by=STAFF)
RELEASE = ReleaseOrder(order_id=ORDER, hold_id=UUID(int=7), by=STAFF)


@pytest.fixture
def confirmed(drain):
    open_shop(drain, tea=5)
    say(place(tea=2))
    drain()


def shipped(drain, *commands):
    for command in commands:
        say(command)
        drain()


def shipment():
    return Shipment.objects.get(pk=shipment_of(ORDER)).status


def test_a_shipment_is_captured_then_leaves_then_arrives(drain, confirmed):
    shipped(drain, create(), pack())
    assert (shipment(), axes()) == ("ready", ("confirmed", "captured", "committed"))

    shipped(drain, dispatch())
    assert (shipment(), axes()) == ("dispatched", ("confirmed", "captured", "fulfilled"))
    assert levels() == {"tea": (3, 0, 0)}

    shipped(drain, deliver())
    assert (shipment(), axes()) == ("delivered", ("completed", "captured", "fulfilled"))
    assert runs() == {
        "checkout": ("completed", ""),
        "notifications": ("completed", ""),
        "shipping": ("completed", ""),
    }


def test_the_customer_is_told_of_each_step_once(drain, confirmed):
    shipped(drain, create(), pack(), dispatch(), dispatch())

    assert [(one.to, one.subject) for one in mail.outbox] == [
        (["ada@example.org"], "Your order C-1001 is confirmed"),
        (["ada@example.org"], "Your order C-1001 is on its way"),
    ]
    assert "2 x Tea" in mail.outbox[0].body
    assert "€10.00" in mail.outbox[0].body
    assert "Tracking number: RR1" in mail.outbox[1].body
    assert len(said(NotificationSent)) == 2


@pytest.mark.parametrize("channel", ["import", "demo"])
def test_nobody_is_written_to_about_imports_and_demo_data(drain, channel):
    open_shop(drain, tea=5)
    say(place(channel=channel, tea=2))
    drain()

    assert axes()[0] == "confirmed"
    assert mail.outbox == []


def test_cancelled_before_capture_the_authorization_is_voided(drain, confirmed):
    shipped(drain, CANCEL)

    [cancelled] = said(OrderCancelled)
    assert (cancelled.voided, cancelled.refunded.amount_minor) == (said(PaymentVoided)[0].amount, 0)
    assert axes() == ("cancelled", "voided", "unfulfilled")
    assert levels() == {"tea": (5, 0, 0)}
    assert runs()["cancellation"] == ("completed", "")


def test_cancelled_after_capture_the_money_is_refunded_once(drain, confirmed):
    shipped(drain, create(), pack(), CANCEL)

    assert [each.amount.amount_minor for each in said(RefundSucceeded)] == [1_000]
    assert axes() == ("cancelled", "refunded", "unfulfilled")
    assert (shipment(), levels()) == ("cancelled", {"tea": (5, 0, 0)})
    assert runs()["shipping"] == ("compensated", "the order was cancelled")


def test_cancelled_while_the_capture_is_on_its_way_the_sum_of_money_is_nothing(drain, confirmed):
    shipped(drain, create())
    say(pack(), CANCEL)
    drain()

    assert axes()[0] == "cancelled"
    captured = sum(each.amount.amount_minor for each in said(PaymentCaptured))
    assert sum(each.amount.amount_minor for each in said(RefundSucceeded)) == captured
    assert levels() == {"tea": (5, 0, 0)}


def test_dispatched_first_a_cancellation_is_refused_and_nothing_undone(drain, confirmed):
    shipped(drain, create(), pack())
    say(dispatch(), CANCEL)
    drain()

    assert [each.reason for each in said(OrderCancellationRefused)] == ["dispatched"]
    assert axes() == ("confirmed", "captured", "fulfilled")
    assert story().count("stock.issued") == 1


def test_cancelled_first_a_dispatch_is_refused_and_nothing_leaves(drain, confirmed):
    shipped(drain, create(), pack())
    say(CANCEL, dispatch())
    drain()

    assert [each.asked for each in said(OrderRequestRefused)] == ["orders.dispatch_shipment"]
    assert axes() == ("cancelled", "refunded", "unfulfilled")
    assert "stock.issued" not in story()


def test_a_shipment_cancelled_after_it_was_paid_is_refunded_and_the_order_stands(drain, confirmed):
    shipped(drain, create(), pack(), DROP)

    assert axes() == ("confirmed", "refunded", "committed")
    assert runs()["shipping"] == ("compensated", "the shipment was cancelled")
    assert mail.outbox[-1].subject == "A refund for your order C-1001"


def test_nothing_is_packed_while_a_hold_stands(drain, confirmed):
    shipped(drain, create(), HOLD, pack())
    assert (shipment(), order().standing_holds) == ("pending", 1)

    shipped(drain, RELEASE, pack())
    assert (shipment(), order().standing_holds) == ("ready", 0)
    assert Hold.objects.get().released_by == STAFF


def test_a_capture_that_fails_twice_is_tried_again_by_itself(drain):
    open_shop(drain, tea=5)
    say(place(card="tok_capture_fails_twice", tea=2))
    drain()
    shipped(drain, create(), pack())
    assert shipment() == "packed"

    for minutes in (5, 10):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            drain()
    assert (shipment(), axes()[1]) == ("ready", "captured")
    assert len(said(PaymentCaptured)) == 1


def test_a_capture_waits_while_the_order_is_on_hold(drain):
    open_shop(drain, tea=5)
    say(place(card="tok_capture_fails_twice", tea=2))
    drain()
    shipped(drain, create(), pack(), HOLD)
    for minutes in (5, 10, 15):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            drain()
    assert story().count("payment.capture_failed") == 1

    shipped(drain, RELEASE)
    with clock.at(clock.now() + timedelta(minutes=20)):
        drain()
    assert (shipment(), axes()[1]) == ("ready", "captured")
