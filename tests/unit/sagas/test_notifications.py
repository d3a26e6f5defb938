"""The customer is told what matters, once; nobody is written to about imports and demo data."""

from uuid import UUID

import pytest

from apps.backbone.messages import Money
from apps.backbone.saga import identity
from apps.orders.commands import NotifyCustomer
from apps.orders.events import ShipmentDispatched
from apps.payments.events import RefundSucceeded
from apps.sagas.notifications import notifications
from tests.unit.sagas.samples import CONFIRMED, NOW, ORDER, PAYMENT, PLACED, REJECTED, SHIPMENT, placed

REFUND = UUID(int=8)
DISPATCHED = ShipmentDispatched(shipment_id=SHIPMENT, order_id=ORDER, lines=(), carrier="Post", dispatched_at=NOW)
REFUNDED = RefundSucceeded(
    refund_id=REFUND,
    payment_id=PAYMENT,
    order_id=ORDER,
    amount=Money(100, "EUR"),
    refunded_total=Money(100, "EUR"),
    source="staff",
    gateway_reference="g-1",
)


@pytest.mark.parametrize(
    ("event", "template", "about"),
    [
        (CONFIRMED, "confirmed", ORDER),
        (REJECTED, "rejected", ORDER),
        (DISPATCHED, "shipped", SHIPMENT),
        (REFUNDED, "refunded", REFUND),
    ],
)
def test_the_customer_is_told(event, template, about):
    state, reaction = notifications.run(PLACED, event)
    identity_of_mail = identity("notifications", about, template)

    assert reaction == [NotifyCustomer(notification_id=identity_of_mail, order_id=ORDER, template=template)]
    assert state.status == "completed"


def test_a_placed_order_alone_is_no_news():
    state, reaction = notifications.run(PLACED)

    assert (state.status, reaction) == ("completed", [])


@pytest.mark.parametrize(("channel", "key"), [("api", ORDER), ("console", ORDER), ("import", None), ("demo", None)])
def test_imports_and_demo_data_open_no_instance(channel, key):
    assert notifications.key(placed(channel)) == key
