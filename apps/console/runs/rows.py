"""One run as a row of the list, be it a saga's or a job's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.backbone.models import JobRun, SagaInstance
from apps.backbone.saga import TERMINAL
from apps.backbone.saga_runner import sagas
from apps.console import lines, reasons
from apps.console.languages import notes
from apps.console.runs import waiting
from apps.console.runs.belonging import order_of
from apps.console.schedules.pages import title

Key = tuple[datetime, str, int]
"""When it began, `s` or `j` for a saga or a job, and its own number."""
JOBS = "jobs"


@dataclass(frozen=True)
class Row:
    """One run as the list shows it."""

    key: Key
    kind: str
    name: str
    link: str
    """Its page; nothing for a process that is no longer known."""
    state: str
    word: str
    moved_at: datetime | None
    order_id: str = ""
    order_number: str = ""
    told: str = ""
    """What it waits for, or said last."""
    until: datetime | None = None

    @property
    def at(self) -> datetime:
        return self.key[0]

    @property
    def mark(self) -> str:
        """`s12`: tells it from all others of the list."""
        return f"{self.key[1]}{self.key[2]}"

    @property
    def place(self) -> str:
        """Where it stands in the list: below what has a greater one."""
        at, kind, pk = self.key
        return f"{at.isoformat(timespec='microseconds')} {kind} {pk:019d}"

    @property
    def digest(self) -> str:
        """Another one means that it would look different."""
        return sha256(repr(self).encode()).hexdigest()[:8]


def rows_of(runs: Iterable[SagaInstance | JobRun]) -> list[Row]:
    """Newest first; at one instant sagas stand above jobs."""
    found = list(runs)
    numbers = lines.numbers({order_of(run) for run in found if isinstance(run, SagaInstance)})
    rows = [of_saga(run, numbers) if isinstance(run, SagaInstance) else of_job(run) for run in found]
    return sorted(rows, key=lambda row: row.key, reverse=True)


def of_saga(run: SagaInstance, numbers: dict[str, str]) -> Row:
    stuck, order_id = waiting.is_stuck(run), order_of(run)
    ended = run.status in TERMINAL
    return Row(
        key=(run.started_at, "s", run.pk),
        kind=run.saga,
        name=run.saga.replace("_", " "),
        link=reverse("console:run", args=[run.pk]) if run.saga in sagas else "",
        state="stuck" if stuck else run.status,
        word=_("stuck") if stuck else run.get_status_display(),
        moved_at=run.moved_at,
        order_id=order_id,
        order_number=numbers.get(order_id, ""),
        told=reasons.words(run.reason if ended or not run.waits_for else run.waits_for),
        until=run.deadline,
    )


def of_job(run: JobRun) -> Row:
    return Row(
        key=(run.created_at, "j", run.pk),
        kind=JOBS,
        name=str(title(run.job)),
        link=reverse("console:job", args=[run.pk]),
        state=run.state,
        word=run.get_state_display(),
        moved_at=run.ended_at or run.started_at,
        told=notes.again(run.error or run.summary)[:200],
    )
