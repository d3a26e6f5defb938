"""The orders' events, and what payments and inventory say about them, into the rows that screens read.

Each column follows one service's events alone, so that it comes out the same however those of two services interleave.
"""

from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Case, Value, When

from apps.backbone import rows
from apps.backbone.messages import Envelope
from apps.backbone.projector import Projection
from apps.orders.events import (
    CustomerChanged,
    CustomerRegistered,
    OrderCancellationRequested,
    OrderCancelled,
    OrderCompleted,
    OrderConfirmed,
    OrderExpired,
    OrderHeld,
    OrderPlaced,
    OrderRejected,
    OrderReleased,
    ShipmentCancelled,
    ShipmentCreated,
    ShipmentDelivered,
    ShipmentDispatched,
    ShipmentPacked,
    ShipmentReady,
)
from apps.orders.models import Customer, Hold, Order, OrderLine, Shipment

customers = Projection("customers", service="orders", models=(Customer,))
orders = Projection("orders", service="orders", models=(Order, OrderLine))
shipments = Projection("shipments", service="orders", models=(Shipment,))
holds = Projection("holds", service="orders", models=(Hold,))

Status, Paid, Fulfilled = Order.Status, Order.PaymentStatus, Order.FulfilmentStatus


def order_stream(event: Any) -> str:
    """The lock under which the orders' own commands change the same row."""
    return f"order-{event.order_id}"


def change(order_id: UUID, envelope: Envelope, **columns: Any) -> None:
    rows.update(Order, order_id, **columns, changed_at=envelope.occurred_at, version=envelope.version)


@customers.on(CustomerRegistered)
def register(event: CustomerRegistered, envelope: Envelope) -> None:
    rows.create(
        Customer(
            customer_id=event.customer_id,
            name=event.name,
            email=event.email,
            address=msgspec.to_builtins(event.address),
            registered_at=envelope.occurred_at,
        )
    )


@customers.on(CustomerChanged)
def change_customer(event: CustomerChanged, envelope: Envelope) -> None:
    address = msgspec.to_builtins(event.address)
    rows.update(Customer, event.customer_id, name=event.name, email=event.email, address=address)


@orders.on(OrderPlaced)
def place(event: OrderPlaced, envelope: Envelope) -> None:
    totals = event.totals
    rows.create(
        Order(
            order_id=event.order_id,
            number=event.order_number,
            channel=event.channel,
            reference=event.reference,
            customer_id=event.customer_id,
            customer_name=event.customer_name,
            email=event.email,
            ship_to=msgspec.to_builtins(event.ship_to),
            bill_to=msgspec.to_builtins(event.bill_to),
            payment_method=event.payment_method,
            currency=totals.grand.currency,
            subtotal_minor=totals.subtotal.amount_minor,
            discount_minor=totals.discount.amount_minor,
            shipping_minor=totals.shipping.amount_minor,
            tax_minor=totals.tax.amount_minor,
            total_minor=totals.grand.amount_minor,
            placed_at=envelope.occurred_at,
            payment_due_at=event.payment_due_at,
            changed_at=envelope.occurred_at,
            version=envelope.version,
        )
    )
    rows.create(*line_rows(event))


def line_rows(event: OrderPlaced) -> list[OrderLine]:
    return [
        OrderLine(
            line_id=line.line_id,
            order_id=event.order_id,
            number=number,
            sku=line.sku,
            title=line.title,
            quantity=line.quantity,
            unit_price_minor=line.unit_price.amount_minor,
            discount_minor=line.discount.amount_minor,
            tax_minor=line.tax.amount_minor,
            total_minor=line.total.amount_minor,
        )
        for number, line in enumerate(event.lines, start=1)
    ]


@orders.on(OrderConfirmed)
def confirm(event: OrderConfirmed, envelope: Envelope) -> None:
    change(
        event.order_id,
        envelope,
        status=Status.CONFIRMED,
        confirmed_at=envelope.occurred_at,
        reservation_id=event.reservation_id,
        payment_id=event.payment_id,
    )


@orders.on(OrderRejected)
def reject(event: OrderRejected, envelope: Envelope) -> None:
    reason = f"{event.reason}: {event.detail}" if event.detail else event.reason
    change(event.order_id, envelope, status=Status.REJECTED, reason=reason, ended_at=envelope.occurred_at)


@orders.on(OrderExpired)
def expire(event: OrderExpired, envelope: Envelope) -> None:
    change(event.order_id, envelope, status=Status.EXPIRED, ended_at=envelope.occurred_at)


@orders.on(OrderCancellationRequested)
def start_cancellation(event: OrderCancellationRequested, envelope: Envelope) -> None:
    change(event.order_id, envelope, status=Status.CANCELLING, reason=event.reason)


@orders.on(OrderCancelled)
def cancel(event: OrderCancelled, envelope: Envelope) -> None:
    change(event.order_id, envelope, status=Status.CANCELLED, ended_at=envelope.occurred_at)


@orders.on(OrderCompleted)
def complete(event: OrderCompleted, envelope: Envelope) -> None:
    change(event.order_id, envelope, status=Status.COMPLETED, ended_at=event.completed_at)


@orders.on(OrderHeld)
def count_hold(event: OrderHeld, envelope: Envelope) -> None:
    change(event.order_id, envelope, standing_holds=rows.Plus(1))


