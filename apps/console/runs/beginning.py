"""How a run of a job began, by whom and why; and, while it has not, what keeps it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _, ngettext

from apps.backbone.models import JobRun, Message
from apps.console import lines, operators, watch
from apps.console.languages.cron import sentence as cron_sentence
from apps.console.runs.waiting import address

AT_ONCE = timedelta(seconds=2)
"""An act and the run that it starts are kept in one transaction."""
AGAIN = ("retry", "resume")
SHOWN = 3


@dataclass(frozen=True)
class Deed:
    """What a person did that the run goes back to."""

    seq: int
    what: str
    reason: str


@dataclass(frozen=True)
class Wait:
    """One thing that a queued run waits for."""

    state: str
    text: str
    command: str = ""
    """What ends it, typed where the shop is installed."""
    link: str = ""
    runs: tuple[JobRun, ...] = ()


def named(run: JobRun) -> str:
    """How the log names a job's run."""
    return f"job:{run.job}:{run.pk}"


def clockwork(run: JobRun) -> str:
    """`At 03:00`, if its schedule began it."""
    return cron_sentence(run.schedule.cron) if run.schedule and run.actor == "schedule" else ""


def deed(run: JobRun) -> Deed | None:
    """The last time that this person set it going again, or else what they did when it was queued."""
    kind, _colon, number = run.actor.partition(":")
    if kind != "user":
        return None
    acts = Message.objects.filter(kind="event", stream=f"operator-{number}", type=operators.OperatorActed.type)
    since = acts.filter(occurred_at__gte=run.created_at).order_by("-version")
    again = [told(row) for row in since.filter(body__contains=f'"about":"{named(run)}"')]
    if found := next((one for action, one in again if action in AGAIN), None):
        return found
    near = acts.filter(occurred_at__range=(run.created_at - AT_ONCE, run.created_at + AT_ONCE))
    nearest = min(near, key=lambda row: abs(row.occurred_at - run.created_at), default=None)
    return told(nearest)[1] if nearest else None


def told(row: Message) -> tuple[str, Deed]:
    fields = lines.opened(row.body)
    action = str(fields.get("action", ""))
    return action, Deed(row.seq, operators.did(action), str(fields.get("reason", "")))


def waits(run: JobRun) -> list[Wait]:
    """Nothing once it has begun."""
    if run.state != JobRun.State.QUEUED:
        return []
    return [*silence(), *failure(run)] or [turn(run)]


def silence() -> Iterator[Wait]:
    link = address("console:workers")
    for one in watch.silent():
        if one.role == "worker jobs":
            yield Wait("silent", _("No worker for jobs is alive. Start one:"), one.command, link)
        elif one.role == "relay":
            yield Wait(
                "silent", _("No relay is alive, which hands jobs to their workers. Start one:"), one.command, link
            )


def failure(run: JobRun) -> Iterator[Wait]:
    if run.error:
        yield Wait("waiting", _("Its last try failed, and it is tried again: %(error)s") % {"error": run.error[:200]})


def turn(run: JobRun) -> Wait:
    running = JobRun.objects.filter(state=JobRun.State.RUNNING).order_by("pk")[: SHOWN + 1]
    ahead = JobRun.objects.filter(state=JobRun.State.QUEUED, pk__lt=run.pk).count()
    if not running and not ahead:
        return Wait("queued", _("A worker is about to take it."))
    said = ngettext(
        "It waits for a free worker; %(number)d job is queued before it.",
        "It waits for a free worker; %(number)d jobs are queued before it.",
        ahead,
    )
    return Wait("queued", said % {"number": ahead}, runs=tuple(running[:SHOWN]))
