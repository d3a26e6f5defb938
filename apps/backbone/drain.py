"""The whole backbone in one thread, to quiet, without a broker: for the demo's past and for tests.

What the relay would hand over goes straight to the batch runner of each who hears it, in the order of positions.
"""

from collections import defaultdict

from apps.backbone import batch, clock, codec, log, numbering, timers
from apps.backbone.inbox import Delivery, subscribers
from apps.backbone.models import Checkpoint, Inbox
from apps.backbone.relay import HANDED_OVER

PAGE = 500


class NeverQuiet(RuntimeError):
    """The messages go round in a circle: far more rounds than any process of ours takes."""


def drain(rounds: int = 1000) -> int:
    """Number, deliver and run until nothing is left to do now; returns how many messages were handed over."""
    total = 0
    for _ in range(rounds):
        timers.fire()
        numbering.number()
        handed = _hand_over()
        tried = sum(batch.run_due(subscribers[name]) for name in _with_due())
        total += handed
        if not handed and not tried:
            return total
    raise NeverQuiet(f"{total} messages in {rounds} rounds")


def _with_due() -> list[str]:
    """The consumers that have a message whose next try is due."""
    due = Inbox.objects.filter(state=Inbox.State.WAITING, due_at__lte=clock.now()).values_list("consumer", flat=True)
    return [name for name in due.distinct() if name in subscribers]


def _hand_over() -> int:
    checkpoint, _ = Checkpoint.objects.get_or_create(name=HANDED_OVER)
    rows = numbering.read(checkpoint.position, PAGE)
    if not rows:
        return 0
    deliveries: dict[str, list[Delivery]] = defaultdict(list)
    heard = {(one.kind, name): one.types for name, one in subscribers.items()}
    for position, row in rows:
        raw = codec.to_wire(log.envelope_of(row, position), row.body)
        for (kind, name), types in heard.items():
            if row.type in types and kind == row.kind:
                deliveries[name].append(Delivery(raw))
    Checkpoint.objects.filter(name=HANDED_OVER).update(position=rows[-1][0])
    for name, several in deliveries.items():
        for start in range(0, len(several), 100):
            batch.run(subscribers[name], several[start : start + 100])
    return len(rows)
