"""The forms that register a customer and change one."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.backbone.models import Message
from apps.orders.models import Customer
from tests.integration.api.shop import in_log
from tests.integration.start.pages import Desk, faults

pytestmark = pytest.mark.django_db

ADD = "/start/customer/"
ADA = {
    "name": "Ada", "email": "ada@example.org", "street": "1 Mill Lane", "postal_code": "8010", "city": "Graz",
    "region": "", "country": "at",
}  # fmt: skip
NOWHERE = {"street": "", "postal_code": "", "city": "", "country": ""}


def customer() -> tuple[str, str, str]:
    found = Customer.objects.get()
    return found.name, found.email, (found.address or {}).get("city", "")


def test_a_customer_is_registered_once_and_moves(drain: Callable[[], int]):
    desk = Desk()
    token = desk.token(ADD)
    first, second = desk.send(ADD, ADA, token), desk.send(ADD, ADA, token)
    drain()
    registered = customer()
    page = f"{ADD}{Customer.objects.get().pk}/"
    desk.send(page, desk.get(page).context["form"].initial | {"city": "Vienna", "email": "ada@example.net"})
    drain()

    assert first["Location"] == second["Location"]
    assert registered == ("Ada", "ada@example.org", "Graz")
    assert customer() == ("Ada", "ada@example.net", "Vienna")


def test_a_customer_needs_no_address(drain: Callable[[], int]):
    Desk().send(ADD, ADA | NOWHERE)
    drain()

    assert customer() == ("Ada", "ada@example.org", "")


def test_what_would_change_nothing_is_not_sent(drain: Callable[[], int]):
    desk = Desk()
    desk.send(ADD, ADA)
    drain()
    reply = desk.send(f"{ADD}{Customer.objects.get().pk}/", ADA)

    assert (reply.status_code, list(faults(reply))) == (422, ["__all__"])
    assert in_log("customer.changed") == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "ada"}, "email"),
        ({"country": "XX"}, "country"),
        ({"street": ""}, "street"),
    ],
)
def test_each_fault_stands_beside_its_field(changes: dict[str, Any], field: str):
    reply = Desk().send(ADD, ADA | changes)

    assert (reply.status_code, list(faults(reply))) == (422, [field])
    assert not Message.objects.exists()


def test_who_may_not_sees_the_form_and_sends_nothing():
    viewer = Desk("orders.view_customer")

    assert viewer.get(ADD).context["refused"]
    assert viewer.send(ADD, ADA).status_code == 403
