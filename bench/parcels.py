"""A small event and its one hearer, to measure the backbone without the shop's rules."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, models

from apps.backbone import inbox, log, rows, topology
from apps.backbone.messages import Envelope, Event, Kind

IN_ONE_TRANSACTION = 100
A_STREAM = 10


class ParcelMoved(Event):
    """Some 290 bytes, like the peers' order event."""

    parcel_id: UUID
    number: int
    place: str
    remark: str


def moved(parcel_id: UUID, number: int) -> ParcelMoved:
    return ParcelMoved(parcel_id=parcel_id, number=number, place="Taipei, Long Street 1", remark="x" * 170)


def append(count: int) -> None:
    """Ten events to a stream, a hundred to a transaction."""
    for _ in range(0, count, IN_ONE_TRANSACTION):
        with log.transaction():
            for _ in range(IN_ONE_TRANSACTION // A_STREAM):
                parcel = uuid4()
                log.append(f"parcel-{parcel}", [moved(parcel, number) for number in range(A_STREAM)])


class Effect(models.Model):
    """One event that took effect."""

    message_id = models.UUIDField(primary_key=True)
    number = models.IntegerField()

    class Meta:
        app_label = "bench"
        managed = False


class Tracker:
    """Hears every `parcel.moved` and writes one row for it: `kept` with the batch's others, or at once by itself."""

    name = "bench.events"
    kind: Kind = "event"
    bindings = types = frozenset({"parcel.moved"})

    def __init__(self) -> None:
        self.kept = True

    def locks(self, message: Any, envelope: Envelope) -> Iterable[str]:
        return ()

    def key(self, message: Any, envelope: Envelope) -> str:
        return envelope.stream

    def prefetch(self, taken: Sequence[inbox.Taken]) -> None:
        return None

    def outside_call(self, message: Any) -> None:
        return None

    def handle(self, message: ParcelMoved, envelope: Envelope) -> None:
        if self.kept:
            rows.create(Effect(message_id=envelope.message_id, number=message.number))
            return
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} VALUES (%s, %s)", [envelope.message_id, message.number])


TABLE = Effect._meta.db_table


def only_hearer() -> Tracker:
    """Make it the one subscriber of this process, and its table."""
    tracker = Tracker()
    inbox.subscribers.clear()
    inbox.subscribers[tracker.name] = tracker
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (message_id uuid PRIMARY KEY, number integer NOT NULL)")
    topology.subscribe()
    return tracker
