"""The figures behind the first page's charts; each is bounded by an index, however much there is."""

import statistics
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django_celery_results.models import TaskResult

from apps.backbone import clock
from apps.console.home import minutes
from apps.console.home.addresses import first_of
from apps.console.home.chart import Chart, Row, drawn
from apps.console.orders.listing import midnight
from apps.orders.models import Order

DAYS = 14
RESULTS = 1000
SLOWEST = 8
Counted = dict[tuple[date, str], int]
STATUS = Order.Status
OUTCOMES = {
    "well": (STATUS.CONFIRMED, STATUS.COMPLETED),
    "open": (STATUS.PLACED, STATUS.CANCELLING),
    "ill": (STATUS.REJECTED, STATUS.EXPIRED, STATUS.CANCELLED),
}
"""What became of orders, in three colors."""


@dataclass(frozen=True)
class Standing:
    """How many of the orders of the last days have one status."""

    status: str
    word: str
    number: int
    link: str


@dataclass(frozen=True)
class Duration:
    """How long the last tasks of one name took, in ms."""

    task: str
    number: int
    median: float
    slow: float
    """Nineteen of twenty were faster."""
    share: float
    """Of the slowest of all, in per cent."""
    link: str

    @property
    def median_share(self) -> float:
        return self.share * self.median / self.slow if self.slow else 0


@dataclass(frozen=True)
class Orders:
    """Those of the last days, by what has become of them."""

    standings: list[Standing]
    chart: Chart


def orders() -> Orders:
    """One look at the index on status and time serves both."""
    today = timezone.localdate(clock.now())
    days = [today - timedelta(days=number) for number in reversed(range(DAYS))]
    counted = by_day_and_status(days[0])
    return Orders(standings(counted), by_day(days, counted))


def standings(counted: Counted) -> list[Standing]:
    numbers = dict.fromkeys(STATUS.values, 0)
    for (_day, status), number in counted.items():
        numbers[status] += number
    return [
        Standing(value, str(word), numbers[value], first_of("console:orders", state=value, since="fortnight"))
        for value, word in STATUS.choices
        if numbers[value]
    ]


def by_day(days: list[date], counted: Counted) -> Chart:
    rows = [day_row(day, counted) for day in days]
    total = sum(sum(row.numbers) for row in rows)
    said = ngettext("%(number)d order in %(days)d days", "%(number)d orders in %(days)d days", total)
    heads = [_("Day"), _("confirmed or completed"), _("under way"), _("rejected, expired or cancelled")]
    return drawn(_("Orders a day"), said % {"number": total, "days": DAYS}, heads, list(OUTCOMES), rows)


def by_day_and_status(first: date) -> Counted:
    placed = Order.objects.order_by().filter(status__in=STATUS.values, placed_at__gte=midnight(first))
    rows = placed.annotate(day=TruncDate("placed_at")).values("day", "status").annotate(number=Count("*"))
    return {(row["day"], row["status"]): row["number"] for row in rows}


def day_row(day: date, counted: dict[tuple[date, str], int]) -> Row:
    numbers = [sum(counted.get((day, status), 0) for status in several) for several in OUTCOMES.values()]
    link = first_of("console:orders", day=day.isoformat())
    return Row(f"{day:%Y-%m-%d}", numbers, link, tick=f"{day:%d}".lstrip("0"))


def messages_by_minute() -> Chart:
    rows = [
        Row(f"{here:%H:%M}", [number], tick=f"{here:%H:%M}" if here.minute % 10 == 0 else "", at=start)
        for start, _before, number in minutes.per_minute()
        for here in [timezone.localtime(start)]
    ]
    total = sum(row.numbers[0] for row in rows)
    said = ngettext("%(number)d message in the last hour", "%(number)d messages in the last hour", total)
    return drawn(_("Messages a minute"), said % {"number": total}, [_("Minute"), _("messages")], ["calm"], rows)


def durations() -> list[Duration]:
    """Of the tasks that ended last, the slowest names first."""
    ended = TaskResult.objects.filter(status__in=["SUCCESS", "FAILURE"]).order_by("-date_done")
    took: dict[str, list[float]] = defaultdict(list)
    for name, created, started, done in ended.values_list("task_name", "date_created", "date_started", "date_done")[
        :RESULTS
    ]:
        took[name or "?"].append(max((done - (started or created)).total_seconds(), 0) * 1000)
    slow = {name: nineteen_of_twenty(times) for name, times in took.items()}
    names = sorted(slow, key=lambda name: -slow[name])[:SLOWEST]
    most = max(slow.values(), default=0) or 1
    return [
        Duration(
            task=name,
            number=len(took[name]),
            median=statistics.median(took[name]),
            slow=slow[name],
            share=round(100 * slow[name] / most, 1),
            link=first_of("console:tasks", task=name),
        )
        for name in names
    ]


def nineteen_of_twenty(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * 19 // 20)]
