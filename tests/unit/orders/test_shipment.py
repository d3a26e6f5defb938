"""A shipment takes the whole order, is paid for before it leaves, and stands still while a hold stands."""

import pytest

from apps.backbone.saga import identity
from apps.orders.commands import (
    CancelShipment,
    CreateShipment,
    DispatchShipment,
    HoldOrder,
    MarkShipmentReady,
)
from apps.orders.domain import order
from apps.orders.events import (
    OrderCompleted,
    ShipmentCancelled,
    ShipmentCreated,
    ShipmentDelivered,
    ShipmentDispatched,
    ShipmentLine,
    ShipmentPacked,
    ShipmentReady,
)
from tests.unit.orders.samples import (
    CREATE,
    DELIVER,
    DISPATCH,
    HOLD,
    NOW,
    ORDER,
    OTHER_SHIPMENT,
    PACK,
    READY,
    SHIPMENT,
    TO_CONFIRMED,
    TO_DISPATCHED,
    TO_PACKED,
    TO_READY,
    TOTAL,
    after,
    eur,
    place,
    refusal,
)

LINES = (
    ShipmentLine(line_id=identity("order", ORDER, "line-1"), sku="tea", quantity=2),
    ShipmentLine(line_id=identity("order", ORDER, "line-2"), sku="pot", quantity=1),
)
DROP = CancelShipment(order_id=ORDER, shipment_id=SHIPMENT)
LOSE = CancelShipment(order_id=ORDER, shipment_id=SHIPMENT, reason="lost")
STOP = HoldOrder(order_id=ORDER, hold_id=HOLD, reason="manual", by="user:7")
TO_DELIVERED = (*TO_DISPATCHED, DELIVER)


def outcome(given, when):
    return order.outcome(after(*given), when, NOW)


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        (TO_CONFIRMED, CREATE, [ShipmentCreated(shipment_id=SHIPMENT, order_id=ORDER, lines=LINES)]),
        ((*TO_CONFIRMED, CREATE), PACK, [ShipmentPacked(shipment_id=SHIPMENT, order_id=ORDER, due=TOTAL)]),
        (TO_PACKED, READY, [ShipmentReady(shipment_id=SHIPMENT, order_id=ORDER)]),
        (
            TO_READY,
            DISPATCH,
            [
                ShipmentDispatched(
                    shipment_id=SHIPMENT,
                    order_id=ORDER,
                    lines=LINES,
                    carrier="Post",
                    dispatched_at=NOW,
                    tracking_number="RR1",
                )
            ],
        ),
        (
            TO_DISPATCHED,
            DELIVER,
            [
                ShipmentDelivered(shipment_id=SHIPMENT, order_id=ORDER, delivered_at=NOW),
                OrderCompleted(order_id=ORDER, completed_at=NOW),
            ],
        ),
        (TO_READY, DROP, [ShipmentCancelled(shipment_id=SHIPMENT, order_id=ORDER, reason="cancelled")]),
    ],
)
def test_each_step_is_taken_once(given, when, then):
    assert outcome(given, when) == then
    assert outcome([*given, when], when) == []


@pytest.mark.parametrize("when", [CREATE, PACK, READY, DISPATCH, DELIVER])
def test_a_step_taken_long_ago_is_not_taken_again(when):
    assert outcome(TO_DELIVERED, when) == []


@pytest.mark.parametrize(
    ("given", "when", "reason"),
    [
        ([place()], CREATE, "order: it is placed"),
        (TO_CONFIRMED, PACK, "shipment: it is none"),
        ((*TO_CONFIRMED, CREATE), READY, "shipment: it is pending"),
        (TO_PACKED, DISPATCH, "shipment: it is packed"),
        (TO_READY, DELIVER, "shipment: it is ready"),
        (TO_DISPATCHED, DROP, "shipment: it is dispatched"),
        (TO_READY, LOSE, "shipment: it is ready"),
        ((*TO_CONFIRMED, STOP), CREATE, "order: it is on hold"),
        ((*TO_CONFIRMED, CREATE, STOP), PACK, "order: it is on hold"),
        ((*TO_READY, STOP), DISPATCH, "order: it is on hold"),
    ],
)
def test_what_its_state_does_not_allow_is_refused(given, when, reason):
    assert outcome(given, when) == [refusal(when, reason)]


def test_it_is_not_ready_for_less_than_was_due():
    when = MarkShipmentReady(order_id=ORDER, shipment_id=SHIPMENT, captured=eur(2_719))

    assert outcome(TO_PACKED, when) == [refusal(when, "captured: not the order's total")]


def test_it_leaves_with_a_named_carrier():
    when = DispatchShipment(order_id=ORDER, shipment_id=SHIPMENT, carrier=" ")

    assert outcome(TO_READY, when) == [refusal(when, "carrier: 1 to 200 characters")]


def test_an_order_has_one_open_shipment_and_another_only_after_that_was_cancelled():
    when = CreateShipment(order_id=ORDER, shipment_id=OTHER_SHIPMENT)

    assert outcome(TO_READY, when) == [refusal(when, "order: it has a shipment already")]
    assert outcome([*TO_READY, DROP], when) == [
        ShipmentCreated(shipment_id=OTHER_SHIPMENT, order_id=ORDER, lines=LINES)
    ]


def test_a_shipment_lost_on_its_way_ends_the_order():
    assert outcome(TO_DISPATCHED, LOSE) == [
        ShipmentCancelled(shipment_id=SHIPMENT, order_id=ORDER, reason="lost"),
        OrderCompleted(order_id=ORDER, completed_at=NOW),
    ]
    assert outcome([*TO_DISPATCHED, LOSE], LOSE) == []
