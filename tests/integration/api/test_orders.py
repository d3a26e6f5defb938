"""Orders over HTTP: accepted once, readable to the end, and every bad request named and without effect."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.backbone.messages import Money
from apps.backbone.models import Message
from apps.orders.models import Order
from tests.integration.api.shop import ADDRESS, Caller, in_log, order, stock_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(drain: Callable[[], int]) -> Caller:
    stock_up(tea=10, cup=0)
    return Caller()


def test_an_order_is_accepted_then_confirmed(caller: Caller, drain: Callable[[], int]):
    reply = caller.place()

    assert reply.status_code == 202
    order_id = reply.json()["order_id"]
    assert reply.json() == {"order_id": order_id, "status": "accepted", "status_url": f"/api/orders/{order_id}"}
    assert reply["Location"] == f"/api/orders/{order_id}"
    assert caller.get(f"/orders/{order_id}").json() == {"order_id": order_id, "status": "accepted"}

    drain()
    read = caller.get(f"/orders/{order_id}").json()
    assert (read["status"], read["payment_status"], read["number"]) == ("confirmed", "authorized", "A-1001")
    assert read["totals"]["total"] == {"amount_minor": 900, "currency": "EUR"}
    assert [(line["sku"], line["quantity"], line["title"]) for line in read["lines"]] == [("tea", 2, "Tea")]


def test_prices_discount_tax_and_shipping_may_be_given(caller: Caller, drain: Callable[[], int]):
    line = {
        "sku": "tea", "quantity": 3, "tax_basis_points": 2000,
        "unit_price": {"amount_minor": 400, "currency": "EUR"}, "discount": {"amount_minor": 200, "currency": "EUR"},
    }  # fmt: skip
    order_id = caller.place(lines=[line], shipping={"amount_minor": 490, "currency": "EUR"}).json()["order_id"]
    drain()

    placed = Order.objects.get(pk=order_id)
    amounts = (placed.subtotal_minor, placed.discount_minor, placed.tax_minor, placed.shipping_minor)
    assert (*amounts, placed.total_minor) == (1200, 200, 200, 490, 1690)


def test_the_same_key_and_body_give_the_same_reply_and_one_order(caller: Caller, drain: Callable[[], int]):
    first, second = caller.place(), caller.place()
    drain()

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.content == second.content
    assert first["Location"] == second["Location"]
    assert ("Idempotency-Hit" in first, second["Idempotency-Hit"]) == (False, "true")
    assert in_log("orders.place_order") == Order.objects.count() == 1


def test_the_same_key_and_another_body_are_refused_and_nothing_is_written(caller: Caller):
    caller.place()
    reply = caller.place(customer_name="Eve")

    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == ["Idempotency-Key"]
    assert in_log("orders.place_order") == 1


def test_two_callers_may_use_the_same_key(caller: Caller, drain: Callable[[], int]):
    from tests.integration.api.shop import person

    mine, theirs = caller.place().json(), Caller(person("eve")).place().json()

    assert mine["order_id"] != theirs["order_id"]
    assert in_log("orders.place_order") == 2


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "k" * 201])
def test_a_key_is_required_and_must_be_plain(caller: Caller, key: str):
    reply = caller.place(key=key)

    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (400, "Idempotency-Key")
    assert in_log("orders.place_order") == 0


LINE = {"sku": "tea", "quantity": 1}


def priced(amount_minor: Any, currency: str = "EUR") -> dict[str, Any]:
    return {**LINE, "unit_price": {"amount_minor": amount_minor, "currency": currency}}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": None}, "lines"),
        ({"lines": [{"sku": "gin", "quantity": 1}]}, "lines.0.sku"),
        ({"lines": [{"sku": "te\u0000a", "quantity": 1}]}, "lines.0.sku"),
        ({"lines": [LINE, LINE]}, "lines.1.sku"),
        ({"lines": [{"sku": "tea", "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "tea", "quantity": -1}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "tea", "quantity": 1.5}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "tea", "quantity": "2"}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "tea", "quantity": True}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "tea", "quantity": 10**30}]}, "lines.0.quantity"),
        ({"lines": [LINE] * 101}, "lines"),
        ({"lines": [priced(-1)]}, "lines.0.unit_price"),
        ({"lines": [priced(10**20)]}, "lines.0.unit_price"),
        ({"lines": [priced(9.99)]}, "lines.0.unit_price.amount_minor"),
        ({"lines": [priced(0)]}, "lines"),
        ({"lines": [priced(100, "XXY")]}, "lines.0.unit_price"),
        ({"lines": [priced(100), {"sku": "cup", "quantity": 1, "unit_price": {"amount_minor": 1, "currency": "USD"}}]},
         "lines.1.unit_price"),
        ({"lines": [{**LINE, "discount": {"amount_minor": 451, "currency": "EUR"}}]}, "lines.0.discount"),
        ({"lines": [{**LINE, "tax_basis_points": 10001}]}, "lines.0.tax_basis_points"),
        ({"lines": [{**LINE, "color": "red"}]}, "lines.0.color"),
        ({"shipping": {"amount_minor": 5, "currency": "USD"}}, "lines.0.unit_price"),
        ({"shipping": {"amount_minor": -5, "currency": "EUR"}}, "shipping"),
        ({"email": "nobody"}, "email"),
        ({"customer_name": "  "}, "customer_name"),
        ({"customer_name": "a" * 201}, "customer_name"),
        ({"customer_name": "A\u0000da"}, "customer_name"),
        ({"ship_to": {**ADDRESS, "country": "Austria"}}, "ship_to.country"),
        ({"ship_to": {**ADDRESS, "street": ""}}, "ship_to.street"),
        ({"bill_to": {**ADDRESS, "city": ""}}, "bill_to.city"),
        ({"payment_method": "4111 1111 1111 1111"}, "payment_method"),
        ({"customer_id": str(uuid4())}, "customer_id"),
        ({"customer_id": "seven"}, "customer_id"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named_and_nothing_is_written(caller: Caller, changes: dict[str, Any], field: str):
    before = Message.objects.count()
    reply = caller.place(**changes)

    assert (reply.status_code, reply["Content-Type"]) == (422, "application/problem+json")
    assert reply.json()["errors"][0]["field"] == field
    assert Message.objects.count() == before
    assert caller.place().status_code == 202


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff{}", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b"[" * 10_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b"7", "application/json", 422),
        (b"", "application/json", 422),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (json.dumps(order()).encode(), "text/plain", 415),
        (b" " * (64 * 1024 + 1), "application/json", 413),
        (b" " * (2 * 1024 * 1024), "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(caller: Caller, body: bytes, content_type: str, status: int):
    before = Message.objects.count()
    reply = caller.client.post("/api/orders", data=body, content_type=content_type, headers={"Idempotency-Key": "one"})

    assert (reply.status_code, reply["Content-Type"]) == (status, "application/problem+json")
    assert reply.json()["detail"]
    assert Message.objects.count() == before


def test_an_order_without_stock_ends_rejected(caller: Caller, drain: Callable[[], int]):
    order_id = caller.place(lines=[{"sku": "cup", "quantity": 1}]).json()["order_id"]
    drain()

    read = caller.get(f"/orders/{order_id}").json()
    assert (read["status"], read["reason"]) == ("rejected", "out_of_stock")


def test_orders_are_listed_in_pages_without_overlap(caller: Caller, drain: Callable[[], int]):
    placed = [caller.place(key=f"k{number}").json()["order_id"] for number in range(5)]
    drain()

    seen, after = [], None
    for _ in range(3):
        page = caller.get("/orders", limit=2, **({"after": after} if after else {})).json()
        seen += [row["order_id"] for row in page["orders"]]
        after = page["next"]

    assert (sorted(seen), after) == (sorted(placed), None)


def test_a_page_after_an_unknown_order_is_refused(caller: Caller):
    assert caller.get("/orders", after=str(uuid4())).status_code == 422
    assert caller.get("/orders", limit=1000).status_code == 422


def test_an_unknown_order_is_not_found(caller: Caller):
    assert caller.get(f"/orders/{uuid4()}").status_code == 404
    assert caller.get("/orders/seven").status_code in (404, 422)


def test_an_order_is_cancelled_and_its_stock_given_back(caller: Caller, drain: Callable[[], int]):
    order_id = caller.place().json()["order_id"]
    drain()
    first = caller.post(f"/orders/{order_id}/cancel", {"reason": "changed mind"}, "c1")
    second = caller.post(f"/orders/{order_id}/cancel", {"reason": "changed mind"}, "c1")
    drain()

    assert (first.status_code, second.status_code, second["Idempotency-Hit"]) == (202, 202, "true")
    assert caller.get(f"/orders/{order_id}").json()["status"] == "cancelled"
    assert caller.get("/stock/tea").json()["available"] == 10
    assert in_log("orders.cancel_order") == 1


def test_what_cannot_be_cancelled_is_said_at_once(caller: Caller, drain: Callable[[], int]):
    rejected = caller.place(lines=[{"sku": "cup", "quantity": 1}]).json()["order_id"]
    drain()

    assert caller.post(f"/orders/{rejected}/cancel").status_code == 409
    assert caller.post(f"/orders/{uuid4()}/cancel").status_code == 404
    assert in_log("orders.cancel_order") == 0


def test_stock_is_read_by_product(caller: Caller):
    assert caller.get("/stock/tea").json() == {
        "sku": "tea",
        "title": "Tea",
        "price": {"amount_minor": Money(450, "EUR").amount_minor, "currency": "EUR"},
        "active": True,
        "available": 10,
        "warehouses": [{"warehouse_id": "main", "on_hand": 10, "reserved": 0, "committed": 0, "available": 10}],
    }
    assert caller.get("/stock/gin").status_code == 404


def test_the_order_id_follows_from_caller_and_key(caller: Caller):
    assert UUID(caller.place().json()["order_id"]).version == 5
