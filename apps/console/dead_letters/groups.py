"""Dead letters counted by what went wrong and where: a group is one cause, as far as one can see from outside."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from apps.backbone import clock, dead_letters
from apps.backbone.models import Inbox
from apps.console.dead_letters.filters import GROUP, Asked

SPAN = timedelta(hours=2)
BARS = 12
"""The trend: so many spans, up to now."""
MOST = 200
"""More groups than this are no list for people."""


@dataclass(frozen=True)
class Group:
    """Dead letters of one consumer that failed in the same way at the same place."""

    consumer: str
    error_class: str
    error_place: str
    number: int
    first: datetime
    last: datetime
    example: str
    types: str
    parked: int
    link: str
    bars: tuple[tuple[int, int], ...]
    """For each of the last spans, oldest first: how many were given up, and per cent of the highest."""

    @property
    def own_query(self) -> str:
        """The group alone, however it was narrowed."""
        return urlencode({name: getattr(self, name) for name in GROUP})

    @property
    def today(self) -> int:
        """In the last 24 hours."""
        return sum(number for number, _height in self.bars)


def count() -> int:
    return dead_letters.given_up().count()


def grouped(asked: Asked | None = None, limit: int = MOST, *, trend: bool = True) -> list[Group]:
    """The largest first."""
    chosen = asked.wanted.letters() if asked else dead_letters.given_up()
    counted = list(totals(chosen, BARS if trend else 0).order_by("-number", *GROUP)[:limit])
    examples = Inbox.objects.only("error", "type").in_bulk([row["newest"] for row in counted])
    waiting = dead_letters.parked_behind() if counted else {}
    return [group_of(row, examples.get(row["newest"]), waiting, asked) for row in counted]


def totals(chosen: QuerySet[Inbox], bars: int) -> QuerySet[Inbox, dict[str, Any]]:
    spans = {f"bar{number}": Count("pk", filter=within(number)) for number in range(bars)}
    return (
        chosen.order_by()
        .values(*GROUP)
        .annotate(number=Count("pk"), first=Min("received_at"), last=Max("updated_at"), newest=Max("pk"), **spans)
    )


def within(number: int) -> Q:
    """The span that lies so many spans back."""
    until = clock.now() - number * SPAN
    return Q(updated_at__gt=until - SPAN, updated_at__lte=until)


def group_of(row: dict[str, Any], example: Inbox | None, waiting: dict[tuple[str, str, str], int], asked: Any) -> Group:
    named = {name: row[name] for name in GROUP}
    query = {**(asked.given if asked else {}), **named}
    return Group(
        **named,
        number=row["number"],
        first=row["first"],
        last=row["last"] or row["first"],
        example=example.error if example else "",
        types=example.type if example else "",
        parked=waiting.get((row["consumer"], row["error_class"], row["error_place"]), 0),
        link=f"{reverse('console:dead-letter-group')}?{urlencode(query)}",
        bars=heights([row.get(f"bar{number}", 0) for number in reversed(range(BARS))]),
    )


def heights(numbers: list[int]) -> tuple[tuple[int, int], ...]:
    highest = max(numbers) or 1
    return tuple((number, -(-number * 100 // highest)) for number in numbers)
