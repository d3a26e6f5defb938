"""Start: a card for everything that staff can begin, and the order that an action is for, found by a few letters."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from apps.orders.models import Order
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import ORDER, open_shop, place, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def confirmed(drain: Callable[[], int]) -> Callable[[], int]:
    open_shop(drain, tea=5)
    say(place())
    drain()
    return drain


def pick(action: str, **query: str) -> str:
    return reverse("console:pick-order", args=[action], query=query)


def test_every_card_leads_to_a_page() -> None:
    client = administrator()

    groups = client.get(reverse("console:start")).context["groups"]

    addresses = [card.address for _title, cards in groups for card in cards]
    assert len(addresses) == len(set(addresses)) > 12
    assert {client.get(address).status_code for address in addresses} == {200}


def test_a_card_that_this_person_may_not_use_says_what_is_missing() -> None:
    page = client_of("viewer", "orders.view_order").get(reverse("console:start"))

    lacks = {str(card.title): card.lacks for _title, cards in page.context["groups"] for card in cards}
    assert lacks["Place order"] == "You lack the permission to place orders."
    assert lacks["Refund"] == "You lack the permission to refund and settle payments."
    assert page.content.decode().count('aria-disabled="true"') == len(lacks)


def test_the_orders_that_an_action_fits_are_offered_and_lead_to_its_form(confirmed: Callable[[], int]) -> None:
    client = administrator()

    [cancel] = client.get(pick("cancel")).context["found"]

    assert (cancel.order.pk, cancel.why_not) == (ORDER, "")
    [opened] = [offer for offer in client.get(cancel.address).context["offers"] if offer.opened]
    assert opened.action.name == "cancel"
    assert client.get(pick("refund")).context["found"] == []


@pytest.mark.parametrize("letters", ["number", "ADA", "ada@"])
def test_enter_on_the_only_order_that_fits_opens_its_form(confirmed: Callable[[], int], letters: str) -> None:
    Order.objects.update(customer_name="Ada Lovelace", email="ada@example.org")
    text = Order.objects.get().number if letters == "number" else letters

    reply = administrator().get(pick("cancel", q=text))

    assert reply["Location"] == f"/orders/{ORDER}/?do=cancel"


def test_an_order_that_it_cannot_be_done_with_says_why(confirmed: Callable[[], int]) -> None:
    [found] = administrator().get(pick("refund", q=Order.objects.get().number)).context["found"]

    assert found.why_not == "Nothing is captured that could be given back."


def test_without_the_permission_every_order_says_so(confirmed: Callable[[], int]) -> None:
    page = client_of("viewer", "orders.view_order").get(pick("cancel"))

    assert {one.why_not for one in page.context["found"]} == {page.context["lacks"]}
    assert page.context["lacks"] == "You lack the permission to steer orders: ship, hold, change or cancel them."


def test_an_action_that_is_none_is_not_there() -> None:
    assert administrator().get("/start/order/teleport/").status_code == 404
