"""Who may open what: every address of the console, for nobody, for staff without a role, for the administrator."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import ORDER, open_shop, place, say

pytestmark = pytest.mark.django_db

READ_BY_ALL_STAFF = {"home-needs", "home-charts", "palette", "permissions", "problems", "start"}
GUESSES = (
    {},
    {"order_id": ORDER},
    {"order_id": ORDER, "action": "cancel"},
    {"row_id": 1},
)


def console_addresses() -> Iterator[tuple[str, str]]:
    """Name and address of every page and action of ours."""
    for pattern in get_resolver("apps.console.urls").url_patterns:
        if isinstance(pattern, URLPattern) and pattern.name:
            for guess in GUESSES:
                try:
                    yield pattern.name, reverse(f"console:{pattern.name}", kwargs=guess)
                    break
                except NoReverseMatch:
                    continue


def lists() -> list[str]:
    return [reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist") for model in admin.site._registry]


@pytest.fixture
def shop(drain: Callable[[], int]) -> None:
    open_shop(drain, tea=5)
    say(place())
    drain()


def test_nobody_is_let_in_without_logging_in(shop: None) -> None:
    for name, address in console_addresses():
        for method in ("get", "post"):
            reply = getattr(Client(), method)(address)
            assert reply.status_code == 302, (name, method)
            assert "/admin/login/" in reply["Location"], (name, method)
    for address in lists():
        assert "/admin/login/" in Client().get(address)["Location"], address


def test_staff_without_a_role_see_the_frame_and_nothing_in_it(shop: None) -> None:
    client = client_of()

    assert client.get("/admin/").status_code == 200
    refused = {name: client.get(address).status_code for name, address in console_addresses()}
    assert {name for name, code in refused.items() if code not in (302, 403, 405)} <= READ_BY_ALL_STAFF
    assert {address: client.get(address, follow=True).status_code for address in lists()} == dict.fromkeys(lists(), 403)


def test_staff_without_a_role_change_nothing(shop: None) -> None:
    client = client_of()

    refused = {name: client.post(address).status_code for name, address in console_addresses()}

    assert {name for name, code in refused.items() if code not in (403, 405)} <= READ_BY_ALL_STAFF


def test_the_administrator_opens_every_list_and_page(shop: None) -> None:
    client = administrator()

    for address in lists():
        assert client.get(address, follow=True).status_code == 200, address
    for name in ("live", "dead-letters"):
        assert client.get(reverse(f"console:{name}")).status_code == 200, name
    assert client.get(reverse("console:order", args=[ORDER])).status_code == 200


@pytest.mark.parametrize(
    "model",
    ["backbone_sagainstance", "inventory_stocklevel",
     "inventory_reservation", "payments_payment", "payments_operation", "payments_ledgerentry", "orders_customer",
     "console_mail"],
)  # fmt: skip
def test_read_models_and_the_log_have_no_form(shop: None, model: str) -> None:
    client = administrator()

    assert client.get(reverse(f"admin:{model}_add")).status_code == 403
    assert client.post(reverse(f"admin:{model}_add"), {}).status_code == 403
    assert client.post(reverse(f"admin:{model}_delete", args=[1])).status_code in (302, 403)


def test_beats_own_tables_are_not_in_the_admin() -> None:
    registered = {model._meta.app_label for model in admin.site._registry}

    assert "django_celery_beat" not in registered


@pytest.mark.parametrize(
    ("model", "form"),
    [
        ("orders_order", "place-order"),
        ("inventory_product", "add-product"),
        ("inventory_warehouse", "open-warehouse"),
    ],
)
def test_what_a_command_adds_is_added_by_its_own_form(shop: None, model: str, form: str) -> None:
    reply = administrator().get(reverse(f"admin:{model}_add"))

    assert reply["Location"] == reverse(f"console:{form}")


def test_an_unknown_order_is_not_found(shop: None) -> None:
    assert administrator().get(reverse("console:order", args=[uuid4()])).status_code == 404


def test_a_wrong_password_is_said_once() -> None:
    page = Client().post(reverse("admin:login"), {"username": "admin", "password": "wrong"})

    assert page.content.decode().count("errornote") == 1
