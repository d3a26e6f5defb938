"""What can be sold, and the warehouses it is sold from."""

import re
from operator import attrgetter
from typing import Any

import msgspec

from apps.backbone.decider import Decider
from apps.backbone.messages import Command, Event, Money
from apps.inventory.commands import LONGEST_SKU, LONGEST_TITLE, AddProduct, ChangeProduct, OpenWarehouse, is_code
from apps.inventory.domain.stock import MOST
from apps.inventory.events import ProductAdded, ProductChanged, StockRequestRefused, WarehouseOpened

HIGHEST_PRICE = 10**12
"""In minor units."""


class Product(msgspec.Struct, frozen=True, kw_only=True):
    title: str = ""
    price: Money | None = None
    """None: not added yet."""
    reorder_point: int = 0
    active: bool = False


class Warehouse(msgspec.Struct, frozen=True, kw_only=True):
    name: str = ""
    """Empty: not open yet."""
    priority: int = 0


def decide_product(command: Command, product: Product) -> list[Event]:
    match command:
        case AddProduct() | ChangeProduct() if fault := _product_fault(command):
            return [_product_refused(command, fault)]
        case AddProduct() if product.price is None:
            return [ProductAdded(**_shown(command))]
        case AddProduct() if _wanted(command) == product:
            return []
        case AddProduct():
            return [_product_refused(command, "sku: another product has it")]
        case ChangeProduct() if product.price is None:
            return [_product_refused(command, "sku: no such product")]
        case ChangeProduct() if _wanted(command) == product:
            return []
        case ChangeProduct():
            return [ProductChanged(**_shown(command), active=command.active)]
    raise TypeError(f"Product does not know {command.type}")


def evolve_product(product: Product, event: Event) -> Product:
    match event:
        case ProductAdded():
            return Product(title=event.title, price=event.price, reorder_point=event.reorder_point, active=True)
        case ProductChanged():
            return Product(title=event.title, price=event.price, reorder_point=event.reorder_point, active=event.active)
    return product


def decide_warehouse(command: Command, warehouse: Warehouse) -> list[Event]:
    match command:
        case OpenWarehouse() if fault := _warehouse_fault(command):
            return [_warehouse_refused(command, fault)]
        case OpenWarehouse(name=name, priority=priority) if not warehouse.name:
            return [WarehouseOpened(warehouse_id=command.warehouse_id, name=name, priority=priority)]
        case OpenWarehouse(name=name, priority=priority) if (name, priority) == (warehouse.name, warehouse.priority):
            return []
        case OpenWarehouse():
            return [_warehouse_refused(command, "warehouse_id: another warehouse has it")]
    raise TypeError(f"Warehouse does not know {command.type}")


def evolve_warehouse(warehouse: Warehouse, event: Event) -> Warehouse:
    match event:
        case WarehouseOpened(name=name, priority=priority):
            return Warehouse(name=name, priority=priority)
    return warehouse


def _product_fault(command: AddProduct | ChangeProduct) -> str:
    if not is_code(command.sku):
        return f"sku: 1 to {LONGEST_SKU} characters, without blanks"
    if not 0 < len(command.title.strip()) <= LONGEST_TITLE:
        return f"title: 1 to {LONGEST_TITLE} characters"
    if command.price.amount_minor < 0:
        return "price: must not be negative"
    if command.price.amount_minor > HIGHEST_PRICE:
        return f"price: at most {HIGHEST_PRICE}"
    if not re.fullmatch("[A-Z]{3}", command.price.currency):
        return "price: the currency is a code of three letters"
    if not 0 <= command.reorder_point <= MOST:
        return f"reorder_point: 0 to {MOST}"
    return ""


def _warehouse_fault(command: OpenWarehouse) -> str:
    if not is_code(command.warehouse_id):
        return f"warehouse_id: 1 to {LONGEST_SKU} characters, without blanks"
    if not 0 < len(command.name.strip()) <= LONGEST_TITLE:
        return f"name: 1 to {LONGEST_TITLE} characters"
    if not 0 <= command.priority <= MOST:
        return f"priority: 0 to {MOST}"
    return ""


def _shown(command: AddProduct | ChangeProduct) -> dict[str, Any]:
    return {
        "sku": command.sku,
        "title": command.title,
        "price": command.price,
        "reorder_point": command.reorder_point,
    }


def _wanted(command: AddProduct | ChangeProduct) -> Product:
    active = command.active if isinstance(command, ChangeProduct) else True
    return Product(title=command.title, price=command.price, reorder_point=command.reorder_point, active=active)


def _product_refused(command: AddProduct | ChangeProduct, reason: str) -> StockRequestRefused:
    return StockRequestRefused(asked=command.type, reason=reason, sku=command.sku)


def _warehouse_refused(command: OpenWarehouse, reason: str) -> StockRequestRefused:
    return StockRequestRefused(asked=command.type, reason=reason, warehouse_id=command.warehouse_id)


product = Decider("product", Product(), decide_product, evolve_product, identify=attrgetter("sku"))
warehouse = Decider("warehouse", Warehouse(), decide_warehouse, evolve_warehouse, identify=attrgetter("warehouse_id"))
