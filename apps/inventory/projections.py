"""Inventory's events, and as much as it needs of the orders', into the rows that screens read."""

from typing import Any

import msgspec

from apps.backbone import rows
from apps.backbone.messages import Envelope
from apps.backbone.projector import Projection
from apps.backbone.rows import Plus
from apps.inventory.domain import Move, moves_of
from apps.inventory.events import (
    ProductAdded,
    ProductChanged,
    StockAdjusted,
    StockIssued,
    StockLow,
    StockReceived,
    StockReservationCommitted,
    StockReservationExpired,
    StockReservationExtended,
    StockReservationRejected,
    StockReservationReleased,
    StockReserved,
    WarehouseOpened,
)
from apps.inventory.models import Movement, OrderSummary, Product, Reservation, StockLevel, Warehouse

catalog = Projection("catalog", service="inventory", models=(Product, Warehouse))
levels = Projection("stock-levels", service="inventory", models=(StockLevel, Movement))
reservations = Projection("reservations", service="inventory", models=(Reservation,))
orders = Projection("inventory-orders", service="inventory", models=(OrderSummary,))

Intake = StockReceived | StockAdjusted
Holding = StockReserved | StockReservationCommitted | StockReservationReleased | StockReservationExpired | StockIssued

ORDER_STATUS = {
    "order.confirmed": "confirmed",
    "order.rejected": "rejected",
    "order.expired": "expired",
    "order.cancellation_requested": "cancelling",
    "order.cancelled": "cancelled",
    "order.completed": "completed",
}


@catalog.on(ProductAdded)
def add_product(event: ProductAdded, envelope: Envelope) -> None:
    Product.objects.create(
        sku=event.sku,
        title=event.title,
        price_minor=event.price.amount_minor,
        currency=event.price.currency,
        reorder_point=event.reorder_point,
        added_at=envelope.occurred_at,
        changed_at=envelope.occurred_at,
    )


@catalog.on(ProductChanged)
def change_product(event: ProductChanged, envelope: Envelope) -> None:
    Product.objects.filter(pk=event.sku).update(
        title=event.title,
        price_minor=event.price.amount_minor,
        currency=event.price.currency,
        reorder_point=event.reorder_point,
        active=event.active,
        changed_at=envelope.occurred_at,
    )


@catalog.on(WarehouseOpened)
def open_warehouse(event: WarehouseOpened, envelope: Envelope) -> None:
    Warehouse.objects.create(
        warehouse_id=event.warehouse_id, name=event.name, priority=event.priority, opened_at=envelope.occurred_at
    )


@levels.on(StockReceived, StockAdjusted)
def take_in(event: Intake, envelope: Envelope) -> None:
    moves = moves_of(event)
    StockLevel.objects.bulk_create(
        [
            StockLevel(
                id=level_id(move), product_id=move.sku, warehouse_id=move.warehouse_id, changed_at=envelope.occurred_at
            )
            for move in moves
        ],
        ignore_conflicts=True,
    )
    reference = event.reference if isinstance(event, StockReceived) else event.reason
    shift(moves, envelope, reference=reference)


@levels.on(StockReserved, StockReservationCommitted, StockReservationReleased, StockReservationExpired, StockIssued)
def hold(event: Holding, envelope: Envelope) -> None:
    if event.allocations:
        shift(moves_of(event), envelope, order_id=event.order_id)


def shift(moves: list[Move], envelope: Envelope, **about: Any) -> None:
    """Change the levels, and write down how."""
    for move in moves:
        rows.update(
            StockLevel,
            level_id(move),
            on_hand=Plus(move.on_hand),
            reserved=Plus(move.reserved),
            committed=Plus(move.committed),
            changed_at=envelope.occurred_at,
        )
    rows.create(
        *(
            Movement(
                id=f"{envelope.message_id}-{number:04}",
                type=envelope.type,
                actor=envelope.actor,
                occurred_at=envelope.occurred_at,
                **msgspec.structs.asdict(move),
                **about,
            )
            for number, move in enumerate(moves)
        )
    )


def level_id(about: Move | StockLow) -> str:
    return f"{about.sku} {about.warehouse_id}"


@levels.on(StockLow)
def mark_low(event: StockLow, envelope: Envelope) -> None:
    rows.update(StockLevel, level_id(event), low=event.direction == "below")


@reservations.on(StockReserved)
def reserve(event: StockReserved, envelope: Envelope) -> None:
    rows.create(
        Reservation(
            reservation_id=event.reservation_id,
            order_id=event.order_id,
            status=Reservation.Status.ACTIVE,
            allocations=msgspec.to_builtins(event.allocations),
            reserved_at=event.reserved_at,
            expires_at=event.expires_at,
            changed_at=envelope.occurred_at,
        )
    )


@reservations.on(StockReservationRejected)
def reject(event: StockReservationRejected, envelope: Envelope) -> None:
    rejected = Reservation(
        reservation_id=event.reservation_id,
        order_id=event.order_id,
        status=Reservation.Status.REJECTED,
        shortages=msgspec.to_builtins(event.shortages),
        changed_at=envelope.occurred_at,
    )
    rows.put(rejected, "status", "shortages", "changed_at")


@reservations.on(StockReservationExtended)
def extend(event: StockReservationExtended, envelope: Envelope) -> None:
    change(event.reservation_id, envelope, expires_at=event.expires_at)


@reservations.on(StockReservationCommitted)
def commit(event: StockReservationCommitted, envelope: Envelope) -> None:
    anew = {"allocations": msgspec.to_builtins(event.allocations)} if event.reserved_anew else {}
    change(event.reservation_id, envelope, status=Reservation.Status.COMMITTED, expires_at=None, **anew)


@reservations.on(StockReservationReleased)
def release(event: StockReservationReleased, envelope: Envelope) -> None:
    if event.allocations:
        change(event.reservation_id, envelope, status=Reservation.Status.RELEASED, expires_at=None)
        return
    tombstone = Reservation(
        reservation_id=event.reservation_id,
        order_id=event.order_id,
        status=Reservation.Status.RELEASED,
        changed_at=envelope.occurred_at,
    )
    rows.put(tombstone, "status", "changed_at")


@reservations.on(StockReservationExpired)
def expire(event: StockReservationExpired, envelope: Envelope) -> None:
    change(event.reservation_id, envelope, status=Reservation.Status.EXPIRED)


@reservations.on(StockIssued)
def issue(event: StockIssued, envelope: Envelope) -> None:
    change(event.reservation_id, envelope, status=Reservation.Status.ISSUED, shipment_id=event.shipment_id)


def change(reservation_id: Any, envelope: Envelope, **fields: Any) -> None:
    rows.update(Reservation, reservation_id, changed_at=envelope.occurred_at, **fields)


@orders.on("order.placed")
def note_order(event: Any, envelope: Envelope) -> None:
    rows.create(
        OrderSummary(
            order_id=event.order_id,
            number=event.order_number,
            customer=event.customer_name,
            status="placed",
            placed_at=envelope.occurred_at,
            changed_at=envelope.occurred_at,
        )
    )


@orders.on(*ORDER_STATUS)
def follow_order(event: Any, envelope: Envelope) -> None:
    rows.update(OrderSummary, event.order_id, status=ORDER_STATUS[envelope.type], changed_at=envelope.occurred_at)
