"""What comes in, and what is set right: each done once, or refused with the field that is wrong."""

from operator import attrgetter

import msgspec

from apps.backbone.decider import Decider
from apps.backbone.messages import Command, Event
from apps.inventory.commands import AdjustStock, ReceiveStock
from apps.inventory.domain.stock import MOST, Stock, total
from apps.inventory.events import StockAdjusted, StockReceived, StockRequestRefused


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Those of the command's products and warehouses that exist."""

    skus: frozenset[str] = frozenset()
    warehouses: frozenset[str] = frozenset()


class Receipt(msgspec.Struct, frozen=True):
    received: bool = False


class Adjustment(msgspec.Struct, frozen=True):
    adjusted: bool = False


def decide_receipt(command: Command, receipt: Receipt, stock: Stock, known: Known) -> list[Event]:
    match command:
        case ReceiveStock() if receipt.received:
            return []
        case ReceiveStock() if fault := _receipt_fault(command, stock, known):
            return [StockRequestRefused(asked=command.type, reason=fault, warehouse_id=command.warehouse_id)]
        case ReceiveStock():
            return [
                StockReceived(
                    receipt_id=command.receipt_id,
                    warehouse_id=command.warehouse_id,
                    lines=command.lines,
                    by=command.by,
                    reference=command.reference,
                )
            ]
    raise TypeError(f"Receipt does not know {command.type}")


def evolve_receipt(receipt: Receipt, event: Event) -> Receipt:
    return Receipt(received=True) if isinstance(event, StockReceived) else receipt


def decide_adjustment(command: Command, adjustment: Adjustment, stock: Stock, known: Known) -> list[Event]:
    match command:
        case AdjustStock() if adjustment.adjusted:
            return []
        case AdjustStock() if fault := _adjustment_fault(command, stock, known):
            return [
                StockRequestRefused(
                    asked=command.type, reason=fault, sku=command.sku, warehouse_id=command.warehouse_id
                )
            ]
        case AdjustStock():
            return [
                StockAdjusted(
                    adjustment_id=command.adjustment_id,
                    warehouse_id=command.warehouse_id,
                    sku=command.sku,
                    delta=command.delta,
                    reason=command.reason,
                    by=command.by,
                    note=command.note,
                )
            ]
    raise TypeError(f"Adjustment does not know {command.type}")


def evolve_adjustment(adjustment: Adjustment, event: Event) -> Adjustment:
    return Adjustment(adjusted=True) if isinstance(event, StockAdjusted) else adjustment


def _receipt_fault(command: ReceiveStock, stock: Stock, known: Known) -> str:
    if command.warehouse_id not in known.warehouses:
        return f"warehouse_id: no warehouse {command.warehouse_id}"
    if not command.lines:
        return "lines: there must be at least one"
    for line in command.lines:
        if line.sku not in known.skus:
            return f"sku: no product {line.sku}"
        if line.quantity < 1:
            return f"quantity: must be at least 1 for {line.sku}"
        if line.unit_cost.amount_minor < 0:
            return f"unit_cost: must not be negative for {line.sku}"
    for sku, quantity in total(command.lines).items():
        if stock.level(sku, command.warehouse_id).on_hand + quantity > MOST:
            return f"quantity: more than {MOST} on hand of {sku}"
    return ""


def _adjustment_fault(command: AdjustStock, stock: Stock, known: Known) -> str:
    level = stock.level(command.sku, command.warehouse_id)
    if command.warehouse_id not in known.warehouses:
        return f"warehouse_id: no warehouse {command.warehouse_id}"
    if command.sku not in known.skus:
        return f"sku: no product {command.sku}"
    if command.delta == 0:
        return "delta: must not be 0"
    if command.expected is not None and command.expected != level.on_hand:
        return f"expected: {level.on_hand} on hand, not {command.expected}"
    if level.on_hand + command.delta > MOST:
        return f"delta: more than {MOST} on hand"
    if level.on_hand + command.delta < 0:
        return f"delta: only {level.on_hand} on hand"
    if level.on_hand + command.delta < level.held:
        return f"delta: {level.held} of {level.on_hand} on hand are held for orders"
    return ""


receipt = Decider("receipt", Receipt(), decide_receipt, evolve_receipt, identify=attrgetter("receipt_id"))
adjustment = Decider(
    "adjustment", Adjustment(), decide_adjustment, evolve_adjustment, identify=attrgetter("adjustment_id")
)
