"""One list of anything that needs a person."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from apps.backbone import clock
from apps.backbone.models import Inbox, JobRun
from apps.console import watch
from apps.payments.models import Operation
from tests.integration.console.people import administrator, client_of

pytestmark = pytest.mark.django_db


def letter(number: int, **fields: Any) -> Inbox:
    given = {"consumer": "orders.events", "state": Inbox.State.DEAD, "error_class": "KeyError", "error": "no such key"}
    return Inbox.objects.create(message_id=UUID(int=number), received_at=clock.now(), **{**given, **fields})


def operation(status: str) -> Operation:
    now = clock.now()
    return Operation.objects.create(
        operation_id=uuid4(),
        payment_id=uuid4(),
        order_id=uuid4(),
        kind="refund",
        status=status,
        amount_minor=450,
        currency="EUR",
        requested_at=now,
        changed_at=now,
    )


def shown(page: Any) -> list[tuple[str, str, int]]:
    return [(row.kind, str(row.what), row.number) for each in page.context["sections"] for row in each.rows]


def test_every_kind_is_in_one_list_and_each_row_opens_its_own_page() -> None:
    letter(1)
    letter(2)
    operation("needs_review")
    JobRun.objects.create(
        job="inventory.low-stock", actor="user:1", state="failed", created_at=clock.now(), error="disk full"
    )
    client = administrator()

    page = client.get(reverse("console:problems"))

    rows = shown(page)
    assert ("dead_letters", "KeyError", 2) in rows
    assert ("payments", "refund €4.50", 1) in rows
    assert ("failed_jobs", "Low-stock report", 1) in rows
    assert [row for row in rows if row[0] == "processes"] == [("processes", one.role, 1) for one in watch.silent()]
    assert "disk full" in page.content.decode()
    for section in page.context["sections"]:
        for row in section.rows:
            if row.kind != "payments":
                assert client.get(row.link).status_code == 200, row.link


def test_filters_by_kind_and_service_stand_in_the_address() -> None:
    letter(1)
    letter(2, consumer="payments.events")
    JobRun.objects.create(job="inventory.low-stock", actor="user:1", state="failed", created_at=clock.now())
    client = administrator()

    page = client.get(reverse("console:problems"), {"kind": "dead_letters", "service": "payments"})

    assert shown(page) == [("dead_letters", "KeyError", 1)]
    for choice in page.context["kinds"] + page.context["services"]:
        found = client.get(reverse("console:problems") + choice.link)
        assert sum(each.number for each in found.context["sections"]) == choice.number, choice.link


def test_nothing_wrong_is_good_news() -> None:
    page = client_of("viewer", "backbone.view_inbox").get(reverse("console:problems"))

    assert "Nothing needs a person now." in page.content.decode()
    assert "Every message was carried out." in page.content.decode()


def test_no_match_offers_the_whole_list() -> None:
    page = client_of("viewer", "backbone.view_inbox").get(reverse("console:problems"), {"kind": "dead_letters"})

    assert "No problem is like this." in page.content.decode()


def test_nobody_sees_the_problems_of_what_they_may_not_see() -> None:
    letter(1)

    page = client_of("looker").get(reverse("console:problems"))

    assert "dead_letters" not in {kind for kind, _what, _number in shown(page)}
