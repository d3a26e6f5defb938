"""What the orders service can be asked to do."""

from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from apps.backbone.messages import Command, Money
from apps.orders.events import Address, Channel, HoldReason, RejectReason, Shortage

Template = Literal["confirmed", "rejected", "shipped", "refunded"]


class NewLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line as asked for; tax and totals are computed when the order is placed."""

    sku: str
    title: str
    quantity: int
    unit_price: Money
    discount: Money
    """For the whole line."""
    tax_basis_points: int = 0
    """Tax on the discounted line: 500 is 5 %."""


class RegisterCustomer(Command):
    customer_id: UUID
    name: str
    email: str
    address: Address | None = None


class ChangeCustomer(Command):
    """The customer is as written here from now on; orders keep the addresses they were placed with."""

    customer_id: UUID
    name: str
    email: str
    address: Address | None = None


class PlaceOrder(Command):
    order_id: UUID
    channel: Channel
    customer_name: str
    email: str
    lines: tuple[NewLine, ...]
    shipping: Money
    ship_to: Address
    payment_method: str
    customer_id: UUID | None = None
    bill_to: Address | None = None
    """None: the same as `ship_to`."""
    reference: str = ""


class ConfirmOrder(Command):
    order_id: UUID
    reservation_id: UUID
    payment_id: UUID
    authorized: Money


class RejectOrder(Command):
    order_id: UUID
    reason: RejectReason
    detail: str = ""
    shortages: tuple[Shortage, ...] = ()


class ExpireOrder(Command):
    order_id: UUID


class HoldOrder(Command):
    order_id: UUID
    hold_id: UUID
    reason: HoldReason
    by: str
    note: str = ""


class ReleaseOrder(Command):
    order_id: UUID
    hold_id: UUID
    by: str


class CancelOrder(Command):
    order_id: UUID
    reason: str
    by: str


class FinishCancellation(Command):
    """From the cancellation saga: stock is back, money is settled."""

    order_id: UUID
    voided: Money
    refunded: Money


class CreateShipment(Command):
    """The whole order in one shipment."""

    order_id: UUID
    shipment_id: UUID


class PackShipment(Command):
    order_id: UUID
    shipment_id: UUID


class MarkShipmentReady(Command):
    """From the shipping saga: captured."""

    order_id: UUID
    shipment_id: UUID
    captured: Money


class DispatchShipment(Command):
    order_id: UUID
    shipment_id: UUID
    carrier: str
    tracking_number: str = ""


class MarkDelivered(Command):
    order_id: UUID
    shipment_id: UUID


class CancelShipment(Command):
    order_id: UUID
    shipment_id: UUID
    reason: Literal["cancelled", "short", "lost"] = "cancelled"


class NotifyCustomer(Command):
    """Mail the customer. A kill while sending may mail twice."""

    outside: ClassVar[bool] = True

    notification_id: UUID
    order_id: UUID
    template: Template
