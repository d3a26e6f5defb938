"""What every reply says to the browser, and what a page does with hostile text."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from apps.backbone import clock
from apps.backbone.models import Inbox
from apps.orders.models import Order
from tests.integration.console.people import administrator
from tests.integration.orders.shop import ORDER, open_shop, place, say

pytestmark = pytest.mark.django_db

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "connect-src 'self' ws://testserver"
)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</pre><svg onload=alert(1)>",
    "{{ 7*7 }}{% debug %}",
    "javascript:alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "\u2028</script><b x-init=alert(1)>",
)


@pytest.fixture(autouse=True)
def any_host(settings: object) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["/", "/admin/", "/admin/login/", "/live/", "/dead-letters/", "/nowhere/", "/api/"])
def test_every_reply_carries_the_policy(address: str) -> None:
    for client in (Client(), administrator()):
        reply = client.get(address)

        assert reply["Content-Security-Policy"] == POLICY
        assert reply["X-Content-Type-Options"] == "nosniff"
        assert reply["X-Frame-Options"] == "DENY"


def test_over_tls_the_socket_is_secure() -> None:
    assert "wss://testserver" in Client().get("/admin/login/", secure=True)["Content-Security-Policy"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_in_an_order_is_shown_and_never_run(drain: Callable[[], int], hostile: str) -> None:
    open_shop(drain, tea=5)
    say(place())
    drain()
    Order.objects.update(customer_name=hostile, reason=hostile, reference=hostile, number=hostile[:30])
    client = administrator()

    for address in (
        reverse("console:order", args=[ORDER]),
        reverse("console:orders"),
        reverse("admin:index"),
    ):
        body = client.get(address).content.decode()
        assert safe(body, hostile), address


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_in_a_dead_letter_is_shown_and_never_run(hostile: str) -> None:
    row = Inbox.objects.create(
        consumer="orders.events",
        message_id=UUID(int=5),
        state=Inbox.State.QUARANTINED,
        type=hostile[:100],
        key=hostile,
        raw=hostile.encode(),
        error_class=hostile,
        error_place=hostile,
        error=hostile,
        traceback=hostile,
        note=hostile,
        received_at=clock.now(),
    )
    client = administrator()
    group = {"consumer": "orders.events", "error_class": hostile, "error_place": hostile}

    for address, query in (
        (reverse("console:dead-letters"), {}),
        (reverse("console:dead-letter-group"), group),
        (reverse("console:dead-letter", args=[row.pk]), {}),
    ):
        body = client.get(address, query).content.decode()
        assert safe(body, hostile), address


def safe(body: str, hostile: str) -> bool:
    """The text stands there escaped, nowhere as it is; what has no markup in it is text either way."""
    harmless = not set(hostile) & set('<>"')
    return harmless or hostile not in body
