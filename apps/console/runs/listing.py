"""Every run, of sagas and of jobs, newest first in one list, and by key: no page costs more than the first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.backbone import clock
from apps.backbone.models import JobRun, SagaInstance
from apps.backbone.saga_runner import sagas
from apps.console import frame
from apps.console.runs import waiting
from apps.console.runs.rows import JOBS, Key, Row, rows_of
from apps.orders.models import Order
from apps.payments.models import Operation

SEE = "backbone.view_sagainstance"
SIZE = 100
MOST_ORDERS = 20
"""Orders whose number begins as asked."""
MOST = 1000
"""What is counted no further."""
SAGA_STATES = ("running", "stuck", "completed", "compensated")
JOB_STATES = {name: name for name in ("queued", "running", "failed", "cancelled")} | {"completed": "done"}
"""The list's word for each state of a job."""
ROUTINE = Q(actor="schedule", state=JobRun.State.DONE, columns="")
"""Scheduled runs that did their work and left nothing to read: shown only where jobs are asked for."""


@dataclass(frozen=True)
class Wanted:
    """What the address asks for."""

    view: str
    state: str
    kind: str
    order: str
    correlation: UUID | None
    sees_jobs: bool

    def sagas(self) -> QuerySet[SagaInstance]:
        found = SagaInstance.objects.filter(saga=self.kind) if self.kind else SagaInstance.objects.all()
        if self.kind == JOBS or self.state in (set(JOB_STATES) - set(SAGA_STATES)):
            return found.none()
        found = found.filter(SAGA_VIEWS.get(self.view, Q)(), of_state(self.state))
        if self.correlation:
            found = found.filter(correlation_id=self.correlation)
        return found.filter(key__in=keys_of(self.order)) if self.order else found

    def jobs(self) -> QuerySet[JobRun]:
        found = JobRun.objects.all()
        beside = self.order or self.correlation or self.kind not in ("", JOBS)
        if beside or not self.sees_jobs or (self.state and self.state not in JOB_STATES):
            return found.none()
        if self.kind != JOBS:
            found = found.exclude(ROUTINE)
        if self.state:
            found = found.filter(state=JOB_STATES[self.state])
        return found.filter(JOB_VIEWS.get(self.view, Q)())


SAGA_VIEWS: dict[str, Callable[[], Q]] = {
    "attention": waiting.stuck,
    "running": lambda: Q(status="running"),
    "today": lambda: Q(started_at__gte=midnight()),
    "hour": lambda: Q(started_at__gte=clock.now() - timedelta(hours=1)),
}


JOB_VIEWS: dict[str, Callable[[], Q]] = {
    "attention": lambda: Q(state=JobRun.State.FAILED) & ~mended(),
    "running": lambda: Q(state__in=[JobRun.State.QUEUED, JobRun.State.RUNNING]),
    "today": lambda: Q(created_at__gte=midnight()),
    "hour": lambda: Q(created_at__gte=clock.now() - timedelta(hours=1)),
}


def mended() -> Q:
    """A later run of the same job did its work."""
    later = JobRun.objects.filter(job=OuterRef("job"), pk__gt=OuterRef("pk"), state=JobRun.State.DONE)
    return Q(Exists(later))


def midnight() -> datetime:
    return timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)


def of_state(state: str) -> Q:
    """`stuck` as home counts it: those that say so, and those whose deadline has passed."""
    if state == "stuck":
        return waiting.stuck()
    return Q(status=state) & ~waiting.stuck() if state == "running" else Q(status=state) if state else Q()


def keys_of(number: str) -> list[UUID]:
    """What the runs of an order are known by: the order itself, and the operations of its payment."""
    found = Order.objects.filter(number__startswith=number.upper()).order_by("number")
    orders = list(found.values_list("pk", flat=True)[:MOST_ORDERS])
    return [*orders, *Operation.objects.filter(order_id__in=orders).values_list("pk", flat=True)]


