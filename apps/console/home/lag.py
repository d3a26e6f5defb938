"""How far each consumer is behind the log."""

from dataclasses import dataclass
from datetime import timedelta

from apps.backbone import clock, numbering, receipts
from apps.backbone.inbox import subscribers
from apps.backbone.models import Receipt

LATE = timedelta(seconds=30)
"""Messages usually take less than a second."""


@dataclass(frozen=True)
class Lag:
    """What one consumer has not taken yet: at most `receipts.AT_ONCE` messages are looked at."""

    consumer: str
    waiting: int
    behind: timedelta
    """How long ago the oldest of them was numbered."""

    @property
    def late(self) -> bool:
        return self.behind > LATE

    @property
    def more(self) -> bool:
        """There are more than were looked at."""
        return self.waiting > receipts.AT_ONCE


def lags() -> list[Lag]:
    head, known = numbering.head(), dict(Receipt.objects.values_list("consumer", "watermark"))
    return [of(name, known.get(name, 0), head) for name in sorted(subscribers)]


def of(consumer: str, watermark: int, head: int) -> Lag:
    missing = receipts.find_missing(consumer, watermark, head) if watermark < head else []
    behind = clock.now() - receipts.aware(missing[0].numbered_at) if missing else timedelta()
    return Lag(consumer, len(missing), behind)


def lagging() -> list[Lag]:
    """The consumers of events, which write the read models, that are behind by more than `LATE`."""
    return [one for one in lags() if one.late and subscribers[one.consumer].kind == "event"]
