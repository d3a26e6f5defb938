"""From placed to confirmed, or undone, through the real backbone."""

from datetime import timedelta
from uuid import UUID

import pytest

from apps.backbone import clock
from apps.orders.commands import CancelOrder, ExpireOrder
from apps.orders.events import OrderConfirmed, OrderPlaced, OrderRejected, OrderRequestRefused
from apps.orders.models import Order
from tests.integration.orders.shop import (
    ORDER,
    STAFF,
    axes,
    carry_out,
    levels,
    open_shop,
    order,
    place,
    runs,
    said,
    say,
    story,
)

pytestmark = pytest.mark.django_db(transaction=True)
CANCEL = CancelOrder(order_id=ORDER, reason="changed my mind", by=STAFF)


def test_an_order_is_reserved_then_authorized_then_committed_then_confirmed(drain):
    open_shop(drain, tea=5)
    say(place(tea=2))
    drain()

    assert story() == [
        "order.placed",
        "stock.reserved",
        "payment.operation_requested",
        "payment.authorized",
        "stock.reservation_committed",
        "order.confirmed",
    ]
    assert axes() == ("confirmed", "authorized", "committed")
    assert levels() == {"tea": (5, 0, 2)}
    assert runs() == {"checkout": ("completed", ""), "notifications": ("completed", "")}


def test_a_declined_card_gives_the_stock_back_and_then_rejects(drain):
    open_shop(drain, tea=5)
    say(place(card="tok_decline_funds", tea=2))
    drain()

    assert story() == [
        "order.placed",
        "stock.reserved",
        "payment.operation_requested",
        "payment.declined",
        "stock.reservation_released",
        "order.rejected",
    ]
    assert axes() == ("rejected", "failed", "unfulfilled")
    assert order().reason == "declined: insufficient_funds"
    assert levels() == {"tea": (5, 0, 0)}
    assert runs()["checkout"] == ("compensated", "declined: insufficient_funds")


def test_what_is_short_is_rejected_with_its_shortages_and_nothing_is_charged(drain):
    open_shop(drain, tea=1, pot=5)
    say(place(tea=2, pot=1))
    drain()

    assert story() == ["order.placed", "stock.reservation_rejected", "order.rejected"]
    [rejected] = said(OrderRejected)
    assert [(each.sku, each.asked, each.available) for each in rejected.shortages] == [("tea", 2, 1)]
    assert axes() == ("rejected", "unpaid", "unfulfilled")


def test_the_same_order_sent_twice_is_one_order(drain):
    open_shop(drain, tea=5)
    say(place(tea=2), place(tea=2))
    drain()
    say(place(tea=2))
    drain()

    assert len(said(OrderPlaced)) == len(said(OrderConfirmed)) == 1
    assert Order.objects.get().number == "C-1001"
    assert levels() == {"tea": (5, 0, 2)}


def test_each_channel_counts_its_own_orders(drain):
    open_shop(drain, tea=9)
    say(place(1, tea=1), place(2, channel="api", tea=1), place(3, tea=1))
    drain()

    assert list(Order.objects.order_by("number").values_list("number", flat=True)) == ["A-1001", "C-1001", "C-1002"]


def test_a_malformed_order_is_refused_and_leaves_no_order(drain):
    say(place(tea=0))
    drain()

    [refused] = said(OrderRequestRefused)
    assert refused.reason == "line 1, quantity: 1 to 1000000"
    assert not Order.objects.exists()


@pytest.mark.parametrize("card", ["tok_timeout_committed", "tok_timeout_not_committed"])
def test_a_lost_reply_is_asked_after_until_it_is_known(drain, card):
    open_shop(drain, tea=5)
    say(place(card=card, tea=2))
    drain()

    assert axes() == ("placed", "unknown", "reserved")
    with clock.at(clock.now() + timedelta(seconds=40)):
        drain()
    assert axes() == ("confirmed", "authorized", "committed")
    assert story().count("payment.authorized") == 1


def test_cancelled_before_anyone_heard_of_it_nothing_stays_held(drain):
    open_shop(drain, tea=5)
    say(place(tea=2), CANCEL)
    drain()

    assert axes()[0] == "cancelled"
    assert levels() == {"tea": (5, 0, 0)}
    assert runs() == {
        "checkout": ("compensated", "cancelling"),
        "cancellation": ("completed", ""),
        "notifications": ("completed", ""),
    }


def test_an_order_does_not_expire_while_its_payment_is_unknown(drain):
    open_shop(drain, tea=5)
    say(place(card="tok_timeout_not_committed", tea=2))
    drain()
    with clock.at(clock.now() + timedelta(minutes=31)):
        say(ExpireOrder(order_id=ORDER))
        drain()

    assert [each.reason for each in said(OrderRequestRefused)] == ["payment: it may yet succeed"]
    assert axes()[0] == "confirmed"


def test_an_order_that_expired_before_its_stock_was_reserved_holds_nothing(drain):
    open_shop(drain, tea=5)
    with clock.at(clock.now() - timedelta(hours=2)):
        say(place(tea=2))
        carry_out("orders.commands")
    say(ExpireOrder(order_id=ORDER))
    drain()

    assert axes() == ("expired", "unpaid", "unfulfilled")
    assert levels() == {"tea": (5, 0, 0)}
    assert runs()["checkout"] == ("compensated", "expired")


def test_a_checkout_that_inventory_does_not_answer_gives_up(drain):
    open_shop(drain, tea=5)
    with clock.at(clock.now() - timedelta(hours=2)):
        say(place(tea=2))
        carry_out("orders.commands")
        carry_out("sagas.checkout")
    carry_out("sagas.checkout")
    drain()

    assert axes()[0] == "rejected"
    assert order().reason == "stock_timeout"
    assert levels() == {"tea": (5, 0, 0)}


def test_many_orders_for_one_unit_make_one_sale(drain):
    open_shop(drain, tea=1)
    say(*(place(number, tea=1) for number in range(1, 21)))
    drain()

    assert len(said(OrderConfirmed)) == 1
    assert len(said(OrderRejected)) == 19
    assert levels() == {"tea": (1, 0, 1)}
    assert {axes(UUID(int=number))[0] for number in range(1, 21)} == {"confirmed", "rejected"}
