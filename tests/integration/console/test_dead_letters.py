"""Dead letters are found by what went wrong, tried again, or discarded with a reason."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from apps.backbone import clock
from apps.backbone.models import Blocked, Inbox, Message
from apps.orders.models import Order
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import open_shop, place, say

pytestmark = pytest.mark.django_db

GROUP = {"consumer": "orders.events", "error_class": "ValueError", "error_place": "apps/orders/projections.py:1 place"}

RETRY, DISCARD = "/dead-letters/retry/", "/dead-letters/discard/"


def letter(number: int, **fields: Any) -> Inbox:
    given = {"state": Inbox.State.DEAD, "type": "stock.reserved", "position": number, "tries": 8, "error": "no"}
    return Inbox.objects.create(message_id=UUID(int=number), received_at=clock.now(), **{**GROUP, **given, **fields})


def states() -> dict[int, str]:
    return {row.position: row.state for row in Inbox.objects.all()}


def test_they_are_grouped_by_what_went_wrong_and_where() -> None:
    head = letter(1, key="order-1")
    Blocked.objects.create(consumer="orders.events", key="order-1", head=head.message_id)
    letter(2)
    letter(3, key="order-1", state=Inbox.State.PARKED, error_class="", error_place="")
    letter(4, error_class="KeyError")
    letter(5, state=Inbox.State.WAITING)

    page = administrator().get(reverse("console:dead-letters"))

    found = [(group.error_class, group.number, group.parked) for group in page.context["groups"]]
    assert found == [("ValueError", 2, 1), ("KeyError", 1, 0)]
    assert (page.context["number"], page.context["waiting"]) == (3, 1)
    behind = client_of("viewer", "backbone.view_inbox").get(
        f"{reverse('console:dead-letters-held')}?{page.context['groups'][0].own_query}"
    )
    assert [(row.position, waits_for.pk) for row, _line, waits_for in behind.context["letters"]] == [(3, head.pk)]


def test_a_group_is_tried_again_and_another_is_left_alone() -> None:
    letter(1)
    letter(2)
    letter(3, error_class="KeyError")

    administrator().post(RETRY, GROUP)

    assert states() == {1: "waiting", 2: "waiting", 3: "dead"}
    assert "requeued by admin" in Inbox.objects.get(position=1).note


def test_one_is_tried_again() -> None:
    row = letter(1)
    letter(2)

    administrator().post(RETRY, {"row": row.pk})

    assert states() == {1: "waiting", 2: "dead"}


def test_one_is_discarded_with_a_reason_and_its_line_goes_on() -> None:
    row = letter(1, key="order-1")
    letter(2, key="order-1", state=Inbox.State.PARKED)
    Blocked.objects.create(consumer="orders.events", key="order-1", head=row.message_id)

    administrator().post(DISCARD, {"row": row.pk, "reason": "the order is gone"})

    assert states() == {1: "discarded", 2: "waiting"}
    assert "discarded by admin: the order is gone" in Inbox.objects.get(position=1).note


def test_nothing_is_discarded_without_a_reason() -> None:
    row = letter(1)

    administrator().post(DISCARD, {"row": row.pk, "reason": "  "})

    assert states() == {1: "dead"}


def test_who_may_look_but_not_repair_changes_nothing() -> None:
    row = letter(1)
    client = client_of("viewer", "backbone.view_inbox")

    page = client.get(reverse("console:dead-letter", args=[row.pk]))
    assert "You lack the permission to retry and discard dead letters." in page.content.decode()
    assert client.post(RETRY, {"row": row.pk}).status_code == 403
    assert client.post(DISCARD, {"row": row.pk, "reason": "x"}).status_code == 403
    assert states() == {1: "dead"}


def test_what_could_not_be_read_is_shown_byte_for_byte() -> None:
    row = letter(1, state=Inbox.State.QUARANTINED, raw=b"\xff{not json<b>", type="")

    body = administrator().get(reverse("console:dead-letter", args=[row.pk])).content.decode()

    assert "\\xff{not json&lt;b&gt;" in body


def test_what_is_no_message_of_ours_is_rather_discarded() -> None:
    wrong = letter(1, error_class="WrongSource", state=Inbox.State.QUARANTINED)
    mendable = letter(2)
    client = administrator()

    pages = [client.get(reverse("console:dead-letter", args=[row.pk])) for row in (wrong, mendable)]

    assert [page.context["hopeless"] for page in pages] == [True, False]
    assert [b"unless the code has changed" in page.content for page in pages] == [True, False]


def test_a_type_is_written_as_it_is() -> None:
    row = letter(1, type="orders.notify_customer")

    content = administrator().get(reverse("console:dead-letter", args=[row.pk])).content.decode()

    assert "Orders.notify_customer" not in content


def test_what_waits_to_be_tried_again_is_no_success() -> None:
    letter(1)
    client = administrator()

    client.post(RETRY, GROUP)

    page = client.get(reverse("console:dead-letters"))
    assert (page.context["groups"], page.context["waiting"]) == ([], 1)
    assert "Every message was carried out" not in page.content.decode()
    assert "1 message that failed waits to be tried again." in page.content.decode()


def test_no_reason_is_put_into_anybodys_mouth() -> None:
    row = letter(1)

    content = administrator().get(reverse("console:dead-letter", args=[row.pk])).content.decode()

    assert "discarded by" not in content


def test_letters_name_their_order_by_its_number(drain: Callable[[], int]) -> None:
    open_shop(drain, tea=5)
    say(place())
    drain()
    Inbox.objects.all().delete()
    letter(1)
    Inbox.objects.update(message_id=Message.objects.get(type="order.placed").message_id)

    page = administrator().get(reverse("console:dead-letter-group"), GROUP)

    assert f">{Order.objects.get().number}</a>" in page.content.decode()
