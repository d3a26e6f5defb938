"""What happened to orders, their shipments and their customers."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from apps.backbone.messages import Event, Money

Channel = Literal["api", "console", "import", "demo"]
RejectReason = Literal["out_of_stock", "declined", "payment_failed", "stock_timeout", "payment_timeout", "called_off"]
HoldReason = Literal["fraud", "address", "payment", "stock", "manual"]


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Copied into the order when it is placed; later changes to the customer do not reach it."""

    name: str
    street: str
    city: str
    postal_code: str
    country: str
    """ISO-3166 alpha-2 code."""
    region: str = ""


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """`total` = `unit_price` * `quantity` - `discount` + `tax`."""

    line_id: UUID
    sku: str
    title: str
    quantity: int
    unit_price: Money
    discount: Money
    tax: Money
    total: Money


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """`grand` = `subtotal` - `discount` + `shipping` + `tax`."""

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    grand: Money


class Shortage(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    asked: int
    available: int


class ShipmentLine(msgspec.Struct, frozen=True, kw_only=True):
    line_id: UUID
    sku: str
    quantity: int


class CustomerRegistered(Event):
    customer_id: UUID
    name: str
    email: str
    address: Address | None = None


class CustomerChanged(Event):
    """All of it as it is from now on."""

    customer_id: UUID
    name: str
    email: str
    address: Address | None = None


class CustomerRequestRefused(Event):
    """A command asked for what no customer can be."""

    customer_id: UUID
    asked: str
    """The command's type."""
    reason: str


class OrderPlaced(Event):
    """Prices, tax and addresses are frozen from here on."""

    order_id: UUID
    order_number: str
    channel: Channel
    customer_name: str
    email: str
    lines: tuple[OrderLine, ...]
    totals: Totals
    ship_to: Address
    bill_to: Address
    payment_method: str
    """The gateway's token for the card; never a card number."""
    payment_due_at: datetime
    customer_id: UUID | None = None
    reference: str = ""
    """The order's number where it came from, such as an imported file."""


class OrderConfirmed(Event):
    """Stock is committed and the whole amount is authorized."""

    order_id: UUID
    reservation_id: UUID
    payment_id: UUID
    total: Money


class OrderRejected(Event):
    order_id: UUID
    reason: RejectReason
    detail: str = ""
    """The gateway's decline code, or what else explains the reason."""
    shortages: tuple[Shortage, ...] = ()


class OrderExpired(Event):
    """Nobody paid in time."""

    order_id: UUID
    due_at: datetime


class OrderHeld(Event):
    """Nothing is picked, packed, captured or dispatched while any hold stands."""

    order_id: UUID
    hold_id: UUID
    reason: HoldReason
    by: str
    note: str = ""


class OrderReleased(Event):
    order_id: UUID
    hold_id: UUID
    remaining: int
    """Holds that still stand."""
    by: str


class OrderCancellationRequested(Event):
    """Open shipments are cancelled with it; stock and money follow."""

    order_id: UUID
    reason: str
    by: str
    total: Money


class OrderCancelled(Event):
    """Stock is back and the money is void or refunded."""

    order_id: UUID
    reason: str
    voided: Money
    refunded: Money


class OrderCancellationRefused(Event):
    """A shipment was dispatched first; nothing was undone."""

    order_id: UUID
    reason: Literal["dispatched", "completed", "closed"]


class OrderCompleted(Event):
    order_id: UUID
    completed_at: datetime


class OrderRequestRefused(Event):
    """A command asked for what the order's state does not allow."""

    order_id: UUID
    asked: str
    """The command's type."""
    reason: str


class ShipmentCreated(Event):
    shipment_id: UUID
    order_id: UUID
    lines: tuple[ShipmentLine, ...]


class ShipmentPacked(Event):
    shipment_id: UUID
    order_id: UUID
    due: Money
    """What is to be captured before it may leave."""


class ShipmentReady(Event):
    """Paid for; it may leave."""

    shipment_id: UUID
    order_id: UUID


class ShipmentDispatched(Event):
    shipment_id: UUID
    order_id: UUID
    lines: tuple[ShipmentLine, ...]
    carrier: str
    dispatched_at: datetime
    tracking_number: str = ""


class ShipmentDelivered(Event):
    shipment_id: UUID
    order_id: UUID
    delivered_at: datetime


class ShipmentCancelled(Event):
    shipment_id: UUID
    order_id: UUID
    reason: Literal["cancelled", "short", "lost"]


class NotificationSent(Event):
    """A mail has left for the customer."""

    notification_id: UUID
    order_id: UUID
    template: str
    to: str
