"""The form that places an order."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from apps.backbone.log import send
from apps.backbone.messages import Money
from apps.backbone.models import Message
from apps.inventory.commands import AddProduct
from apps.orders.models import Customer, Order
from tests.integration.api.shop import in_log, stock_up
from tests.integration.start.pages import BUYER, Desk, faults, lines

pytestmark = pytest.mark.django_db

PAGE = "/start/order/"
TEA = {"sku": "tea", "quantity": "2", "discount": ""}


@pytest.fixture
def desk(drain: Callable[[], int]) -> Desk:
    stock_up(tea=10, cup=0)
    return Desk()


def test_an_order_is_placed_and_leads_to_its_page(desk: Desk, drain: Callable[[], int]):
    filled = BUYER | lines(TEA, {"sku": "", "quantity": "1", "discount": ""}) | {"shipping": "4.90", "tax": "20"}
    reply = desk.send(PAGE, filled)
    drain()

    order = Order.objects.get()
    assert (reply.status_code, reply["Location"]) == (302, f"/orders/{order.pk}/")
    assert (order.status, order.channel, order.customer_name, order.ship_to["country"]) == (
        "confirmed", "console", "Ada", "AT",
    )  # fmt: skip
    assert (order.subtotal_minor, order.tax_minor, order.shipping_minor, order.total_minor) == (900, 180, 490, 1570)


def test_pressed_twice_it_is_one_order(desk: Desk, drain: Callable[[], int]):
    token = desk.token(PAGE)
    first = desk.send(PAGE, BUYER | lines(TEA), token)
    second = desk.send(PAGE, BUYER | lines(TEA) | {"name": "Eve"}, token)
    drain()

    assert first["Location"] == second["Location"]
    assert (in_log("orders.place_order"), Order.objects.get().customer_name) == (1, "Ada")


@pytest.mark.parametrize("card", ["tok_ok", "tok_decline_funds", "tok_timeout_committed", "tok_capture_fails_twice"])
def test_the_test_cards_are_offered(desk: Desk, card: str):
    assert card in dict(desk.get(PAGE).context["form"].fields["card"].choices)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "A\x07da"}, "name"),
        ({"email": "nobody"}, "email"),
        ({"country": "Austria"}, "country"),
        ({"country": "1x"}, "country"),
        ({"country": "ZZ"}, "country"),
        ({"shipping": "1,234"}, "shipping"),
        ({"street": "a" * 201}, "street"),
        ({"card": "4111111111111111"}, "card"),
        ({"shipping": "-1"}, "shipping"),
        ({"shipping": "1.005"}, "__all__"),
        ({"tax": "101"}, "tax"),
        ({"customer_id": str(uuid4())}, "customer_id"),
        (lines({"sku": "gin", "quantity": "1"}), "0-sku"),
        (lines({"sku": "", "quantity": "1"}), "0-sku"),
        (lines(TEA, {"sku": "tea", "quantity": "1"}), "1-sku"),
        (lines({"sku": "tea", "quantity": "0"}), "0-quantity"),
        (lines({"sku": "tea", "quantity": "-1"}), "0-quantity"),
        (lines({"sku": "tea", "quantity": "1.5"}), "0-quantity"),
        (lines({"sku": "tea", "quantity": "9999999"}), "0-quantity"),
        (lines({"sku": "tea", "quantity": "1", "discount": "4.51"}), "0-discount"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_sent(desk: Desk, changes: dict[str, Any], field: str):
    before = Message.objects.count()
    reply = desk.send(PAGE, BUYER | lines(TEA) | changes)

    assert (reply.status_code, list(faults(reply))) == (422, [field])
    assert faults(reply)[field]
    assert Message.objects.count() == before


def test_a_form_without_a_product_asks_for_one(desk: Desk):
    reply = desk.send(PAGE, BUYER | lines({"sku": "", "quantity": "1", "discount": ""}))

    assert reply.context["formset"].non_form_errors() == ["Add at least one product."]


def test_an_amount_may_have_a_comma(desk: Desk, drain: Callable[[], int]):
    desk.send(PAGE, BUYER | lines(TEA | {"discount": "0,5"}) | {"shipping": "5,50"})
    drain()

    order = Order.objects.get()
    assert (order.discount_minor, order.shipping_minor) == (50, 550)


def test_the_form_names_the_currency_of_its_amounts(desk: Desk):
    page = desk.get(PAGE).content.decode()

    assert "Discount (EUR)" in page
    assert "Shipping (EUR)" in page


def test_one_order_has_one_currency(desk: Desk, drain: Callable[[], int]):
    send(AddProduct(sku="yen", title="Yen", price=Money(500, "JPY")))
    drain()
    reply = desk.send(PAGE, BUYER | lines(TEA, {"sku": "yen", "quantity": "1", "discount": ""}))

    assert (reply.status_code, in_log("orders.place_order")) == (422, 0)
    assert "currency" in str(faults(reply))


def test_another_line_keeps_what_was_filled_in(desk: Desk):
    reply = desk.send(PAGE, BUYER | lines(TEA) | {"more": "1"}, "6b1d6e0e-6a43-4be9-9a4c-0b9f3b1c8a10")

    formset = reply.context["formset"]
    assert (reply.status_code, [line["sku"].value() for line in formset]) == (200, ["tea", None])
    assert reply.context["form"]["name"].value() == "Ada"
    assert reply.context["form"]["token"].value() == "6b1d6e0e-6a43-4be9-9a4c-0b9f3b1c8a10"
    assert in_log("orders.place_order") == 0


def test_a_new_customer_is_kept_and_found_again(desk: Desk, drain: Callable[[], int]):
    desk.send(PAGE, BUYER | lines(TEA) | {"register": "on"})
    drain()

    customer = Customer.objects.get()
    assert (customer.name, Order.objects.get().customer_id) == ("Ada", customer.pk)
    assert str(customer.pk) in desk.get("/start/customers/", find="ada@").content.decode()
    initial = desk.get(PAGE, customer=str(customer.pk)).context["form"]
    assert (initial["name"].value(), initial["city"].value(), str(initial["customer_id"].value())) == (
        "Ada", "Graz", str(customer.pk),
    )  # fmt: skip


def test_products_are_found_by_any_word_and_escaped(desk: Desk, drain: Callable[[], int]):
    send(AddProduct(sku="x", title='<script>"Green" tea</script>', price=Money(500, "EUR")))
    drain()
    page = desk.get("/start/products/", **{"lines-0-sku": "green"}).content.decode()

    assert 'value="x"' in page
    assert "<script>" not in page
    assert 'value="tea"' not in page


def test_availability_is_said_for_a_line(desk: Desk):
    def said(sku: str, quantity: str) -> str:
        asked = {"line": "lines-0", "lines-0-sku": sku, "lines-0-quantity": quantity}
        return desk.get("/start/availability/", **asked).content.decode()

    assert "10 available" in said("tea", "10")
    assert "only 10 available: an order for more is rejected" in said("tea", "11")
    assert "no such product" in said("gin", "1")
    assert said("", "1").strip() == ""


@pytest.mark.parametrize("page", [PAGE, "/start/import/", "/start/receipt/", "/start/adjustment/"])
def test_each_page_needs_its_permission(page: str):
    desk = Desk("orders.view_customer")

    assert (desk.get(page).status_code, desk.client.post(page).status_code) == (403, 403)


@pytest.mark.parametrize("page", [PAGE, "/start/import/"])
def test_who_sees_orders_may_read_the_form_and_not_send_it(page: str):
    desk = Desk("orders.view_order")

    assert (desk.get(page).status_code, desk.client.post(page).status_code) == (200, 403)


def test_start_shows_what_a_person_lacks():
    groups = Desk("orders.add_order").get("/start/").context["groups"]

    lacks = {str(card.title): card.lacks for _title, cards in groups for card in cards}
    assert lacks["Place order"] == ""
    assert "adjust stock" in lacks["Receive stock"].lower() or "stock" in lacks["Receive stock"].lower()
