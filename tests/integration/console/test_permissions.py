"""Every address and every action of the console, for each role: who may do what, and that a viewer can do nothing."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from apps.console.roles import table
from tests.integration.console.addresses import Address, admin_addresses, console_addresses, fill_shop
from tests.integration.console.people import administrator, person

pytestmark = pytest.mark.django_db

NEEDS = {
    "order-action": "orders.change_order",
    "place-order": "orders.add_order",
    "import-orders": "orders.add_order",
    "import-preview": "orders.add_order",
    "receive-stock": "inventory.change_stocklevel",
    "adjust-stock": "inventory.change_stocklevel",
    "add-product": "inventory.add_product",
    "change-product": "inventory.add_product",
    "open-warehouse": "inventory.add_product",
    "add-customer": "orders.add_order",
    "change-customer": "orders.change_order",
    "dead-letters-act": "backbone.change_inbox",
    "run-action": "backbone.change_sagainstance",
    "job-start": "backbone.change_jobrun",
    "job-cancel": "backbone.change_jobrun",
    "job-again": "backbone.change_jobrun",
    "schedule-new": "django_celery_beat.change_periodictask",
    "schedule-edit": "django_celery_beat.change_periodictask",
    "schedule-run": "django_celery_beat.change_periodictask",
    "schedule-pause": "django_celery_beat.change_periodictask",
    "schedule-resume": "django_celery_beat.change_periodictask",
    "slots-run": "django_celery_beat.change_periodictask",
    "slots-ignore": "django_celery_beat.change_periodictask",
    "gateway-change": "payments.change_faultprofile",
    "gateway-use": "payments.change_faultprofile",
    "break": "payments.change_faultprofile",
    "audit-now": "backbone.change_jobrun",
    "rebuild": "backbone.change_jobrun",
    "add-person": "auth.add_user",
    "give-role": "auth.change_user",
}
"""The actions, by the name of their address; the forms among them can be read without the permission."""
FORMS = {
    "place-order",
    "import-orders",
    "import-preview",
    "receive-stock",
    "adjust-stock",
    "add-product",
    "change-product",
    "open-warehouse",
    "add-customer",
    "change-customer",
    "job-start",
    "schedule-new",
    "schedule-edit",
    "add-person",
    "order-action",
}
STEPS = {"import-errors", "import-left-out", "schedule-arguments", "job-report", "job-message"}
"""Steps of an action, and pages for which there is nothing yet."""
OLD = ("/admin/backbone/message/", "/admin/backbone/message/1/change/", "/admin/payments/faultprofile/")
"""Addresses of earlier versions, without a name."""
HARMLESS = ("/admin/logout/", "/i18n/setlang/")
OWN = {"password"}
"""What everybody changes: their own."""


def client_in(role: str) -> Client:
    user = get_user_model().objects.create(username=f"the-{role}", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def every(drain: Callable[[], int]) -> list[Address]:
    fill_shop(drain)
    return list(console_addresses())


def test_a_page_that_changes_nothing_takes_no_post(every: list[Address]) -> None:
    boss = administrator()
    named = {one.name: boss.post(one.path).status_code for one in every if one.name not in NEEDS}
    nameless = {path: boss.post(path).status_code for path in OLD}

    assert {at: status for at, status in {**named, **nameless}.items() if status != 405} == {}


def test_every_action_is_in_the_table_and_no_role_does_more_than_it_says(every: list[Address]) -> None:
    assert NEEDS.keys() <= {one.name for one in every}

    for role in table.ROLES:
        client, may = client_in(role.name), table.beyond_seeing(role)
        refused = {one.name for one in every if one.name in NEEDS and client.post(one.path).status_code == 403}
        assert (role.name, refused) == (role.name, {name for name, need in NEEDS.items() if need not in may})


def test_a_viewer_sees_every_page_and_can_change_nothing(every: list[Address]) -> None:
    client = client_in("viewer")

    pages = [one for one in every if one.name not in (NEEDS.keys() - FORMS) | STEPS]
    replies = {address: client.get(address.path, follow=True) for address in (*pages, *admin_addresses())}

    assert {at: reply.status_code for at, reply in replies.items() if reply.status_code != 200} == {}
    assert {at: found for at, reply in replies.items() if at.name not in OWN and (found := senders(reply))} == {}


def test_neither_nobody_nor_staff_without_a_role_do_anything(every: list[Address]) -> None:
    nobody, looker = Client(), Client()
    looker.force_login(person("looker"))

    for address in every:
        replies = [getattr(nobody, method)(address.path) for method in ("get", "post")]
        assert [(address, "/admin/login/" in reply.get("Location", "")) for reply in replies] == [(address, True)] * 2
        assert (address, looker.post(address.path).status_code in (403, 405)) == (address, True)


def senders(reply: Any) -> list[str]:
    """The forms and elements of a page that would change something."""
    if "html" not in reply.get("Content-Type", ""):
        return []
    page = Senders()
    page.feed(reply.content.decode())
    return page.found


class Senders(HTMLParser):
    """Finds submit buttons of forms that post, and htmx elements that do."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            posts = given.get("method", "get").lower() == "post"
            self.action = given.get("action", "") if posts else None
        sends = tag in ("button", "input") and given.get("type", "submit" if tag == "button" else "") == "submit"
        if sends and self.action is not None and self.action not in HARMLESS:
            self.found.append(self.action or "itself")
        self.found += [given[name] for name in ("hx-post", "hx-put", "hx-delete") if name in given]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.action = None
