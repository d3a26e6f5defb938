"""A product and a warehouse are added once and refused by field."""

import pytest

from apps.backbone.messages import Money
from apps.inventory.commands import AddProduct, ChangeProduct, OpenWarehouse
from apps.inventory.domain import product, warehouse
from apps.inventory.events import ProductAdded, ProductChanged, StockRequestRefused, WarehouseOpened

PRICE = Money(450, "EUR")
ADD = AddProduct(sku="tea", title="Green tea", price=PRICE, reorder_point=5)
ADDED = ProductAdded(sku="tea", title="Green tea", price=PRICE, reorder_point=5)
RETIRE = ChangeProduct(sku="tea", title="Green tea", price=PRICE, reorder_point=5, active=False)
RETIRED = ProductChanged(sku="tea", title="Green tea", price=PRICE, reorder_point=5, active=False)
OPEN = OpenWarehouse(warehouse_id="main", name="Main", priority=1)
OPENED = WarehouseOpened(warehouse_id="main", name="Main", priority=1)


def add(sku="tea", title="Green tea", price=PRICE, reorder_point=0) -> AddProduct:
    return AddProduct(sku=sku, title=title, price=price, reorder_point=reorder_point)


def refused(command, reason) -> StockRequestRefused:
    return StockRequestRefused(asked=command.type, reason=reason, sku=command.sku)


def test_a_product_is_added_once():
    assert product.outcome([], ADD) == [ADDED]
    assert product.outcome([ADDED], ADD) == []


def test_a_sku_belongs_to_one_product():
    assert product.outcome([ADDED], add(title="Black tea")) == [
        refused(add(title="Black tea"), "sku: another product has it")
    ]


def test_a_product_changes_once():
    assert product.outcome([ADDED], RETIRE) == [RETIRED]
    assert product.outcome([ADDED, RETIRED], RETIRE) == []


def test_an_unknown_product_is_not_changed():
    assert product.outcome([], RETIRE) == [refused(RETIRE, "sku: no such product")]


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (add(sku=""), "sku: 1 to 64 characters, without blanks"),
        (add(sku="green tea"), "sku: 1 to 64 characters, without blanks"),
        (add(sku="x" * 65), "sku: 1 to 64 characters, without blanks"),
        (add(title=" "), "title: 1 to 200 characters"),
        (add(title="x" * 201), "title: 1 to 200 characters"),
        (add(price=Money(-1, "EUR")), "price: must not be negative"),
        (add(price=Money(10**13, "EUR")), "price: at most 1000000000000"),
        (add(price=Money(1, "euro")), "price: the currency is a code of three letters"),
        (add(reorder_point=-1), "reorder_point: 0 to 1000000000"),
    ],
)
def test_nonsense_is_refused_with_its_field(when, reason):
    assert product.outcome([], when) == [refused(when, reason)]


def test_a_warehouse_is_opened_once():
    assert warehouse.outcome([], OPEN) == [OPENED]
    assert warehouse.outcome([OPENED], OPEN) == []


@pytest.mark.parametrize(
    ("given", "when", "reason"),
    [
        (
            [OPENED],
            OpenWarehouse(warehouse_id="main", name="Main", priority=2),
            "warehouse_id: another warehouse has it",
        ),
        ([], OpenWarehouse(warehouse_id="", name="M", priority=2), "warehouse_id: 1 to 64 characters, without blanks"),
        ([], OpenWarehouse(warehouse_id="m", name="", priority=2), "name: 1 to 200 characters"),
        ([], OpenWarehouse(warehouse_id="m", name="M", priority=-1), "priority: 0 to 1000000000"),
    ],
)
def test_a_warehouse_is_refused_with_its_field(given, when, reason):
    refusal = StockRequestRefused(asked=when.type, reason=reason, warehouse_id=when.warehouse_id)

    assert warehouse.outcome(given, when) == [refusal]
