"""Long lists by key: forwards and back again, every row once, whatever the address says."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from apps.backbone import clock
from apps.backbone.models import Checkpoint, SagaInstance
from apps.console import paging

pytestmark = pytest.mark.django_db

NEWEST = ("-started_at", "-id")


def page(address: str = "", order: Any = "name", size: int = 3) -> paging.Page:
    return paging.page(RequestFactory().get(f"/{address}"), Checkpoint.objects.all(), order, size)


def names(found: paging.Page) -> str:
    return "".join(row.name for row in found.rows)


def checkpoints(letters: str) -> None:
    Checkpoint.objects.bulk_create(Checkpoint(name=letter, position=ord(letter)) for letter in letters)


def runs(count: int) -> None:
    """Pairs that start at the same instant."""
    now = clock.now()
    SagaInstance.objects.bulk_create(
        SagaInstance(
            saga="checkout", key=UUID(int=number), state="{}", correlation_id=UUID(int=1), moved_at=now,
            started_at=now - timedelta(seconds=number // 2),
        )
        for number in range(count)
    )  # fmt: skip


def test_it_goes_down_to_the_end_and_up_again() -> None:
    checkpoints("abcdefgh")

    first = page()
    second = page(first.older)
    third = page(second.older)
    back = page(third.newer)
    top = page(back.newer)

    assert [names(each) for each in (first, second, third, back, top)] == ["abc", "def", "gh", "def", "abc"]
    assert (first.newer, first.first, third.older, top.newer) == ("", "", "", "")
    assert page(third.first) == first


def test_a_list_that_fits_has_no_neighbors() -> None:
    checkpoints("abc")

    assert page() == paging.Page(rows=list(Checkpoint.objects.order_by("name")))
    assert page("?older=c").rows == []


def test_rows_that_share_an_instant_come_once_each() -> None:
    runs(9)
    seen, address = [], ""
    while True:
        found = paging.page(RequestFactory().get(f"/{address}"), SagaInstance.objects.all(), NEWEST, 2)
        seen += [row.pk for row in found.rows]
        address = found.older
        if not address:
            break

    assert seen == list(SagaInstance.objects.order_by(*NEWEST).values_list("pk", flat=True))


def test_rows_that_come_meanwhile_move_nothing() -> None:
    checkpoints("bcdefg")
    address = page().older

    checkpoints("a")

    assert names(page(address)) == "efg"
    assert names(page(page(address).newer)) == "bcd"


def test_filters_stay_in_the_address() -> None:
    checkpoints("abcdefgh")

    found = page(page("?type=order.placed&service=a&service=b").older)

    assert dict(QueryDict(found.older[1:]).lists()) == {
        "type": ["order.placed"],
        "service": ["a", "b"],
        "older": ["f"],
    }
    assert QueryDict(found.newer[1:])["newer"] == "d"
    assert found.first == "?type=order.placed&service=a&service=b"


def test_a_key_may_hold_any_character() -> None:
    checkpoints("a,%&b~")

    assert names(page(page(order="-name").older, order="-name")) == "".join(sorted("a,%&b~", reverse=True)[3:])


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("name", "x,y"),
        ("name", "a%00"),
        ("-position", "no number"),
        ("-position", "9" * 40),
        (NEWEST, "2026-11-23"),
        (NEWEST, "yesterday,7"),
        (NEWEST, "2026-11-23T10:00:00,7"),
        (NEWEST, "2026-11-23T10:00:00+00:00,seven"),
    ],
)
def test_a_key_that_is_none_leads_to_the_first_page(order: Any, key: str) -> None:
    checkpoints("abcd")
    runs(4)
    rows = SagaInstance.objects.all() if order is NEWEST else Checkpoint.objects.all()

    for name in ("older", "newer"):
        found = paging.page(RequestFactory().get("/", {name: key}), rows, order, 3)
        assert (len(found.rows), found.newer) == (3, "")


def test_a_page_is_one_query_without_count_or_offset() -> None:
    runs(9)
    request = RequestFactory().get("/")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        paging.page(request, SagaInstance.objects.all(), NEWEST, 2)

    said = [query["sql"] for query in asked.captured_queries]
    assert len(said) == 1
    assert "COUNT" not in said[0]
    assert "OFFSET" not in said[0]
