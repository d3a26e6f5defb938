"""What orders do by the clock: end what nobody paid for, and add up a day's sales."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from uuid import UUID

import moneyed
import msgspec
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from apps.backbone.log import open_message, send, transaction
from apps.backbone.models import Message
from apps.backbone.saga import identity
from apps.backbone.slots import Jobs, Run
from apps.orders.commands import ExpireOrder
from apps.orders.events import OrderConfirmed
from apps.orders.models import Order

jobs = Jobs("orders")

AT_ONCE = 100
UNPAID = (Order.PaymentStatus.UNPAID, Order.PaymentStatus.FAILED)


@jobs.on("expire-unpaid", title=_("Expire unpaid orders"), every="*/5 * * * *")
def expire_unpaid(run: Run) -> None:
    """Those whose payment may yet succeed are left alone."""
    due = Order.objects.filter(status=Order.Status.PLACED, payment_due_at__lt=run.due_at, payment_status__in=UNPAID)
    overdue = list(due.order_by("payment_due_at").values_list("order_id", flat=True))
    for start in range(0, len(overdue), AT_ONCE):
        with transaction():
            for order_id in overdue[start : start + AT_ONCE]:
                expire(order_id, run)
        run.progress(min(start + AT_ONCE, len(overdue)), len(overdue))
    count = len(overdue)
    run.note(ngettext("%(count)d order was not paid", "%(count)d orders were not paid", count) % {"count": count})


def expire(order_id: UUID, run: Run) -> None:
    """A run that begins again sends it under the same id, which is nothing."""
    send(
        ExpireOrder(order_id=order_id),
        actor=run.actor,
        source="/orders",
        message_id=identity("expire-unpaid", order_id, run.due_at.isoformat()),
    )


class Sales(msgspec.Struct, frozen=True):
    day: date | None = None
    """In the shop's time zone; none: the day before the run."""


@jobs.on("daily-sales", title=_("Daily sales report"), arguments=Sales, every="30 0 * * *", if_missed="once")
def report_sales(run: Run) -> None:
    """From the log, so that a day's figures are the same however often they are asked for."""
    day = run.arguments.day or timezone.localtime(run.due_at).date() - timedelta(days=1)
    orders, sums = sales_of(*bounds(day))
    run.report(
        [gettext("Day"), gettext("Currency"), gettext("Channel"), gettext("Orders"), gettext("Sales")],
        [[day.isoformat(), *key, orders[key], in_units(sums[key], key[0])] for key in sorted(sums)],
    )
    count = orders.total()
    text = ngettext("%(count)d order confirmed on %(day)s", "%(count)d orders confirmed on %(day)s", count)
    run.note(text % {"count": count, "day": day.isoformat()})


def in_units(amount_minor: int, currency: str) -> str:
    """`15.50`: with as many decimals as the currency has."""
    sub_unit = moneyed.get_currency(currency).sub_unit
    return f"{Decimal(amount_minor) / sub_unit:.{len(str(sub_unit)) - 1}f}"


def bounds(day: date) -> tuple[datetime, datetime]:
    """From midnight to midnight in the shop's time zone; 23 or 25 hours when the clocks change."""
    zone = timezone.get_default_timezone()
    return datetime.combine(day, time.min, zone), datetime.combine(day + timedelta(days=1), time.min, zone)


Figures = Counter[tuple[str, str]]


def sales_of(start: datetime, end: datetime) -> tuple[Figures, Figures]:
    """Orders and amounts by currency and channel, of what was confirmed from `start` until before `end`."""
    orders: Figures = Counter()
    sums: Figures = Counter()
    confirmed = Message.objects.filter(
        kind="event", type=OrderConfirmed.type, occurred_at__gte=start, occurred_at__lt=end
    ).iterator()
    for rows in pages(confirmed):
        events = [open_message(row) for row in rows]
        channels = dict(Order.objects.filter(pk__in=[one.order_id for one in events]).values_list("pk", "channel"))
        for event in events:
            key = event.total.currency, channels[event.order_id]
            orders[key] += 1
            sums[key] += event.total.amount_minor
    return orders, sums


def pages(rows: Iterator[Message]) -> Iterator[list[Message]]:
    while page := list(islice(rows, AT_ONCE)):
        yield page
