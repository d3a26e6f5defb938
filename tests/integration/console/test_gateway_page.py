"""The gateway is broken on purpose, visibly, and by who may; a newcomer sees a compensation in two clicks."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.backbone.models import Message, SagaInstance
from apps.orders.models import Order
from apps.payments.gateway.simulated.models import FaultProfile
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import open_shop

pytestmark = pytest.mark.django_db

GATEWAY = "/gateway/"


@pytest.fixture
def client() -> Client:
    return administrator()


def profile() -> Any:
    return FaultProfile.objects.get(pk=1)


def test_a_preset_sets_its_faults_and_no_others(client: Client) -> None:
    FaultProfile.objects.update_or_create(pk=1, defaults={"error_rate": 1, "seed": 7})

    client.post(reverse("console:gateway-use", args=["declines"]))

    assert (profile().decline_rate, profile().error_rate, profile().seed) == (1, 0, 7)
    page = client.get(GATEWAY)
    assert [one.name for one, is_set in page.context["presets"] if is_set] == ["declines"]


def test_while_it_is_broken_every_page_says_so(client: Client) -> None:
    assert "broken on purpose" not in client.get("/start/").content.decode()

    client.post(reverse("console:gateway-use", args=["slow"]))
    assert "The gateway is broken on purpose: Slow." in client.get("/start/").content.decode()

    client.post(reverse("console:gateway-use", args=["works"]))
    assert "broken on purpose" not in client.get("/start/").content.decode()


def test_who_changed_it_and_why_is_in_the_log(client: Client) -> None:
    given = {"latency_p50_ms": 0, "latency_p99_ms": 0, "decline_rate": 0.25, "error_rate": 0}
    given |= {"lost_request_rate": 0, "lost_reply_rate": 0, "seed": 1, "reason": "a drill"}

    client.post(reverse("console:gateway-change"), given)

    assert profile().decline_rate == 0.25
    said = Message.objects.get(type="operator.acted").body
    assert '"action":"gateway"' in said
    assert "a drill" in said
    assert "0.25" in said


def test_a_rate_above_one_is_refused_beside_its_field(client: Client) -> None:
    given = {"latency_p50_ms": 0, "latency_p99_ms": 0, "decline_rate": 2, "error_rate": 0}

    page = client.post(
        reverse("console:gateway-change"), given | {"lost_request_rate": 0, "lost_reply_rate": 0, "seed": 1}
    )

    assert page.status_code == 422
    assert "decline_rate" in page.context["form"].errors
    assert not Message.objects.exists()


def test_a_declined_card_leads_to_its_compensated_run(client: Client, drain: Callable[[], int]) -> None:
    open_shop(drain, tea=5)
    token = uuid4()

    placed = client.post(reverse("console:break", args=["declined"]), {"token": token})
    again = client.post(reverse("console:break", args=["declined"]), {"token": token})
    waiting = client.get(placed["Location"])
    drain()
    led = client.get(placed["Location"])

    assert placed["Location"] == again["Location"]
    assert waiting.status_code == 200
    run = SagaInstance.objects.get(saga="checkout")
    assert (run.status, Order.objects.get().status) == ("compensated", "rejected")
    assert str(run.pk) in led["Location"]
    assert client.get(f"{placed['Location']}now/")["HX-Redirect"] == led["Location"]


def test_nothing_is_broken_on_servers_or_without_stock(client: Client, settings: Any, drain: Callable[[], int]) -> None:
    assert "Nothing is in stock" in client.get(GATEWAY).content.decode()
    open_shop(drain, tea=5)
    settings.WAYBILL_PROFILE = "servers"

    client.post(reverse("console:break", args=["declined"]), {"token": uuid4()})

    assert "Break something" not in client.get(GATEWAY).content.decode()
    assert not Message.objects.filter(type="orders.place_order").exists()


def test_who_may_only_look_is_told_why() -> None:
    client = client_of("viewer", "payments.view_faultprofile")

    page = client.get(GATEWAY).content.decode()

    assert "You lack the permission to change the gateway" in page
    assert client.post(reverse("console:gateway-use", args=["down"])).status_code == 403
    assert client.post(reverse("console:break", args=["declined"]), {"token": uuid4()}).status_code == 403
