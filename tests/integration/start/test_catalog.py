"""The forms that make an empty shop one that sells: a warehouse, products, and what changes of them."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.backbone.models import Message
from apps.inventory.models import Product, Warehouse
from tests.integration.api.shop import in_log
from tests.integration.start.pages import Desk, faults

pytestmark = pytest.mark.django_db

PRODUCT, WAREHOUSE = "/start/product/", "/start/warehouse/"
TEA = {"sku": "tea/green", "title": "Green tea", "price": "4,50", "currency": "eur", "reorder_point": "3"}
MAIN = {"warehouse_id": "main", "name": "Main", "priority": "1"}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_empty_shop_says_what_it_lacks_and_where_it_begins(desk: Desk):
    assert PRODUCT in desk.get("/stock/").content.decode()
    assert PRODUCT in desk.get("/start/order/").content.decode()
    assert WAREHOUSE in desk.get("/start/receipt/").content.decode()


def test_a_product_is_added_once_and_its_page_opens(desk: Desk, drain: Callable[[], int]):
    token = desk.token(PRODUCT)
    first, second = desk.send(PRODUCT, TEA, token), desk.send(PRODUCT, TEA, token)
    drain()

    product = Product.objects.get()
    assert first["Location"] == second["Location"]
    assert (product.sku, product.price_minor, product.currency, product.reorder_point) == ("tea/green", 450, "EUR", 3)
    assert [line.type for line in desk.get(f"{first['Location']}now/").context["answers"]] == ["product.added"]
    assert "/start/product/tea/green/" in desk.get("/stock/tea/green/").content.decode()


def test_a_warehouse_is_opened(desk: Desk, drain: Callable[[], int]):
    desk.send(WAREHOUSE, MAIN)
    drain()

    assert list(Warehouse.objects.values_list("warehouse_id", "name", "priority")) == [("main", "Main", 1)]


@pytest.mark.parametrize(
    ("address", "changes", "field"),
    [
        (PRODUCT, {"sku": "green tea"}, "sku"),
        (PRODUCT, {"sku": "old"}, "sku"),
        (PRODUCT, {"title": " "}, "title"),
        (PRODUCT, {"price": "-1"}, "price"),
        (PRODUCT, {"price": "1.005"}, "price"),
        (PRODUCT, {"currency": "XQX"}, "currency"),
        (PRODUCT, {"reorder_point": "-1"}, "reorder_point"),
        (WAREHOUSE, {"warehouse_id": "a b"}, "warehouse_id"),
        (WAREHOUSE, {"name": ""}, "name"),
        (WAREHOUSE, {"priority": "x"}, "priority"),
    ],
)
def test_each_form_names_what_is_wrong(
    desk: Desk, drain: Callable[[], int], address: str, changes: dict[str, Any], field: str
):
    desk.send(PRODUCT, TEA | {"sku": "old"})
    drain()
    before = Message.objects.count()
    reply = desk.send(address, (TEA if address == PRODUCT else MAIN) | changes)

    assert (reply.status_code, list(faults(reply))) == (422, [field])
    assert Message.objects.count() == before


def test_a_product_is_changed_and_no_longer_sold(desk: Desk, drain: Callable[[], int]):
    desk.send(PRODUCT, TEA)
    drain()
    page = "/start/product/tea/green/"
    asked = desk.get(page).context["form"].initial
    desk.send(page, {"title": "Sencha", "price": "5", "currency": "EUR", "reorder_point": "0"})
    drain()

    product = Product.objects.get()
    assert (str(asked["price"]), asked["active"]) == ("4.50", True)
    assert (product.title, product.price_minor, product.reorder_point, product.active) == ("Sencha", 500, 0, False)


def test_what_would_change_nothing_is_not_sent(desk: Desk, drain: Callable[[], int]):
    desk.send(PRODUCT, TEA)
    drain()
    reply = desk.send("/start/product/tea/green/", TEA | {"active": "on"})

    assert (reply.status_code, list(faults(reply))) == (422, ["__all__"])
    assert in_log("product.changed") == 0


def test_who_may_not_add_sees_the_forms_and_sends_nothing():
    viewer = Desk("inventory.view_product", "inventory.view_warehouse")
    page = viewer.get(PRODUCT)

    assert page.status_code == 200
    assert page.context["refused"]
    assert viewer.send(PRODUCT, TEA).status_code == 403
    assert not Message.objects.exists()


def test_the_admins_add_leads_to_the_forms(desk: Desk):
    assert desk.get("/admin/inventory/product/add/")["Location"] == PRODUCT
    assert desk.get("/admin/inventory/warehouse/add/")["Location"] == WAREHOUSE
