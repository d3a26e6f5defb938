"""The one runner of messages: events and commands, from a consumer or a worker, fresh or for the ninth time.

The fast path takes a whole batch in one transaction. Whatever goes wrong there is rolled back and run one by one on
the careful path, where each attempt is counted and committed before it begins, so that a message that kills the
process takes no innocent neighbour along. When `run` returns, every message is durably in the inbox: done, waiting,
parked, dead or quarantined, and the broker's part is over. Only an outage of the database is raised to the caller.
"""

from collections.abc import Sequence
from uuid import UUID

import structlog

from apps.backbone import clock, codec, inbox, log
from apps.backbone.batch.again import Due, may_go_together, take_again
from apps.backbone.batch.careful import take_carefully
from apps.backbone.batch.failures import raise_outage
from apps.backbone.batch.outside import call_together
from apps.backbone.batch.together import take_together
from apps.backbone.inbox import Delivery, Subscriber, Taken
from apps.backbone.models import Inbox

__all__ = ["run", "run_due"]

logger = structlog.get_logger(__name__)


def run(subscriber: Subscriber, deliveries: Sequence[Delivery]) -> dict[UUID, str]:
    """Take the deliveries into the inbox and carry them out; returns what became of each, by message id.

    Raises OperationalError or InterfaceError if the database is away: nothing was taken, so take nothing more.
    """
    taken = [one for one in (_open(subscriber, delivery) for delivery in deliveries) if one]
    taken.sort(key=lambda one: one.envelope.position)
    fresh = [one for one in taken if not one.redelivered]
    careful = [one for one in taken if one.redelivered]
    outcomes: dict[UUID, str] = {}
    for together, batch in (
        (take_together, [one for one in fresh if not subscriber.outside_call(one.message)]),
        (call_together, [one for one in fresh if subscriber.outside_call(one.message)]),
    ):
        try:
            outcomes |= together(subscriber, batch) if batch else {}
        except Exception as error:
            raise_outage(error)
            logger.warning("batch_failed", consumer=subscriber.name, size=len(batch), error=repr(error))
            careful += batch
    for one in sorted(careful, key=lambda one: one.envelope.position):
        outcomes[one.envelope.message_id] = take_carefully(subscriber, one)
    return outcomes


def run_due(subscriber: Subscriber, limit: int = 100) -> int:
    """Try again what waits in the inbox and is due; returns how many were tried.

    Those that were not tried yet go together, as fresh ones do; whatever goes wrong there is tried one by one.
    """
    rows = inbox.due(subscriber.name, limit)
    due: list[Due] = []
    for row in rows:
        delivery = Delivery(bytes(row.raw or b""), redelivered=True)
        if one := _open(subscriber, delivery, row):
            due.append((row, one))
    together = may_go_together(subscriber, due)
    careful = [pair for pair in due if pair not in together]
    try:
        if together:
            take_again(subscriber, together)
    except Exception as error:
        raise_outage(error)
        logger.warning("batch_failed", consumer=subscriber.name, size=len(together), error=repr(error))
        careful = due
    for _, one in careful:
        take_carefully(subscriber, one)
    return len(rows)


def _open(subscriber: Subscriber, delivery: Delivery, row: Inbox | None = None) -> Taken | None:
    """Read a delivery; what cannot be read goes to quarantine, what is not known yet waits for newer code."""
    try:
        envelope, message = codec.open_wire(subscriber.kind, delivery.raw)
        if envelope.type not in subscriber.types:
            raise codec.UnknownType(f"{subscriber.name} does not handle {envelope.type}")
    except (codec.UnknownType, codec.UnknownVersion) as error:
        with log.transaction():
            envelope, _ = codec.from_wire(subscriber.kind, delivery.raw)
            inbox.wait_for_code(subscriber.name, envelope, delivery.raw, error)
        return None
    except (codec.Undecodable, codec.WrongSource) as error:
        with log.transaction():
            _quarantine(subscriber, delivery, error, row)
        return None
    if row and row.message_id != envelope.message_id:
        row.delete()  # quarantined under a made-up id, readable now
    return Taken(envelope, message, delivery.raw, delivery.redelivered, subscriber.key(message, envelope))


def _quarantine(subscriber: Subscriber, delivery: Delivery, error: Exception, row: Inbox | None) -> None:
    if row:
        Inbox.objects.filter(pk=row.pk).update(
            state=Inbox.State.QUARANTINED, due_at=None, updated_at=clock.now(), **inbox.failure(error)
        )
    else:
        inbox.quarantine(subscriber.name, delivery.raw, error)
    logger.warning("message_quarantined", consumer=subscriber.name, error=str(error))
