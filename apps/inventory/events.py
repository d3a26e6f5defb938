"""What happened to stock, and for whom it is held."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from apps.backbone.messages import Event, Money

AdjustReason = Literal["damage", "theft", "found", "count", "correction"]


class Allocation(msgspec.Struct, frozen=True, kw_only=True):
    """So many of one product, from one warehouse."""

    sku: str
    warehouse_id: str
    quantity: int


class Shortage(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    asked: int
    available: int


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    quantity: int
    unit_cost: Money


class ProductAdded(Event):
    sku: str
    title: str
    price: Money
    reorder_point: int = 0
    """`stock.low` is said when what is available in a warehouse falls below this; 0: never."""


class ProductChanged(Event):
    sku: str
    title: str
    price: Money
    reorder_point: int
    active: bool


class WarehouseOpened(Event):
    warehouse_id: str
    name: str
    priority: int
    """Stock is taken from the lowest number first."""


class StockReceived(Event):
    receipt_id: UUID
    warehouse_id: str
    lines: tuple[ReceiptLine, ...]
    by: str
    reference: str = ""
    """The purchase order's or delivery note's number."""


class StockAdjusted(Event):
    adjustment_id: UUID
    warehouse_id: str
    sku: str
    delta: int
    reason: AdjustReason
    by: str
    note: str = ""


class StockReserved(Event):
    """Every line was set aside for one order until `expires_at`; nobody else can sell it."""

    reservation_id: UUID
    order_id: UUID
    allocations: tuple[Allocation, ...]
    expires_at: datetime
    reserved_at: datetime
    """Extensions end at most 60 minutes after this."""


class StockReservationRejected(Event):
    """Nothing was set aside: at least one product is short."""

    reservation_id: UUID
    order_id: UUID
    shortages: tuple[Shortage, ...]


class StockReservationExtended(Event):
    reservation_id: UUID
    order_id: UUID
    expires_at: datetime


class StockReservationCommitted(Event):
    """Held for the order without end."""

    reservation_id: UUID
    order_id: UUID
    allocations: tuple[Allocation, ...]
    reserved_anew: bool = False
    """It had expired, and `allocations` were taken from what was free then."""


class StockReservationReleased(Event):
    """Nothing is held any more, nor will be. Said once for each reason, also when there was nothing to give back."""

    reservation_id: UUID
    order_id: UUID
    allocations: tuple[Allocation, ...]
    reason: Literal["cancelled", "rejected", "given_up"]
    was_committed: bool = False


class StockReservationExpired(Event):
    reservation_id: UUID
    order_id: UUID
    allocations: tuple[Allocation, ...]
    expired_at: datetime


class StockIssued(Event):
    """Left the warehouse with a shipment."""

    reservation_id: UUID
    order_id: UUID
    shipment_id: UUID
    allocations: tuple[Allocation, ...]


class StockLow(Event):
    """Said once each time `available` falls below the reorder point or has recovered to 120 % of it."""

    sku: str
    warehouse_id: str
    available: int
    reorder_point: int
    """Of the product, for each warehouse."""
    direction: Literal["below", "recovered"]


class StockRequestRefused(Event):
    """A command asked for what the stock or the reservation does not allow."""

    asked: str
    """The command's type."""
    reason: str
    """`field: why`, in words that staff read."""
    reservation_id: UUID | None = None
    order_id: UUID | None = None
    sku: str = ""
    warehouse_id: str = ""
