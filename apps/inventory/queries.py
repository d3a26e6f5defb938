"""What inventory answers when a screen or the API asks."""

from collections import Counter
from typing import Any

from apps.backbone.ask import Queries
from apps.inventory.domain import Stock
from apps.inventory.handlers import overdue_reservations, read_levels
from apps.inventory.models import Product

queries = Queries("inventory")


@queries.on("quote")
def quote(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`[{"sku", "quantity"}]` → a row for each product, with its price and whether all that is asked can be had."""
    asked: Counter[str] = Counter()
    for line in lines:
        asked[line["sku"]] += line["quantity"]
    products = Product.objects.in_bulk(list(asked))
    free = availability(list(asked))
    return [row(sku, asked[sku], products.get(sku), free[sku]) for sku in asked]


def row(sku: str, quantity: int, product: Product | None, available: int) -> dict[str, Any]:
    """An unknown product has no title and no price, a retired one is not active; neither is available."""
    return {
        "sku": sku,
        "title": product.title if product else None,
        "price": {"amount_minor": product.price_minor, "currency": product.currency} if product else None,
        "active": bool(product and product.active),
        "quantity": quantity,
        "available": available,
        "enough": quantity <= available,
    }


@queries.on("availability")
def availability(skus: list[str]) -> dict[str, int]:
    """How many of each could be reserved now; what overdue reservations hold is as good as free."""
    stock, overdue = Stock(tuple(read_levels(skus))), held_overdue()
    active = {level.sku for level in stock.levels if level.active}
    return {sku: stock.available(sku) + (overdue[sku] if sku in active else 0) for sku in skus}


def held_overdue() -> Counter[str]:
    held: Counter[str] = Counter()
    for _, allocations in overdue_reservations():
        for each in allocations:
            held[each["sku"]] += each["quantity"]
    return held
