"""What a person may not do is shown with its reason, and can be reached."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from apps.backbone import clock
from apps.console import frame
from apps.inventory.models import Product
from apps.orders.models import Customer
from tests.integration.console.people import administrator, client_of, person

pytestmark = pytest.mark.django_db

BUTTON = Template(
    '{% load console %}{% lack "orders.change_order" as why %}'
    '{% include "console/button.html" with label="Cancel" icon="block" danger=True sends_name="go" sends_value="now" %}'
)


def button_of(user: object) -> str:
    request = RequestFactory().get("/")
    request.user = user  # type: ignore[assignment]
    return BUTTON.render(Context({"request": request}))


def test_what_is_lacking_is_said_in_words() -> None:
    looker = person("looker", "orders.view_order")

    assert frame.lack(looker, "orders.view_order") == ""
    assert frame.lack(looker, "orders.add_order") == "You lack the permission to place orders."
    assert (
        frame.lack(looker, "orders.view_order", "payments.change_payment", "backbone.view_inbox")
        == "You lack the permission to refund and settle payments and see dead letters."
    )


def test_a_superuser_lacks_nothing() -> None:
    assert frame.lack(get_user_model().objects.create_superuser("root"), "orders.add_order", "auth.add_user") == ""


def test_a_refused_button_can_be_reached_and_says_why() -> None:
    html = button_of(person("looker"))

    assert 'type="submit"' not in html
    assert 'aria-disabled="true"' in html
    assert " disabled" not in html
    described = html.split('aria-describedby="')[1].split('"')[0]
    assert f'id="{described}" role="tooltip">You lack the permission to steer orders' in html


def test_an_allowed_button_sends() -> None:
    html = button_of(person("doer", "orders.change_order"))

    assert 'type="submit"' in html
    assert 'name="go" value="now"' in html
    assert "button-danger" in html
    assert "aria-disabled" not in html
    assert "tooltip" not in html


def saves(page: Any) -> tuple[list[str], list[str], bool]:
    """The refused buttons of a form with their reasons, and whether it can be saved."""
    html = page.content.decode()
    refused = [" ".join(found.split()) for found in re.findall(r'aria-describedby="mark-[^>]*>([^<]*)<', html)]
    return refused, re.findall(r'class="why"[^>]*>([^<]*)<', html), 'name="_save"' in html


def of_admin(name: str, key: Any) -> str:
    return reverse(f"admin:{name}_change", args=[key])


def test_a_form_of_the_admin_says_which_permission_saving_it_needs() -> None:
    role, somebody = Group.objects.get(name="operator"), person("somebody")
    looker = client_of("looker", "auth.view_user", "auth.view_group")

    assert saves(looker.get(of_admin("auth_user", somebody.pk))) == (
        ["Save"],
        ["You lack the permission to change people and their roles."],
        False,
    )
    assert saves(looker.get(of_admin("auth_group", role.pk))) == (
        ["Save", "Delete"],
        ["You lack the permission to change what roles may do.", "You lack the permission to remove roles."],
        False,
    )
    assert saves(administrator().get(of_admin("auth_group", role.pk))) == ([], [], True)


def test_who_may_do_more_than_you_is_not_changed_by_you() -> None:
    boss = person("boss", "payments.change_payment")
    clerk = client_of("clerk", "auth.view_user", "auth.change_user")

    assert saves(clerk.get(of_admin("auth_user", boss.pk))) == (["Save"], ["They may do more than you."], False)


def test_what_nobody_writes_by_hand_has_no_button_but_says_so() -> None:
    now = clock.now()
    tea = Product.objects.create(sku="tea", title="Tea", price_minor=350, currency="EUR", added_at=now, changed_at=now)

    page = administrator().get(of_admin("inventory_product", tea.pk))

    assert saves(page) == ([], [], False)
    assert "To be read only" in page.content.decode()


def test_customers_have_one_page_each() -> None:
    ada = Customer.objects.create(customer_id=uuid4(), name="Ada", email="ada@example.org", registered_at=clock.now())
    looker = client_of("looker", "orders.view_customer")

    assert looker.get(of_admin("orders_customer", ada.pk))["Location"] == reverse("console:customer", args=[ada.pk])
    assert looker.get(reverse("admin:orders_customer_changelist"))["Location"] == reverse("console:customers")
