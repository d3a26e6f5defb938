"""The log is browsed by what, when and whose; a message shows what it led to and who took it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.backbone import clock
from apps.backbone.models import Inbox, Message, Position, Subscription
from apps.console.log_browser import relatives, search
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import ORDER, open_shop, place, say

pytestmark = pytest.mark.django_db

EVENTS = "/events/"


@pytest.fixture
def shop(drain: Callable[[], int]) -> None:
    open_shop(drain, tea=5)
    say(place())
    drain()


@pytest.fixture
def client() -> Client:
    return administrator()


def listed(client: Client, **given: Any) -> list[str]:
    return [line.type for line in client.get(EVENTS, given).context["rows"]]


def said(count: int, of: str = "parcel.moved", ago: timedelta = timedelta(), **fields: Any) -> list[Message]:
    """Messages beside any service, one second after another, the last one `ago`."""
    begin = clock.now() - ago - timedelta(seconds=count - 1)
    given = {"kind": "event", "source": "/parcels", "correlation_id": UUID(int=1), "actor": "system", "body": "{}"}
    rows = [
        Message(
            message_id=uuid4(), type=of, stream=f"parcel-{uuid4()}", version=1,
            occurred_at=begin + timedelta(seconds=number), **{**given, **fields},
        )
        for number in range(count)
    ]  # fmt: skip
    made = Message.objects.bulk_create(rows)
    last = Position.objects.count()
    Position.objects.bulk_create(
        Position(position=last + number, message=row, numbered_at=row.occurred_at) for number, row in enumerate(made, 1)
    )
    return made


def test_the_newest_comes_first_and_says_where_it_stands(shop: None, client: Client) -> None:
    page = client.get(EVENTS)

    rows = page.context["rows"]
    assert [row.position for row in rows] == list(range(len(rows), 0, -1))
    assert page.context["page"].older == ""


def test_it_pages_down_and_up_again(client: Client) -> None:
    said(250)

    first = client.get(EVENTS)
    second = client.get(f"{EVENTS}{first.context['page'].older}")
    third = client.get(f"{EVENTS}{second.context['page'].older}")
    back = client.get(f"{EVENTS}{third.context['page'].newer}")

    positions = [[row.position for row in page.context["rows"]] for page in (first, second, third, back)]
    assert [(one[0], one[-1]) for one in positions] == [(250, 151), (150, 51), (50, 1), (150, 51)]


def test_filters_by_type_and_its_beginning(shop: None, client: Client) -> None:
    assert listed(client, type="order.placed") == ["order.placed"]
    assert set(listed(client, type="order.")) == {"order.placed", "order.confirmed"}
    assert listed(client, type="no.such") == []


def test_filters_by_kind_and_service(shop: None, client: Client) -> None:
    commands = listed(client, kind="command", service="payments")

    assert commands
    assert all(one.startswith("payments.") for one in commands)
    assert not set(listed(client, kind="event")) & set(commands)


def test_a_rare_type_is_paged_like_any_other(client: Client) -> None:
    said(150, "order.placed", kind="command")
    said(5, "order.confirmed", kind="command")

    first = client.get(EVENTS, {"type": "order."})
    second = client.get(f"{EVENTS}{first.context['page'].older}")
    back = client.get(f"{EVENTS}{second.context['page'].newer}")

    assert [len(page.context["rows"]) for page in (first, second, back)] == [100, 55, 100]


def test_filters_by_stream_order_number_and_correlation(shop: None, client: Client) -> None:
    placed = Message.objects.get(type="order.placed")

    assert listed(client, stream=f"order-{ORDER}") == ["order.confirmed", "order.placed"]
    number = client.get(EVENTS, {"type": "order.placed"}).context["rows"][0].order_number
    assert listed(client, stream=number) == ["order.confirmed", "order.placed"]
    together = client.get(EVENTS, {"correlation": placed.correlation_id}).context["rows"]
    assert {row.correlation_id for row in together} == {placed.correlation_id}


def test_a_text_is_looked_for_in_the_last_day_unless_more_is_wanted(client: Client) -> None:
    said(1, body='{"note":"Darjeeling"}', ago=timedelta(days=2))
    said(1, body='{"note":"darjeeling"}', ago=timedelta(hours=2))

    assert len(listed(client, text="darjeeling")) == 1
    assert len(listed(client, text="darjeeling", within="week")) == 2
    assert listed(client, text="assam", within="week") == []


def test_a_search_says_how_far_it_went_and_goes_on(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "AT_ONCE", 10)
    said(1, body='{"note":"assam"}', ago=timedelta(minutes=5))
    said(25)

    page = client.get(EVENTS, {"text": "assam"})
    steps = 0
    while page.context["found"].further:
        assert page.context["rows"] == []
        page, steps = client.get(f"{EVENTS}{page.context['found'].further}"), steps + 1

    assert (len(page.context["rows"]), steps) == (1, 2)


def test_jumps_to_a_position_and_to_a_time(client: Client) -> None:
    rows = said(60, ago=timedelta(hours=3))
    said(3)
    moment = timezone.localtime(rows[29].occurred_at).strftime("%Y-%m-%dT%H:%M:%S")

    by_position = client.get(EVENTS, {"position": 10}).context["rows"]
    by_time = client.get(EVENTS, {"at": moment}).context["rows"]
    assert (by_position[0].position, len(by_position)) == (10, 10)
    assert by_time[0].position == 30
    assert client.get(EVENTS, {"position": 99}).context["rows"][0].position == 63


def test_nonsense_is_said_beside_its_field_and_narrows_nothing(client: Client) -> None:
    said(3)

    page = client.get(EVENTS, {"correlation": "x", "at": "noon", "position": "-1", "kind": "song", "text": "\x00"})

    assert set(page.context["form"].errors) == {"correlation", "at", "position", "kind", "text"}
    assert page.status_code == 200
    assert len(page.context["rows"]) == 3


def test_no_list_counts_or_skips(shop: None, client: Client) -> None:
    for given in ({}, {"type": "order."}, {"text": "tea"}, {"kind": "event"}, {"stream": f"order-{ORDER}"}):
        with CaptureQueriesContext(connection) as asked:
            client.get(EVENTS, given)
        log = [query["sql"] for query in asked.captured_queries if "backbone_message" in query["sql"]]
        assert not [sql for sql in log if "COUNT(" in sql or "OFFSET" in sql], given


def test_a_message_shows_contract_takers_and_causes(shop: None, client: Client) -> None:
    placed = Message.objects.get(type="order.placed")

    page = client.get(reverse("console:event", args=[placed.seq]))

    content = page.content.decode()
    assert [taker.consumer for taker in page.context["takers"]] == sorted(
        Subscription.objects.filter(type="order.placed").values_list("consumer", flat=True)
    )
    assert {taker.state for taker in page.context["takers"]} == {"done"}
    assert page.context["cause"].type == "orders.place_order"
    assert next(run.saga for run, _page in page.context["runs"]) == "checkout"
    assert page.context["number"] == Message.objects.filter(correlation_id=placed.correlation_id).count()
    assert 'aria-current="true"' in content
    assert reverse("console:contract", args=["order.placed"]) in content


def test_a_message_that_is_stuck_leads_to_its_dead_letter(shop: None, client: Client) -> None:
    placed = Message.objects.get(type="order.placed")
    Inbox.objects.filter(message_id=placed.message_id, consumer="inventory.events").delete()
    row = Inbox.objects.create(
        consumer="inventory.events", message_id=placed.message_id, state="dead", received_at=clock.now()
    )

    content = client.get(reverse("console:event", args=[placed.seq])).content.decode()

    assert reverse("console:dead-letter", args=[row.pk]) in content


def test_of_too_many_only_the_way_here_and_what_follows_is_drawn(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relatives, "LONGEST", 5)
    root, other = said(2)
    child = said(1, causation_id=root.message_id)[0]
    grandchild = said(1, causation_id=child.message_id)[0]
    said(4, causation_id=other.message_id)

    page = client.get(reverse("console:event", args=[child.seq]))

    assert (page.context["number"], page.context["cut"]) == (3, True)
    assert f"/events/{grandchild.seq}/" in page.content.decode()
    assert f"/events/{other.seq}/" not in page.content.decode()


def test_nothing_that_was_said_is_taken_for_markup(client: Client) -> None:
    row = said(1, body='{"reason":"<script>alert(1)</script>"}', actor="<b>")[0]

    for address in (EVENTS, reverse("console:event", args=[row.seq])):
        content = client.get(address).content.decode()
        assert "<script>alert(1)" not in content
        assert "<b>" not in content


def test_a_contract_says_what_may_be_said_and_who_hears_it(client: Client) -> None:
    page = client.get(reverse("console:contract", args=["order.placed"]))

    assert "sagas.checkout" in page.context["hears"]
    assert '"$id": "urn:waybill:schema:order.placed:1"' in page.content.decode().replace("&quot;", '"')
    assert client.get(reverse("console:contract", args=["no.such"])).status_code == 404


def test_the_old_addresses_lead_here(client: Client) -> None:
    row = said(1)[0]

    assert client.get("/admin/backbone/message/")["Location"] == EVENTS
    assert client.get(f"/admin/backbone/message/{row.seq}/change/")["Location"] == f"{EVENTS}{row.seq}/"
    assert client_of().get("/admin/backbone/message/").status_code == 403
