"""Every read model with its lag and its rebuilds, and the last audit with what it found."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.backbone import log, numbering, slots
from apps.backbone.messages import events
from apps.backbone.models import JobRun, table
from apps.backbone.projector import Projection, projections
from apps.console import frame, operators
from apps.console.home import lag
from apps.console.payments.books import AUDIT, last, report
from apps.console.schedules.forms import TokenForm, of_arguments

SEE, CHANGE = "backbone.view_jobrun", "backbone.change_jobrun"
REBUILD = "console.rebuild"
LIVE = (JobRun.State.QUEUED, JobRun.State.RUNNING)
REMEMBERED = 200
"""Of the last rebuilds so many are looked through for each read model's own."""


@dataclass(frozen=True)
class Standing:
    """One read model: what it is made of, how far it is behind, its last rebuild."""

    projection: Projection
    lag: lag.Lag | None
    """Of the consumer that brings it other services' events; its own are projected as they are written."""
    rebuilt: JobRun | None
    token: UUID

    @property
    def tables(self) -> list[str]:
        return [table(model) for model in self.projection.models]

    @property
    def rebuilding(self) -> bool:
        return self.rebuilt is not None and self.rebuilt.state in LIVE

    @property
    def per_cent(self) -> int | None:
        run = self.rebuilt
        return run.done * 100 // run.total if run and run.total else None


@frame.staff(SEE)
@require_GET
def read_models(request: HttpRequest) -> HttpResponse:
    found = standings()
    return frame.page(
        request,
        "console/read_models/read_models.html",
        _("Read models & audit"),
        standings=found,
        restless=any(one.rebuilding for one in found),
        head=numbering.head(),
        token=uuid4(),
        **audit(),
    )


@frame.staff(SEE)
@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """The table, while a rebuild is under way."""
    found = standings()
    restless = any(one.rebuilding for one in found)
    return frame.page(
        request, "console/read_models/now.html", "", standings=found, restless=restless, head=numbering.head()
    )


def standings() -> list[Standing]:
    lags, rebuilt = {one.consumer: one for one in lag.lags()}, last_rebuilds()
    return [
        Standing(one, lags.get(f"{one.service}.events") if hears_others(one) else None, rebuilt.get(name), uuid4())
        for name, one in sorted(projections.items(), key=lambda item: (item[1].service, item[0]))
        if one.models
    ]


def hears_others(projection: Projection) -> bool:
    return any(events[one].service != projection.service for one in projection.types)


def last_rebuilds() -> dict[str, JobRun]:
    """The newest of each read model."""
    found: dict[str, JobRun] = {}
    for run in JobRun.objects.filter(job=REBUILD).order_by("-pk")[:REMEMBERED]:
        found.setdefault(str(of_arguments(run.arguments).get("read_model")), run)
    return found


def audit() -> dict[str, Any]:
    """The last one that left its findings, the broken ones first."""
    run = last(AUDIT)
    rows = report(run)
    going = JobRun.objects.filter(job=AUDIT, state__in=LIVE).order_by("-pk").first()
    return {
        "audit": run,
        "audit_going": going,
        "broken": [row for row in rows if row[3]],
        "whole": [row for row in rows if not row[3]],
    }


@frame.staff(SEE, CHANGE)
@require_POST
def rebuild(request: HttpRequest, name: str) -> HttpResponse:
    if name not in projections:
        messages.error(request, _("There is no read model of this name."))
        return redirect("console:read-models")
    return started(request, REBUILD, {"read_model": name}, "rebuild", name)


@frame.staff(SEE, CHANGE)
@require_POST
def audit_now(request: HttpRequest) -> HttpResponse:
    return started(request, AUDIT, {}, "start", AUDIT)


def started(request: HttpRequest, job: str, arguments: dict[str, Any], action: str, about: str) -> HttpResponse:
    """Leads to the run; the same button pressed twice, to the same."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return redirect("console:read-models")
    token = form.cleaned_data["token"]
    with log.transaction():
        if not JobRun.objects.filter(key=token).exists():
            operators.acted(request, action, about=about)
        run = slots.start(job, arguments, frame.actor(request), key=token)
    return redirect("console:job", run.pk)