@orders.on(OrderReleased)
def count_release(event: OrderReleased, envelope: Envelope) -> None:
    change(event.order_id, envelope, standing_holds=event.remaining)


def pay(event: Any, **columns: Any) -> None:
    rows.update(Order, event.order_id, **columns)


@orders.on("payment.operation_requested", locks=order_stream)
def follow_request(event: Any, envelope: Envelope) -> None:
    if event.operation == "authorize":
        pay(event, payment_status=Paid.PENDING)


@orders.on("payment.authorized", locks=order_stream)
def follow_authorization(event: Any, envelope: Envelope) -> None:
    pay(event, payment_status=Paid.AUTHORIZED, authorized_minor=event.amount.amount_minor)


@orders.on("payment.declined", locks=order_stream)
def follow_decline(event: Any, envelope: Envelope) -> None:
    pay(event, payment_status=Paid.FAILED)


@orders.on("payment.outcome_unknown", locks=order_stream)
def follow_doubt(event: Any, envelope: Envelope) -> None:
    pay(event, payment_status=Paid.UNKNOWN)


@orders.on("payment.captured", locks=order_stream)
def follow_capture(event: Any, envelope: Envelope) -> None:
    pay(event, payment_status=Paid.CAPTURED, captured_minor=event.captured_total.amount_minor)


@orders.on("payment.voided", locks=order_stream)
def follow_void(event: Any, envelope: Envelope) -> None:
    if event.reason != "remainder":
        pay(event, payment_status=Paid.VOIDED)


@orders.on("refund.succeeded", locks=order_stream)
def follow_refund(event: Any, envelope: Envelope) -> None:
    refunded = event.refunded_total.amount_minor
    whole = When(captured_minor__lte=refunded, then=Value(Paid.REFUNDED))
    pay(event, refunded_minor=refunded, payment_status=Case(whole, default=Value(Paid.PARTIALLY_REFUNDED)))


@orders.on("payment.capture_failed", "payment.void_failed", "refund.failed", locks=order_stream)
def follow_failure(event: Any, envelope: Envelope) -> None:
    """Nothing moved, so it is again what the amounts say."""
    refunded = When(refunded_minor__gt=0, then=Value(Paid.PARTIALLY_REFUNDED))
    captured = When(captured_minor__gt=0, then=Value(Paid.CAPTURED))
    pay(event, payment_status=Case(refunded, captured, default=Value(Paid.AUTHORIZED)))


FULFILMENT = {
    "stock.reserved": Fulfilled.RESERVED,
    "stock.reservation_committed": Fulfilled.COMMITTED,
    "stock.reservation_released": Fulfilled.UNFULFILLED,
    "stock.reservation_expired": Fulfilled.UNFULFILLED,
    "stock.issued": Fulfilled.FULFILLED,
}


@orders.on(*FULFILMENT, locks=order_stream)
def follow_stock(event: Any, envelope: Envelope) -> None:
    rows.update(Order, event.order_id, fulfilment_status=FULFILMENT[envelope.type])


@shipments.on(ShipmentCreated)
def create_shipment(event: ShipmentCreated, envelope: Envelope) -> None:
    rows.create(Shipment(shipment_id=event.shipment_id, order_id=event.order_id, created_at=envelope.occurred_at))


@shipments.on(ShipmentPacked)
def pack(event: ShipmentPacked, envelope: Envelope) -> None:
    change_shipment(event.shipment_id, status=Shipment.Status.PACKED, packed_at=envelope.occurred_at)


@shipments.on(ShipmentReady)
def make_ready(event: ShipmentReady, envelope: Envelope) -> None:
    change_shipment(event.shipment_id, status=Shipment.Status.READY, ready_at=envelope.occurred_at)


@shipments.on(ShipmentDispatched)
def dispatch(event: ShipmentDispatched, envelope: Envelope) -> None:
    change_shipment(
        event.shipment_id,
        status=Shipment.Status.DISPATCHED,
        carrier=event.carrier,
        tracking_number=event.tracking_number,
        dispatched_at=event.dispatched_at,
    )


@shipments.on(ShipmentDelivered)
def deliver(event: ShipmentDelivered, envelope: Envelope) -> None:
    change_shipment(event.shipment_id, status=Shipment.Status.DELIVERED, delivered_at=event.delivered_at)


@shipments.on(ShipmentCancelled)
def cancel_shipment(event: ShipmentCancelled, envelope: Envelope) -> None:
    status = Shipment.Status.LOST if event.reason == "lost" else Shipment.Status.CANCELLED
    change_shipment(event.shipment_id, status=status, cancelled_at=envelope.occurred_at)


def change_shipment(shipment_id: UUID, **columns: Any) -> None:
    rows.update(Shipment, shipment_id, **columns)


@holds.on(OrderHeld)
def hold(event: OrderHeld, envelope: Envelope) -> None:
    rows.create(
        Hold(
            hold_id=event.hold_id,
            order_id=event.order_id,
            reason=event.reason,
            note=event.note,
            held_by=event.by,
            held_at=envelope.occurred_at,
        )
    )


@holds.on(OrderReleased)
def release(event: OrderReleased, envelope: Envelope) -> None:
    rows.update(Hold, event.hold_id, released_by=event.by, released_at=envelope.occurred_at)
