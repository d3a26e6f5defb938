"""What inventory decides, without a database: reservations, the catalog, and what comes in or is set right."""

from apps.inventory.domain.catalog import Product, Warehouse, product, warehouse
from apps.inventory.domain.intake import Adjustment, Known, Receipt, adjustment, receipt
from apps.inventory.domain.reservation import Reservation, reservation
from apps.inventory.domain.stock import Level, Move, Stock, low_stock, moves_of

__all__ = [
    "Adjustment",
    "Known",
    "Level",
    "Move",
    "Product",
    "Receipt",
    "Reservation",
    "Stock",
    "Warehouse",
    "adjustment",
    "low_stock",
    "moves_of",
    "product",
    "receipt",
    "reservation",
    "warehouse",
]
