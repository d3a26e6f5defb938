"""What people did: their actions and their own commands, and nothing that followed by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from apps.backbone import log
from apps.console.operators import acted
from apps.console.roles import trail
from tests.integration.console.people import client_of, person
from tests.integration.orders.shop import open_shop, place

pytestmark = pytest.mark.django_db


def asked(user: Any) -> Any:
    request = RequestFactory().post("/")
    request.user = user
    return request


def shown(**given: str) -> list[tuple[str, str, str, int]]:
    rows = trail.found(**{"who": "", "what": ""} | given).order_by("-seq")
    return [(act.line.who, act.did, act.reason, act.led_to) for act in trail.acts(rows)]


def test_actions_and_a_persons_own_commands_with_what_they_led_to(drain: Callable[[], int]) -> None:
    ada, bob = person("ada"), person("bob")
    open_shop(drain, tea=5)
    first = acted(asked(ada), "discard", about="order-1", reason="a duplicate")
    acted(asked(bob), "pause", about="schedule-report", cause=first)
    log.send(place(), actor=f"user:{ada.pk}")
    drain()

    assert [act for act in shown() if act[0] in ("ada", "bob")] == [
        ("ada", "orders.place_order", "", 1),
        ("bob", "paused", "", 0),
        ("ada", "discarded", "a duplicate", 1),
    ]
    assert shown(who=f"user:{bob.pk}") == [("bob", "paused", "", 0)]
    assert shown(what="discard") == [("ada", "discarded", "a duplicate", 1)]
    assert shown(who=f"user:{ada.pk}", what="commands") == [("ada", "orders.place_order", "", 1)]


def test_an_index_finds_them() -> None:
    plan = trail.found("", "").order_by("-seq")[:50].explain()

    assert "message_by_people" in plan or connection.vendor != "sqlite"


def test_the_page_leads_to_each_and_to_what_followed() -> None:
    client = client_of("looker", "backbone.view_message")
    empty = client.get(reverse("console:operator-actions")).content.decode()
    assert "Nobody has done anything yet" in empty

    said = acted(asked(person("ada")), "gateway", about="faults", reason="a drill", decline_rate="0.5")
    acted(asked(person("bob")), "gateway", cause=said)
    html = client.get(reverse("console:operator-actions"), {"what": "gateway"}).content.decode()

    assert "changed the gateway&#x27;s faults" in html
    assert "decline rate 0.5" in html
    assert "a drill" in html
    assert "1 message" in html
    assert "Nobody did anything like this" in client.get("/roles/actions/", {"what": "pause"}).content.decode()
