"""Who was to take a message, and what became of that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.backbone.models import Inbox, Message, Receipt, Subscription


@dataclass(frozen=True)
class Taker:
    consumer: str
    state: str
    word: Any
    at: datetime | None = None
    row: Inbox | None = None

    @property
    def given_up(self) -> bool:
        return self.row is not None and self.row.state != Inbox.State.DONE


def takers(message: Message, position: int) -> list[Taker]:
    """Of each consumer that listened then: its row in the inbox, or what its watermark says."""
    listening = Subscription.objects.filter(type=message.type, since_position__lt=position or 2**62)
    consumers = sorted(listening.values_list("consumer", flat=True))
    kept = {row.consumer: row for row in Inbox.objects.filter(consumer__in=consumers, message_id=message.message_id)}
    marks = dict(Receipt.objects.filter(consumer__in=consumers).values_list("consumer", "watermark"))
    return [taker(name, kept.get(name), 0 < position <= marks.get(name, 0)) for name in consumers]


def taker(consumer: str, row: Inbox | None, below: bool) -> Taker:
    if row:
        return Taker(consumer, row.state, row.get_state_display(), row.updated_at or row.received_at, row)
    if below:
        return Taker(consumer, "done", _("done; when is no longer kept"))
    return Taker(consumer, "queued", _("on its way"))
