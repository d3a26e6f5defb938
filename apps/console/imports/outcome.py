"""What became of an import's orders."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from apps.backbone.models import Message
from apps.orders.models import Order

T = TypeVar("T")

AT_ONCE = 500
WELL = (Order.Status.CONFIRMED, Order.Status.COMPLETED)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How many orders there are, how they stand, and how long it took from the first sent to here."""

    orders: int
    confirmed: int
    rejected: int
    refused: int
    """Never placed: the orders service would not have them."""
    undecided: int
    statuses: dict[str, int]
    seconds: float

    @property
    def per_second(self) -> float:
        return round(self.orders / self.seconds, 1) if self.seconds else 0.0

    def told(self) -> dict[str, Any]:
        return {**msgspec.structs.asdict(self), "seconds": round(self.seconds, 2), "orders_per_second": self.per_second}


def outcome_of(order_ids: Sequence[UUID], seconds: float) -> Outcome:
    statuses: Counter[str] = Counter()
    for some in in_chunks(order_ids):
        statuses.update(Order.objects.filter(pk__in=some).order_by().values_list("status", flat=True))
    refused = len(refusals(unsettled_rows(order_ids)[1]))
    return Outcome(
        orders=len(order_ids),
        confirmed=sum(statuses[status] for status in WELL),
        rejected=statuses[Order.Status.REJECTED],
        refused=refused,
        undecided=statuses[Order.Status.PLACED] + len(order_ids) - sum(statuses.values()) - refused,
        statuses=dict(statuses),
        seconds=seconds,
    )


def unsettled(order_ids: Sequence[UUID]) -> list[UUID]:
    """Those that are not yet placed, or placed and neither confirmed nor ended; in their order."""
    placed, absent = unsettled_rows(order_ids)
    open_ids = placed | (absent - refusals(absent))
    return [order_id for order_id in order_ids if order_id in open_ids]


def unsettled_rows(order_ids: Sequence[UUID]) -> tuple[set[UUID], set[UUID]]:
    """Those placed and undecided, and those without a row."""
    placed: set[UUID] = set()
    absent: set[UUID] = set()
    for some in in_chunks(order_ids):
        found = dict(Order.objects.filter(pk__in=some).values_list("order_id", "status"))
        placed |= {order_id for order_id, status in found.items() if status == Order.Status.PLACED}
        absent |= set(some) - found.keys()
    return placed, absent


def refusals(order_ids: Iterable[UUID]) -> set[UUID]:
    """Those of them that the orders service refused to place."""
    refused: set[UUID] = set()
    for some in in_chunks(order_ids):
        streams = {f"order-{order_id}": order_id for order_id in some}
        rows = Message.objects.filter(stream__in=streams, type="order.request_refused")
        refused |= {streams[stream] for stream in rows.values_list("stream", flat=True)}
    return refused


def in_chunks(items: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    source = iter(items)
    while some := list(islice(source, size)):
        yield some
