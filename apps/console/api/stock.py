"""Stock over HTTP: what there is of a product, and where."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from apps.console.api.auth import require
from apps.console.api.replies import Problem
from apps.inventory.models import Product, StockLevel

router = Router(tags=["stock"])


@router.get("/{sku}", response=dict[str, Any], summary="Read a product's stock")
def stock(request: HttpRequest, sku: Path[str]) -> dict[str, Any]:
    """`available` is what could be reserved now; `reserved` and `committed` are parts of `on_hand`."""
    require(request, "inventory.view_stocklevel")
    product = Product.objects.filter(pk=sku).first() if sku.isprintable() else None
    if product is None:
        raise Problem(404, f"There is no product {sku[:64]}.")
    levels = StockLevel.objects.filter(product_id=sku).order_by("warehouse__priority", "warehouse_id")
    return {
        "sku": product.sku,
        "title": product.title,
        "price": {"amount_minor": product.price_minor, "currency": product.currency},
        "active": product.active,
        "available": sum(level.available for level in levels) if product.active else 0,
        "warehouses": [
            {
                "warehouse_id": level.warehouse_id,
                "on_hand": level.on_hand,
                "reserved": level.reserved,
                "committed": level.committed,
                "available": level.available,
            }
            for level in levels
        ],
    }
