"""A small shop to order from, and a caller with a token."""

from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client

from apps.backbone.drain import drain
from apps.backbone.log import send
from apps.backbone.messages import Money
from apps.backbone.models import Message
from apps.console.api.auth import issue
from apps.inventory.commands import AddProduct, OpenWarehouse, ReceiveStock
from apps.inventory.events import ReceiptLine

PRICE = Money(450, "EUR")
ADDRESS = {"name": "Ada", "street": "1 Mill Lane", "city": "Graz", "postal_code": "8010", "country": "AT"}


def stock_up(**quantities: int) -> None:
    """Products at 4.50 EUR, so many of each in one warehouse."""
    send(OpenWarehouse(warehouse_id="main", name="Main", priority=1))
    for sku in quantities:
        send(AddProduct(sku=sku, title=sku.title(), price=PRICE))
    drain()
    lines = tuple(
        ReceiptLine(sku=sku, quantity=quantity, unit_cost=Money(200, "EUR"))
        for sku, quantity in quantities.items()
        if quantity
    )
    if lines:
        send(ReceiveStock(receipt_id=uuid4(), warehouse_id="main", lines=lines, by="system"))
        drain()


def person(name: str = "ada", *permissions: str) -> Any:
    """Staff with these permissions; without any, one who may do everything."""
    users = get_user_model().objects
    if not permissions:
        return users.create_superuser(name)
    user = users.create_user(name, is_staff=True)
    for permission in permissions:
        label, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
    return user


class Caller:
    """Speaks JSON to the API with a token."""

    def __init__(self, user: Any | None = None) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {issue(user or person(), 'test')}"})

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(f"/api{path}", query_params=query)

    def post(self, path: str, body: Any = None, key: str = "", **more: Any) -> HttpResponse:
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(f"/api{path}", data=body, content_type="application/json", headers=headers, **more)

    def place(self, key: str = "one", **changes: Any) -> HttpResponse:
        return self.post("/orders", order(**changes), key)


def order(**changes: Any) -> dict[str, Any]:
    asked = {
        "customer_name": "Ada",
        "email": "ada@example.org",
        "ship_to": ADDRESS,
        "lines": [{"sku": "tea", "quantity": 2}],
        "payment_method": "tok_ok",
    }
    return {name: value for name, value in {**asked, **changes}.items() if value is not None}


def in_log(message_type: str) -> int:
    return Message.objects.filter(type=message_type).count()