@frame.staff(SEE)
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    wanted = asked(request)
    rows, older = page(request, wanted)
    return frame.page(
        request,
        "console/runs/list.html",
        _("Runs"),
        rows=rows,
        older=older,
        head=address(request),
        first=address(request) if "older" in request.GET else "",
        wanted=wanted,
        views=[(name, word, name == wanted.view, address(request, view=name)) for name, word in views()],
        chips=chips(request, wanted),
        kinds=[(name, name.replace("_", " "), name == wanted.kind) for name in sorted(sagas)],
        filtered=any((wanted.state, wanted.kind, wanted.order, wanted.correlation, wanted.view)),
    )


def asked(request: HttpRequest) -> Wanted:
    given = request.GET
    return Wanted(
        view=given.get("view", ""),
        state=given.get("state", ""),
        kind=given.get("kind", "") if given.get("kind") in (*sagas, JOBS) else "",
        order=given.get("order", "").strip()[:20],
        correlation=identity(given.get("correlation", "")),
        sees_jobs=request.user.has_perm("backbone.view_jobrun"),
    )


def identity(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def views() -> list[tuple[str, str]]:
    return [
        ("", _("All")),
        ("attention", _("Needs attention")),
        ("running", _("Running")),
        ("hour", _("Last hour")),
        ("today", _("Today")),
    ]


def chips(request: HttpRequest, wanted: Wanted) -> list[dict[str, Any]]:
    """The states to filter by; a number where an index holds exactly those."""
    words = dict(SagaInstance.Status.choices) | dict(JobRun.State.choices)
    return [
        {
            "name": name,
            "word": words[name],
            "here": name == wanted.state,
            "link": address(request, state="" if name == wanted.state else name),
            "number": few(request, wanted, name) if name in ("running", "stuck", "queued", "failed") else None,
        }
        for name in (*SAGA_STATES[:2], "queued", "failed", *SAGA_STATES[2:], "cancelled")
    ]


def few(request: HttpRequest, wanted: Wanted, state: str) -> str:
    """How many the chip leads to, counted up to a thousand."""
    there = Wanted(wanted.view, state, wanted.kind, wanted.order, wanted.correlation, wanted.sees_jobs)
    number = sum(there_are.order_by()[: MOST + 1].count() for there_are in (there.sagas(), there.jobs()))
    return f"{MOST}+" if number > MOST else str(number)


def page(request: HttpRequest, wanted: Wanted) -> tuple[list[Row], str]:
    """Two lists, each read by its own index, merged by time."""
    of_sagas, of_jobs = wanted.sagas(), wanted.jobs()
    if below := read(request.GET.get("older", "")):
        at, kind, pk = below
        of_sagas = of_sagas.filter(beyond("started_at", at, pk) if kind == "s" else Q(started_at__lt=at))
        of_jobs = of_jobs.filter(beyond("created_at", at, pk) if kind == "j" else Q(created_at__lte=at))
    instances = list(of_sagas.order_by("-started_at", "-id")[: SIZE + 1])
    job_runs = list(of_jobs.order_by("-pk")[: SIZE + 1])
    rows = rows_of([*instances, *job_runs])
    shown = rows[:SIZE]
    older = address(request, older=write(shown[-1].key)) if len(rows) > SIZE else ""
    return shown, older


def beyond(path: str, at: datetime, pk: int) -> Q:
    """What stands below a key among its own kind; at one instant sagas stand above jobs."""
    return Q((f"{path}__lte", at)) & (Q((f"{path}__lt", at)) | Q(pk__lt=pk))


def write(key: Key) -> str:
    at, kind, pk = key
    return f"{at.isoformat()},{kind},{pk}"


def read(given: str) -> Key | None:
    """Nothing if it is no key of this list."""
    at, _comma, rest = given.partition(",")
    kind, _comma, pk = rest.partition(",")
    try:
        moment = parse_datetime(at)
    except ValueError:
        return None
    known = moment is not None and timezone.is_aware(moment) and kind in ("s", "j") and pk.isdecimal()
    return (moment, kind, int(pk)) if known and moment and len(pk) < 19 else None


def address(request: HttpRequest, **changed: str) -> str:
    """The same list with something else in its address; always from its head unless that says otherwise."""
    given = {name: value for name, value in request.GET.items() if name not in ("older", "shown")} | changed
    return f"{reverse('console:runs')}?{urlencode({name: value for name, value in given.items() if value})}"
