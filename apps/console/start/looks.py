"""What the start forms look up while somebody types: products, customers, what is available, what is on hand."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from apps.backbone import ask as asking
from apps.backbone.ask import NoAnswer, ask
from apps.console import frame
from apps.inventory.models import Product, StockLevel
from apps.orders.models import Customer

FOUND = 20
ASK_SECONDS = 1.0
"""A page waits no longer for the inventory; then it shows what the read model has."""


def asked(request: HttpRequest) -> str:
    """The text searched for: whichever field sent it, its value comes last."""
    values = [value for name in request.GET for value in request.GET.getlist(name)]
    return values[-1].strip()[:100] if values and values[-1].isprintable() else ""


@frame.staff("inventory.view_product")
@require_GET
def products(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "console/start/products.html", {"products": find_products(asked(request))})


def find_products(text: str) -> QuerySet[Product]:
    rows = Product.objects.filter(active=True)
    for word in text.split()[:5]:
        rows = rows.filter(Q(sku__icontains=word) | Q(title__icontains=word))
    return rows.order_by("title")[:FOUND]


@frame.staff("orders.view_customer")
@require_GET
def customers(request: HttpRequest) -> HttpResponse:
    text = asked(request)
    rows = (
        Customer.objects.filter(Q(name__icontains=text) | Q(email__icontains=text)) if text else Customer.objects.none()
    )
    return TemplateResponse(request, "console/start/customers.html", {"customers": rows[:FOUND], "asked": text})


@frame.staff("inventory.view_product")
@require_GET
def availability(request: HttpRequest) -> HttpResponse:
    """The one product that a line names: its price, and whether so many can be had now."""
    prefix = request.GET.get("line", "")
    sku, quantity = request.GET.get(f"{prefix}-sku", "").strip(), request.GET.get(f"{prefix}-quantity", "")
    whole = int(quantity) if quantity.isdecimal() and len(quantity) < 10 else 1
    found = quote([{"sku": sku, "quantity": whole}])[0] if sku.isprintable() and sku else None
    return TemplateResponse(request, "console/start/availability.html", {"quote": found})


def quote(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What inventory answers; while it is silent, the same from the read model."""
    try:
        if asking.asker:
            answer: list[dict[str, Any]] = ask("inventory.quote", lines, timeout=ASK_SECONDS)
            return answer
    except NoAnswer:
        pass
    return [_known(line["sku"], line["quantity"]) for line in lines]


def _known(sku: str, quantity: int) -> dict[str, Any]:
    product = Product.objects.filter(pk=sku).first()
    active = bool(product and product.active)
    free = sum(level.available for level in StockLevel.objects.filter(product_id=sku)) if active else 0
    return {
        "sku": sku,
        "title": product.title if product else None,
        "price": {"amount_minor": product.price_minor, "currency": product.currency} if product else None,
        "active": active,
        "quantity": quantity,
        "available": free,
        "enough": quantity <= free,
    }


@frame.staff("inventory.view_stocklevel")
@require_GET
def on_hand(request: HttpRequest) -> HttpResponse:
    """The field that an adjustment compares with, filled with what is on hand now."""
    from apps.console.start.stock import AdjustForm

    level = level_of(request.GET.get("sku", ""), request.GET.get("warehouse", ""))
    known = level.on_hand if level else 0
    form = AdjustForm(initial={"expected": known if request.GET.get("sku") else None})
    return TemplateResponse(request, "console/start/expected.html", {"field": form["expected"], "level": level})


def level_of(sku: str, warehouse_id: str) -> StockLevel | None:
    if not (sku.isprintable() and warehouse_id.isprintable()):
        return None
    return StockLevel.objects.filter(product_id=sku.strip(), warehouse_id=warehouse_id).first()
