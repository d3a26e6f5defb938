"""A loop's sign of life says what it was at, and since when, without a statement of its own."""

from types import SimpleNamespace
from typing import Any

import pytest

from apps.backbone import presence
from apps.backbone.consumer import Consumer
from apps.backbone.inbox import subscribers
from apps.backbone.models import Process
from apps.backbone.relay import Relay
from tests.integration.orders.shop import place, say

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sign of life is written."""
    monkeypatch.setattr(presence, "SECONDS_BETWEEN", 0.0)


def shown() -> tuple[str, bool]:
    row = Process.objects.get()
    return row.busy_with, row.busy_since is not None


def test_a_stretch_of_work_keeps_its_beginning_until_it_ends() -> None:
    one = presence.Presence("relay")
    found: list[Any] = []
    for what in ("publish 3", "publish 500", "", "publish 1"):
        one.busy(what)
        one.show()
        found.append((Process.objects.get().busy_with, Process.objects.get().busy_since))

    assert [what for what, _ in found] == ["publish 3", "publish 500", "", "publish 1"]
    assert found[0][1] == found[1][1] != found[3][1]
    assert found[2][1] is None


def test_the_relay_says_what_it_published() -> None:
    relay = Relay()
    relay.step()
    relay.step()
    say(place())
    relay.step()
    assert shown() == ("", False)

    relay.step()

    assert shown()[0].startswith("publish ")
    assert shown()[1]


def test_a_consumer_says_what_it_has_at_hand() -> None:
    consumer = Consumer(subscribers["orders.events"])
    consumer._gathered = [SimpleNamespace(delivery_info={"routing_key": "stock.reserved"})] * 42
    assert consumer._at_hand() == "stock.reserved +41"

    consumer._gathered, consumer._more_due = [], True
    assert consumer._at_hand() == "retries"

    consumer._more_due = False
    assert consumer._at_hand() == ""
