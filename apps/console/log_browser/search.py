"""Finds messages by index wherever there is one, and never looks through more than it can at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Max, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.http import HttpRequest

from apps.backbone import clock
from apps.backbone.models import Message, Position, table
from apps.console import paging
from apps.console.log_browser.filters import FiltersForm

SIZE = 100
AT_ONCE = 30_000
"""So many messages are searched for a text; the next ones when they are asked for."""
FEW = 10_000
"""So many rows are sorted rather than looked for along the whole log."""
NEWEST = "-seq"

Rows = QuerySet[Message]


@dataclass(frozen=True)
class Window:
    """The numbers that may be shown: above `lowest`, up to `highest`."""

    lowest: int
    highest: int

    def holds(self, rows: Rows) -> Rows:
        return rows.filter(seq__gt=self.lowest, seq__lte=self.highest)


@dataclass(frozen=True)
class Found:
    page: paging.Page
    further: str = ""
    """Where the search for a text goes on, if it stopped before the end of its window."""
    searched_to: datetime | None = None


def find(request: HttpRequest, wanted: FiltersForm) -> Found:
    window, types = window_of(wanted), wanted.types()
    rows = window.holds(Message.objects.select_related("numbered"))
    if wanted.given("text"):
        return with_text(request, wanted, window, narrowed(rows, wanted))
    if wanted.given("stream"):
        return Found(paging.page(request, narrowed(rows, wanted), "-version", SIZE))
    if wanted.given("correlation"):
        return Found(paging.page(request, sorted_out(narrowed(rows, wanted)), NEWEST, SIZE))
    if types is not None:
        return Found(paging.page(request, rows.filter(seq__in=newest_of(request, types, window)), NEWEST, SIZE))
    return Found(paging.page(request, narrowed(rows, wanted), NEWEST, SIZE))


def window_of(wanted: FiltersForm) -> Window:
    highest = Message.objects.aggregate(newest=Max("seq"))["newest"] or 0
    until = wanted.until or clock.now()
    if position := wanted.given("position"):
        highest = min(highest, seq_of(position))
        until = min(until, Message.objects.filter(seq=highest).values_list("occurred_at", flat=True).first() or until)
    if wanted.until:
        highest = min(highest, seq_at(until, highest))
    return Window(seq_at(until - wanted.span, highest) if wanted.span else 0, highest)


def seq_of(position: int) -> int:
    """Of the message at this position, or else the last one before it."""
    found = Position.objects.filter(position__lte=position).order_by("-position").values_list("message_id", flat=True)
    return found.first() or 0


def seq_at(moment: datetime, high: int) -> int:
    """The last message that was said by then, by halving: numbers and times rise together, but for a moment."""
    low = 0
    while low < high:
        middle = (low + high + 1) // 2
        rows = Message.objects.filter(seq__gt=low, seq__lte=middle).order_by("-seq").values_list("seq", "occurred_at")
        row = rows.first()
        if row is None or row[1] <= moment:
            low = middle
        else:
            high = row[0] - 1
    return low


def narrowed(rows: Rows, wanted: FiltersForm) -> Rows:
    types = wanted.types()
    if types is not None:
        rows = rows.filter(type__in=types)
    if kind := wanted.given("kind"):
        rows = rows.filter(kind=kind)
    if stream := wanted.given("stream"):
        rows = rows.filter(kind="event", stream=stream)
    if correlation := wanted.given("correlation"):
        rows = rows.filter(correlation_id=correlation)
    return rows


def sorted_out(rows: Rows) -> Rows:
    """Those that an index finds, by their numbers; a database in doubt would go along the whole log for them."""
    keys = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
    return rows if len(keys) > FEW else Message.objects.select_related("numbered").filter(pk__in=keys)


def newest_of(request: HttpRequest, types: Sequence[str], window: Window) -> RawSQL | list[int]:
    """The numbers among which the page's are: of each type the next few, which its index gives, however rare it is."""
    below, above = cursor(request, paging.OLDER), cursor(request, paging.NEWER)
    highest = min(window.highest, below - 1) if below else window.highest
    way = "ASC" if above else "DESC"
    one = (
        f"SELECT * FROM (SELECT seq FROM {table(Message)} WHERE type = %s AND seq > %s AND seq <= %s "
        f"ORDER BY seq {way} LIMIT {SIZE + 1}) AS each_type"
    )
    values = [value for name in types for value in (name, max(window.lowest, above or 0), highest)]
    return RawSQL(" UNION ALL ".join([one] * len(types)), values) if types else []  # noqa: S611 - values go beside it


def cursor(request: HttpRequest, name: str) -> int | None:
    key = paging.Sorting(Message, [NEWEST]).read(request.GET.get(name))
    return key[0] if key else None


def with_text(request: HttpRequest, wanted: FiltersForm, window: Window, rows: Rows) -> Found:
    """Goes down from where the page begins, so far and no further; up again leads the browser's Back."""
    begins = cursor(request, paging.OLDER)
    lowest = max(window.lowest, (min(begins - 1, window.highest) if begins else window.highest) - AT_ONCE)
    page = paging.page(request, rows.filter(saying(wanted.given("text")), seq__gt=lowest), NEWEST, SIZE)
    page = replace(page, newer="")
    if page.older or lowest <= window.lowest:
        return Found(page)
    said = Message.objects.filter(seq__gt=lowest).order_by("seq").values_list("occurred_at", flat=True).first()
    return Found(page, paging.address(request, paging.OLDER, str(lowest + 1)), said)


def saying(text: str) -> Q:
    """As written, in small letters, in capitals, or with a capital at its head: to fold every body takes tenfold."""
    found = Q()
    for one in dict.fromkeys((text, text.lower(), text.upper(), text.capitalize())):
        found |= Q(GreaterThan(StrIndex("body", Value(one)), 0))
    return found
