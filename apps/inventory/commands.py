"""What the inventory service can be asked to do."""

import re
from typing import Literal
from uuid import UUID

import msgspec

from apps.backbone.messages import Command, Money
from apps.inventory.events import AdjustReason, ReceiptLine

LONGEST_SKU = 64
LONGEST_TITLE = 200


def is_code(text: str) -> bool:
    """Can this be a SKU or a warehouse's id? No blanks, no control characters."""
    return re.fullmatch(rf"[^\s\x00-\x1f\x7f]{{1,{LONGEST_SKU}}}", text) is not None


class StockLine(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    quantity: int


class AddProduct(Command):
    sku: str
    title: str
    price: Money
    reorder_point: int = 0


class ChangeProduct(Command):
    sku: str
    title: str
    price: Money
    reorder_point: int
    active: bool


class OpenWarehouse(Command):
    warehouse_id: str
    name: str
    priority: int


class ReceiveStock(Command):
    receipt_id: UUID
    warehouse_id: str
    lines: tuple[ReceiptLine, ...]
    by: str
    reference: str = ""


class AdjustStock(Command):
    """Set right what the shelf showed to be wrong. `expected` is compared first, if given."""

    adjustment_id: UUID
    warehouse_id: str
    sku: str
    delta: int
    reason: AdjustReason
    by: str
    note: str = ""
    expected: int | None = None
    """What was on hand when the delta was worked out; another number now refuses."""


class ReserveStock(Command):
    """Set every line aside for one order, or none. Lines of one product are added up."""

    reservation_id: UUID
    order_id: UUID
    lines: tuple[StockLine, ...]
    minutes: int = 15


class ExtendReservation(Command):
    """Let it stand for so many minutes from now, up to 60 from the first reservation in all."""

    reservation_id: UUID
    order_id: UUID
    minutes: int


class CommitReservation(Command):
    """Make it permanent; if it has expired, reserve anew under the same lock, or refuse."""

    reservation_id: UUID
    order_id: UUID


class ReleaseReservation(Command):
    """Give back what has not left; also before the reservation came, which then never takes anything."""

    reservation_id: UUID
    order_id: UUID
    reason: Literal["cancelled", "rejected", "given_up"]


class ExpireReservation(Command):
    reservation_id: UUID


class IssueStock(Command):
    reservation_id: UUID
    shipment_id: UUID
