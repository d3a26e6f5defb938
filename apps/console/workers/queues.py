"""What waits for whom: by the log, which always knows, and by the broker, when it can be reached."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.http import urlencode

from apps.backbone import ask, clock, receipts
from apps.backbone.inbox import subscribers
from apps.backbone.models import Inbox, JobRun
from apps.backbone.topology import Held
from apps.backbone.worker import JOBS
from apps.console.home import lag
from apps.console.workers.broker import Answer

MINUTE = timedelta(minutes=1)
LOOKED_AT = 1000
HELD_BACK = (Inbox.State.WAITING, Inbox.State.PARKED)
GIVEN_UP = (Inbox.State.DEAD, Inbox.State.QUARANTINED)


@dataclass(frozen=True)
class Queue:
    """One queue: what the broker holds, what its consumer has not taken yet, and how fast it takes."""

    name: str
    kind: str
    held: Held | None
    dead: Held | None
    """The broker's own dead-letter queue behind it."""
    waiting: int
    more: bool
    """There are more than were counted."""
    oldest: datetime | None
    late: bool
    a_minute: float | None
    held_back: int = 0
    given_up: int = 0
    link: str = ""
    """What it carried."""

    @property
    def waiting_word(self) -> str:
        return f"{self.waiting}+" if self.more else str(self.waiting)


def names() -> list[str]:
    """Every queue that the broker is asked for."""
    return [*subscribers, *(f"{name}.dead" for name in subscribers), JOBS, *sorted(ask.queues())]


def queues(answer: Answer) -> list[Queue]:
    behind = {one.consumer: one for one in lag.lags()}
    kept = in_care()
    return [
        *(of_subscriber(name, answer, behind[name], kept) for name in sorted(subscribers)),
        of_jobs(answer),
        *(of_questions(name, answer) for name in sorted(ask.queues())),
    ]


def in_care() -> dict[tuple[str, str], int]:
    """How many messages each consumer holds that are not done, by state."""
    rows = Inbox.objects.filter(state__in=[*HELD_BACK, *GIVEN_UP]).order_by()
    counted = rows.values_list("consumer", "state").annotate(Count("pk"))
    return {(consumer, state): number for consumer, state, number in counted}


def of_subscriber(name: str, answer: Answer, behind: lag.Lag, kept: dict[tuple[str, str], int]) -> Queue:
    kind = subscribers[name].kind
    return Queue(
        name=name,
        kind=kind,
        held=answer.queues.get(name),
        dead=answer.queues.get(f"{name}.dead"),
        waiting=min(behind.waiting, receipts.AT_ONCE),
        more=behind.more,
        oldest=clock.now() - behind.behind if behind.waiting else None,
        late=behind.late,
        a_minute=taken_a_minute(name),
        held_back=sum(kept.get((name, state), 0) for state in HELD_BACK),
        given_up=sum(kept.get((name, state), 0) for state in GIVEN_UP),
        link=tasks_of(name.partition(".")[0]) if kind == "command" else "",
    )


def taken_a_minute(consumer: str) -> float:
    """Of the newest thousand that it took, those of the last minute; more than that is reckoned from their oldest."""
    since = clock.now() - MINUTE
    newest = Inbox.objects.filter(consumer=consumer).order_by("-position")[:LOOKED_AT]
    lately = Q(received_at__gte=since)
    counted = newest.aggregate(number=Count("pk", filter=lately), first=Min("received_at", filter=lately))
    if counted["number"] < LOOKED_AT:
        return float(counted["number"])
    return float(LOOKED_AT * MINUTE / max(clock.now() - counted["first"], timedelta(seconds=1)))


def of_jobs(answer: Answer) -> Queue:
    """The rows of job runs are the truth here: a committed one is always picked up."""
    queued = JobRun.objects.filter(state=JobRun.State.QUEUED)
    counted = queued.aggregate(number=Count("pk"), first=Min("created_at"))
    oldest = counted["first"]
    return Queue(
        name=JOBS,
        kind="job",
        held=answer.queues.get(JOBS),
        dead=None,
        waiting=counted["number"],
        more=False,
        oldest=oldest,
        late=bool(oldest and clock.now() - oldest > lag.LATE),
        a_minute=None,
        link=f"{reverse('console:jobs')}?view=live",
    )


def of_questions(name: str, answer: Answer) -> Queue:
    """Questions expire; nothing of them is kept."""
    return Queue(
        name=name,
        kind="question",
        held=answer.queues.get(name),
        dead=None,
        waiting=0,
        more=False,
        oldest=None,
        late=False,
        a_minute=None,
    )


def tasks_of(service: str) -> str:
    return f"{reverse('console:tasks')}?{urlencode({'service': service})}"
