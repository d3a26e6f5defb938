"""Receipts and adjustments happen once, and never below what is held for orders."""

from uuid import UUID

import pytest

from apps.backbone.messages import Money
from apps.inventory.commands import AdjustStock, ReceiveStock
from apps.inventory.domain import Known, adjustment, receipt
from apps.inventory.events import ReceiptLine, StockAdjusted, StockReceived, StockRequestRefused
from tests.unit.inventory.samples import level, stock

KNOWN = Known(skus=frozenset({"tea", "cup"}), warehouses=frozenset({"main"}))
COST = Money(100, "EUR")
SHELF = stock(level("tea", 10, reserved=2, committed=3))


def row(sku="tea", quantity=5, unit_cost=COST) -> ReceiptLine:
    return ReceiptLine(sku=sku, quantity=quantity, unit_cost=unit_cost)


def receive(*lines: ReceiptLine, warehouse_id="main") -> ReceiveStock:
    return ReceiveStock(receipt_id=UUID(int=1), warehouse_id=warehouse_id, lines=lines, by="ann", reference="PO-7")


def adjust(delta: int, expected: int | None = None, sku="tea", warehouse_id="main") -> AdjustStock:
    return AdjustStock(
        adjustment_id=UUID(int=2),
        warehouse_id=warehouse_id,
        sku=sku,
        delta=delta,
        reason="damage",
        by="ann",
        expected=expected,
    )


def adjusted(delta: int) -> StockAdjusted:
    return StockAdjusted(
        adjustment_id=UUID(int=2), warehouse_id="main", sku="tea", delta=delta, reason="damage", by="ann"
    )


def test_a_delivery_is_received_once():
    received = StockReceived(
        receipt_id=UUID(int=1), warehouse_id="main", lines=(row(), row("cup")), by="ann", reference="PO-7"
    )

    assert receipt.outcome([], receive(row(), row("cup")), SHELF, KNOWN) == [received]
    assert receipt.outcome([received], receive(row(), row("cup")), SHELF, KNOWN) == []


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (receive(), "lines: there must be at least one"),
        (receive(row(), warehouse_id="moon"), "warehouse_id: no warehouse moon"),
        (receive(row(), row("gin")), "sku: no product gin"),
        (receive(row(quantity=0)), "quantity: must be at least 1 for tea"),
        (receive(row(quantity=-3)), "quantity: must be at least 1 for tea"),
        (receive(row(quantity=10**9)), "quantity: more than 1000000000 on hand of tea"),
        (receive(row(unit_cost=Money(-1, "EUR"))), "unit_cost: must not be negative for tea"),
    ],
)
def test_a_wrong_delivery_is_refused_whole(when, reason):
    refusal = StockRequestRefused(asked=when.type, reason=reason, warehouse_id=when.warehouse_id)

    assert receipt.outcome([], when, SHELF, KNOWN) == [refusal]


@pytest.mark.parametrize("delta", [-5, 7])
def test_a_level_is_set_right_once(delta):
    assert adjustment.outcome([], adjust(delta, expected=10), SHELF, KNOWN) == [adjusted(delta)]
    assert adjustment.outcome([adjusted(delta)], adjust(delta, expected=10), SHELF, KNOWN) == []


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (adjust(0), "delta: must not be 0"),
        (adjust(-6), "delta: 5 of 10 on hand are held for orders"),
        (adjust(-11), "delta: only 10 on hand"),
        (adjust(10**9), "delta: more than 1000000000 on hand"),
        (adjust(1, expected=9), "expected: 10 on hand, not 9"),
        (adjust(1, sku="gin"), "sku: no product gin"),
        (adjust(-1, sku="cup"), "delta: only 0 on hand"),
        (adjust(1, warehouse_id="moon"), "warehouse_id: no warehouse moon"),
    ],
)
def test_a_wrong_adjustment_is_refused_with_its_field(when, reason):
    refusal = StockRequestRefused(asked=when.type, reason=reason, sku=when.sku, warehouse_id=when.warehouse_id)

    assert adjustment.outcome([], when, SHELF, KNOWN) == [refusal]
