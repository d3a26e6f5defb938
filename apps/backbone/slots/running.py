"""One run of a job: queued as a row, claimed under a lease, followed by people, resumed if its process is killed.

The row is the truth and a Celery task only its carrier: `due()` offers again whatever was not taken, and takes back
what a dead process held.
"""

import threading
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connections, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from apps.backbone import clock, wakeup
from apps.backbone.log import witnessed, writer
from apps.backbone.models import JobMessage, JobNote, JobReportPart, JobRun, Message, Schedule
from apps.backbone.slots.registry import Job, NoSuchJob, find

logger = structlog.get_logger(__name__)

LEASE = timedelta(seconds=45)
HEARTBEAT_SECONDS = 10.0
SECONDS_BETWEEN_WRITES = 0.5
REPORT_PART = 500
TRIES = 5

QUEUED, RUNNING = JobRun.State.QUEUED, JobRun.State.RUNNING


class JobFailed(Exception):
    """A job says with this that it has failed, and why, without a traceback being of use."""


class RunTakenAway(Exception):
    """The run's lease passed and another process has it now: whatever still works on it must stop."""


class Run:
    """What a job's function is given: its arguments, and the ways to tell people how it goes."""

    def __init__(self, row: JobRun, job: Job) -> None:
        self.row, self.job = row, job
        self.arguments = job.read(msgspec.json.decode(row.arguments))
        self._written_at = 0.0
        self._asked_at = 0.0
        self._cancelled = False

    @property
    def actor(self) -> str:
        return self.row.actor

    @property
    def due_at(self) -> datetime:
        """The slot's instant for a scheduled run, else when it was asked for: the same however late it runs."""
        slot = self.row.slots.order_by("slot_at").last()
        return slot.slot_at if slot else self.row.created_at

    @property
    def time_zone(self) -> str:
        return self.row.schedule.time_zone if self.row.schedule else settings.TIME_ZONE

    @property
    def cursor(self) -> Any:
        """What the job last gave to `progress` as its cursor; None at first."""
        return msgspec.json.decode(self.row.cursor) if self.row.cursor else None

    @property
    def cancelled(self) -> bool:
        """Has someone asked to stop? The job looks now and then, and returns; the run then ends as cancelled."""
        if not self._cancelled and time.monotonic() - self._asked_at >= SECONDS_BETWEEN_WRITES:
            self._asked_at = time.monotonic()
            self._cancelled = JobRun.objects.filter(pk=self.row.pk).exclude(cancel_asked_by="").exists()
        return self._cancelled

    def note(self, text: str) -> None:
        """Say one line to people; the last one stands in the list."""
        self.write(summary=text[:500])
        JobNote.objects.create(run=self.row, at=clock.now(), text=text[:500])

    def progress(self, done: int, total: int | None = None, cursor: Any = None) -> None:
        """How far it is. Call it as often as you like: rows are written twice a second, a cursor always.

        A cursor given inside the transaction of the work that it stands for is kept exactly with that work.
        """
        self.row.done, self.row.total = done, total if total is not None else self.row.total
        if cursor is not None:
            self.row.cursor = msgspec.json.encode(cursor).decode()
        if cursor is not None or time.monotonic() - self._written_at >= SECONDS_BETWEEN_WRITES:
            self.write()

    def report(self, columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
        """Keep a table: a page, and a CSV file to download. A second one takes the place of the first."""
        titles, source, count = [str(one) for one in columns], iter(rows), 0
        with writer(), transaction.atomic():
            JobReportPart.objects.filter(run=self.row).delete()
            for number, part in enumerate(iter(lambda: list(islice(source, REPORT_PART)), [])):
                text = msgspec.json.encode([list(row) for row in part]).decode()
                JobReportPart.objects.create(run=self.row, number=number, rows=text)
                count += len(part)
            self.write(columns=msgspec.json.encode(titles).decode(), row_count=count)

    def add_to_report(self, columns: Sequence[Any], rows: Sequence[Sequence[Any]]) -> None:
        """Put some rows more at the end of the table, as one part of it, for what is too long to be held until the end.

        Inside the transaction of the work that they tell of, they are kept exactly with that work.
        """
        number, titles = JobReportPart.objects.filter(run=self.row).count(), [str(one) for one in columns]
        text = msgspec.json.encode([list(row) for row in rows]).decode()
        JobReportPart.objects.create(run=self.row, number=number, rows=text)
        self.row.row_count += len(rows)
        self.write(columns=msgspec.json.encode(titles).decode(), row_count=self.row.row_count)

    def sent(self, messages: Iterable[Message]) -> None:
        """Keep what the job has put into the log, exactly with it: its page leads from the run to what came of it."""
        JobMessage.objects.bulk_create([JobMessage(run=self.row, seq=message.seq) for message in messages])

    def write(self, **fields: Any) -> None:
        """Update the row under the fence, and the lease with it; raises RunTakenAway."""
        self._written_at = time.monotonic()
        known = {"done": self.row.done, "total": self.row.total, "cursor": self.row.cursor}
        held = JobRun.objects.filter(pk=self.row.pk, state=RUNNING, tries=self.row.tries)
        if not held.update(lease_until=clock.now() + LEASE, **known | fields):
            raise RunTakenAway(f"{self.row} try {self.row.tries}")

    def end(self, state: JobRun.State, **fields: Any) -> None:
        self.write(state=state, ended_at=clock.now(), **fields)
        logger.debug("job_ended", job=self.job.name, run=self.row.pk, state=str(state))


def start(
    name: str,
    arguments: Mapping[str, Any] | msgspec.Struct | None = None,
    actor: str = "system",
    *,
    schedule: Schedule | None = None,
    key: UUID | None = None,
) -> JobRun:
    """Queue a run; once this is committed it will be picked up. A second start with the same key is the first one.

    Raises NoSuchJob or ArgumentsRefused.
    """
    given = msgspec.structs.asdict(arguments) if isinstance(arguments, msgspec.Struct) else arguments or {}
    fields = {
        "job": name,
        "arguments": find(name).write(given),
        "actor": actor,
        "schedule": schedule,
        "created_at": clock.now(),
    }
    with writer(), transaction.atomic():
        run = JobRun.objects.get_or_create(key=key, defaults=fields)[0] if key else JobRun.objects.create(**fields)
    transaction.on_commit(wakeup.ring)
    return run


def run_job(job_run_id: int) -> None:
    """Carry a queued run out, here and now; nothing if another process has it or it has ended."""
    row = _claim(job_run_id)
    if row is None:
        return
    try:
        run = Run(row, find(row.job))
    except (NoSuchJob, ValueError) as error:
        JobRun.objects.filter(pk=row.pk).update(
            state=JobRun.State.FAILED, ended_at=clock.now(), error=f"{type(error).__name__}: {error}"
        )
        return
    with _heartbeat(run):
        _carry_out(run)


def _claim(job_run_id: int) -> JobRun | None:
    queued = JobRun.objects.filter(pk=job_run_id, state=QUEUED)
    now = clock.now()
    if not queued.update(
        state=RUNNING, tries=F("tries") + 1, started_at=Coalesce("started_at", now), lease_until=now + LEASE
    ):
        return None
    return JobRun.objects.select_related("schedule").get(pk=job_run_id)


def _carry_out(run: Run) -> None:
    try:
        with witnessed(run.sent):
            run.job.function(run)
        run.end(JobRun.State.CANCELLED if run._cancelled else JobRun.State.DONE, error="", traceback="")
    except RunTakenAway as error:
        logger.warning("job_run_taken_away", run=str(error))
    except JobFailed as error:
        run.end(JobRun.State.FAILED, error=str(error))
    except (OperationalError, InterfaceError) as error:
        _try_again(run, error)
    except Exception as error:  # noqa: BLE001 - a failed run is kept with its traceback, as a dead letter is
        _fail(run, error)


def _try_again(run: Run, error: Exception) -> None:
    """The database was away, or chose this transaction as a deadlock's victim: the same run once more, later."""
    close_old_connections()
    if not run.job.resumable or run.row.tries >= TRIES:
        _fail(run, error)
    else:
        run.write(state=QUEUED, handed_at=clock.now(), error=str(error))


def _fail(run: Run, error: Exception) -> None:
    text = f"{type(error).__name__}: {error}"
    run.end(JobRun.State.FAILED, error=text, traceback="".join(traceback.format_exception(error)))


@contextmanager
def _heartbeat(run: Run) -> Iterator[None]:
    """Keep the lease from a thread of its own: a job may be long in one statement."""
    stop = threading.Event()
    held = JobRun.objects.filter(pk=run.row.pk, state=RUNNING, tries=run.row.tries)

    def beat() -> None:
        while not stop.wait(HEARTBEAT_SECONDS):
            try:
                close_old_connections()
                held.update(lease_until=clock.now() + LEASE)
            except (OperationalError, InterfaceError) as error:
                logger.warning("database_away", run=run.row.pk, error=repr(error))
        connections.close_all()

    thread = threading.Thread(target=beat, name=f"job run {run.row.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()


def take_back(now: datetime) -> int:
    """Queue again what dead processes held; fail what must not run twice, or has now killed its process too often."""
    lost = JobRun.objects.filter(state=RUNNING, lease_until__lt=now)
    for row in lost:
        held = JobRun.objects.filter(pk=row.pk, state=RUNNING, tries=row.tries, lease_until__lt=now)
        if row.cancel_asked_by:
            held.update(state=JobRun.State.CANCELLED, ended_at=now)
        elif _may_run_again(row):
            held.update(state=QUEUED, handed_at=None)
        else:
            held.update(state=JobRun.State.FAILED, ended_at=now, error="The process that ran it was lost.")
        logger.warning("job_run_lost", job=row.job, run=row.pk, tries=row.tries)
    return len(lost)


def _may_run_again(row: JobRun) -> bool:
    try:
        return find(row.job).resumable and row.tries < TRIES
    except NoSuchJob:
        return False


def cancel(run_id: int, actor: str) -> bool:
    """Ask a run to stop; one that has not begun never will. False if it has ended already."""
    now = clock.now()
    if JobRun.objects.filter(pk=run_id, state=QUEUED).update(
        state=JobRun.State.CANCELLED, ended_at=now, cancel_asked_by=actor
    ):
        return True
    return bool(JobRun.objects.filter(pk=run_id, state=RUNNING).update(cancel_asked_by=actor))


def run_again(run_id: int, actor: str) -> bool:
    """Queue a failed or cancelled run once more: it goes on from its cursor. False if it is neither."""
    ended = JobRun.objects.filter(Q(state=JobRun.State.FAILED) | Q(state=JobRun.State.CANCELLED), pk=run_id)
    back = ended.update(
        state=QUEUED, actor=actor, handed_at=None, ended_at=None, cancel_asked_by="", error="", traceback=""
    )
    transaction.on_commit(wakeup.ring)
    return bool(back)
