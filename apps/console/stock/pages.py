"""Levels of every product in every warehouse, low ones first; and one product with its movements."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.console import frame, lines, paging
from apps.inventory.models import Movement, Product, StockLevel, Warehouse
from apps.orders.models import Order

SEE = "inventory.view_stocklevel"
SIZE = 100
LOW_FIRST = ("-low", "id")


@frame.staff(SEE)
@require_GET
def stock(request: HttpRequest) -> HttpResponse:
    given = frame.given(request, "q", "warehouse", "low")
    page = paging.page(request, levels(given), LOW_FIRST, SIZE)
    return frame.page(
        request,
        "console/stock/stock.html",
        _("Stock"),
        page=page,
        warehouses=[(one.pk, one.name) for one in Warehouse.objects.all()],
        lowness=[("1", _("low"))],
        given=given,
        narrowed=any(given.values()),
        any_product=bool(page.rows) or Product.objects.exists(),
    )


def levels(given: dict[str, str]) -> QuerySet[StockLevel]:
    found = StockLevel.objects.select_related("product", "warehouse")
    if text := given["q"]:
        found = found.filter(Q(product__sku__istartswith=text) | Q(product__title__icontains=text))
    if given["warehouse"]:
        found = found.filter(warehouse_id=given["warehouse"])
    return found.filter(low=True) if given["low"] else found


@frame.staff(SEE)
@require_GET
def product(request: HttpRequest, sku: str) -> HttpResponse:
    found = get_object_or_404(Product, pk=sku)
    warehouse = request.GET.get("warehouse", "").replace("\x00", "")
    page = paging.page(request, movements(sku, warehouse), "-id", SIZE)
    return frame.page(
        request,
        "console/stock/product.html",
        found.title,
        product=found,
        levels=list(StockLevel.objects.filter(product_id=sku).select_related("warehouse").order_by("id")),
        page=page,
        moves=told(page.rows),
        warehouse=warehouse,
    )


def movements(sku: str, warehouse: str) -> QuerySet[Movement]:
    found = Movement.objects.filter(sku=sku)
    return found.filter(warehouse_id=warehouse) if warehouse else found


def told(rows: list[Movement]) -> list[dict[str, Any]]:
    """With what became available by it, whose order it was for, and who did it."""
    people = lines.names({row.actor for row in rows})
    numbers = dict(Order.objects.filter(pk__in={row.order_id for row in rows}).values_list("pk", "number"))
    return [
        {
            "row": row,
            "available": row.on_hand - row.reserved - row.committed,
            "number": numbers.get(row.order_id, ""),
            "who": people.get(row.actor, row.actor),
        }
        for row in rows
    ]
