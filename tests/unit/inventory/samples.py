"""Stock, lines and events that the inventory tests speak of."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from apps.inventory.commands import CommitReservation, ReleaseReservation, ReserveStock, StockLine
from apps.inventory.domain import Level, Stock
from apps.inventory.events import (
    Allocation,
    Shortage,
    StockReservationCommitted,
    StockReservationExpired,
    StockReserved,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ORDER, OTHER_ORDER = UUID(int=1), UUID(int=2)
RESERVATION = UUID(int=11)
SHIPMENT, OTHER_SHIPMENT = UUID(int=21), UUID(int=22)


def minutes(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


def line(sku: str, quantity: int) -> StockLine:
    return StockLine(sku=sku, quantity=quantity)


def level(sku: str, on_hand: int, warehouse_id: str = "main", **more: int) -> Level:
    return Level(sku=sku, warehouse_id=warehouse_id, on_hand=on_hand, **more)


def stock(*levels: Level) -> Stock:
    return Stock(levels)


def held(sku: str, quantity: int, warehouse_id: str = "main") -> Allocation:
    return Allocation(sku=sku, warehouse_id=warehouse_id, quantity=quantity)


def short(sku: str, asked: int, available: int) -> Shortage:
    return Shortage(sku=sku, asked=asked, available=available)


def reserve(*lines: StockLine, minutes: int = 15) -> ReserveStock:
    return ReserveStock(reservation_id=RESERVATION, order_id=ORDER, lines=lines, minutes=minutes)


def commit() -> CommitReservation:
    return CommitReservation(reservation_id=RESERVATION, order_id=ORDER)


def release(reason: str = "cancelled") -> ReleaseReservation:
    return ReleaseReservation(reservation_id=RESERVATION, order_id=ORDER, reason=reason)


def reserved(*allocations: Allocation) -> StockReserved:
    return StockReserved(
        reservation_id=RESERVATION, order_id=ORDER, allocations=allocations, expires_at=minutes(15), reserved_at=NOW
    )


def committed(*allocations: Allocation, anew: bool = False) -> StockReservationCommitted:
    return StockReservationCommitted(
        reservation_id=RESERVATION, order_id=ORDER, allocations=allocations, reserved_anew=anew
    )


def expired(*allocations: Allocation) -> StockReservationExpired:
    return StockReservationExpired(
        reservation_id=RESERVATION, order_id=ORDER, allocations=allocations, expired_at=minutes(15)
    )
