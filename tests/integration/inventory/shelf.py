"""A small stockroom: commands carried out by the real batch runner, and what became of levels and log."""

from uuid import UUID, uuid4

from apps.backbone import batch, codec, log
from apps.backbone.inbox import Delivery
from apps.backbone.messages import Command, Event, Money
from apps.backbone.models import Message
from apps.inventory.commands import (
    AddProduct,
    CommitReservation,
    ExpireReservation,
    OpenWarehouse,
    ReceiveStock,
    ReleaseReservation,
    ReserveStock,
    StockLine,
)
from apps.inventory.events import ReceiptLine
from apps.inventory.handlers import handlers
from apps.inventory.models import StockLevel

PRICE = Money(450, "EUR")


def deliveries(*commands: Command) -> list[Delivery]:
    """The commands in the log, and as the broker would bring them."""
    return [Delivery(codec.to_wire(log.send(one, actor="user:1"), codec.encode(one))) for one in commands]


def carry_out(*commands: Command) -> None:
    """All in one batch; every one must be done."""
    outcomes = batch.run(handlers, deliveries(*commands))
    assert set(outcomes.values()) == {"done"}, outcomes


def said(*streams: str) -> list[Event]:
    """The events of these streams, or of all but the set-up's, in the order they were appended."""
    rows = Message.objects.filter(kind="event").order_by("seq")
    chosen = rows.filter(stream__in=streams) if streams else rows
    return [log.open_message(row) for row in chosen]


def stock_up(warehouse_id: str = "main", priority: int = 1, **quantities: int) -> None:
    carry_out(OpenWarehouse(warehouse_id=warehouse_id, name=warehouse_id.title(), priority=priority))
    carry_out(*(AddProduct(sku=sku, title=sku.title(), price=PRICE) for sku in quantities))
    lines = tuple(ReceiptLine(sku=sku, quantity=quantity, unit_cost=PRICE) for sku, quantity in quantities.items())
    carry_out(ReceiveStock(receipt_id=uuid4(), warehouse_id=warehouse_id, lines=lines, by="ann", reference="PO-1"))


def reserve(number: int, **quantities: int) -> ReserveStock:
    lines = tuple(StockLine(sku=sku, quantity=quantity) for sku, quantity in quantities.items())
    return ReserveStock(reservation_id=reservation_id(number), order_id=UUID(int=number), lines=lines)


def commit(number: int) -> CommitReservation:
    return CommitReservation(reservation_id=reservation_id(number), order_id=UUID(int=number))


def release(number: int) -> ReleaseReservation:
    return ReleaseReservation(reservation_id=reservation_id(number), order_id=UUID(int=number), reason="cancelled")


def expire(number: int) -> ExpireReservation:
    return ExpireReservation(reservation_id=reservation_id(number))


def reservation_id(number: int) -> UUID:
    return UUID(int=1_000_000 + number)


def stream(number: int) -> str:
    return f"reservation-{reservation_id(number)}"


def levels() -> dict[str, tuple[int, int, int]]:
    """`<sku> <warehouse>` → on hand, reserved, committed."""
    return {level.id: (level.on_hand, level.reserved, level.committed) for level in StockLevel.objects.order_by("id")}
