"""Jobs: long work as staff follow it: how far it is, what it says, its report, and stopping or resuming it."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.backbone import clock, log, slots
from apps.backbone.models import JobReportPart, JobRun
from apps.console import frame, lines, operators, paging
from apps.console.languages import docstrings
from apps.console.runs import beginning, sent
from apps.console.runs.beginning import named
from apps.console.schedules.forms import TokenForm, of_arguments
from apps.console.schedules.pages import arguments_form, title

SEE = "backbone.view_jobrun"
CHANGE = "backbone.change_jobrun"
PER_PAGE = 50
NOTES = 100
LIVE = (JobRun.State.QUEUED, JobRun.State.RUNNING)
STOPPED = (JobRun.State.FAILED, JobRun.State.CANCELLED)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ROUTINE = Q(actor="schedule", state=JobRun.State.DONE, columns="")
"""A scheduled run that did its work and left nothing to read."""


def views() -> dict[str, tuple[str, Q]]:
    return {
        "": (_("Worth a look"), ~ROUTINE),
        "live": (_("Running"), Q(state__in=LIVE)),
        "failed": (_("Failed"), Q(state=JobRun.State.FAILED)),
        "reports": (_("Reports"), ~Q(columns="")),
        "all": (_("All"), Q()),
    }


@frame.staff(SEE)
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """Newest first, by key: the last page costs what the first does."""
    chosen = request.GET.get("view", "")
    known = views()
    _word, wanted = known.get(chosen, known[""])
    found = JobRun.objects.filter(wanted).defer("traceback", "arguments", "cursor")
    if job := request.GET.get("job", "").replace("\x00", ""):
        found = found.filter(job=job)
    page = paging.page(request, found, size=PER_PAGE)
    return frame.page(
        request,
        "console/jobs/list.html",
        _("Jobs"),
        rows=[(row, title(row.job), took(row)) for row in page.rows],
        page=page,
        live=not request.GET.get(paging.OLDER),
        views=[(name, word, name == chosen) for name, (word, _q) in known.items()],
        chosen=chosen,
        job=job,
        people=lines.names(row.actor for row in page.rows) | {"schedule": _("schedule")},
        startable=slots.offered(),
    )


def took(run: JobRun) -> timedelta | None:
    if run.started_at is None:
        return None
    return (run.ended_at or clock.now()) - run.started_at


@frame.staff(SEE)
@require_GET
def job(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(JobRun.objects.select_related("schedule"), pk=run_id)
    return frame.page(
        request,
        "console/jobs/job.html",
        str(title(run.job)),
        **standing(run),
        **messages_of(request, run),
        **report_page(run, request.GET.get("part", "")),
    )


def messages_of(request: HttpRequest, run: JobRun) -> dict[str, Any]:
    """Whether it has sent any, or may yet; or which permission is missing to see them."""
    against = frame.lack(request.user, *sent.SEE)
    over = run.state not in LIVE
    return {"unseen": against, "sends": not against and (not over or sent.any_of(run)), "over": over}


def standing(run: JobRun) -> dict[str, Any]:
    """What changes while it runs."""
    notes = list(run.notes.order_by("-pk")[:NOTES])
    return {
        "run": run,
        "live": run.state in LIVE,
        "stopped": run.state in STOPPED,
        "gone": "" if registered(run.job) else _("No job of this name is registered any more."),
        "story": story(run),
        "clockwork": beginning.clockwork(run),
        "deed": beginning.deed(run),
        "waits": beginning.waits(run),
        "arguments": of_arguments(run.arguments),
        "took": took(run),
        "speed": speed(run),
        "notes": notes,
        "slot": run.slots.order_by("-slot_at").first(),
        "people": lines.names([run.actor, run.cancel_asked_by]) | {"schedule": _("schedule")},
    }


def story(run: JobRun) -> str:
    """What a run that stopped before its end has done, and where it would go on."""
    if run.state not in STOPPED:
        return ""
    if not run.done:
        return _("It had done nothing yet.")
    told = {"done": run.done, "total": run.total}
    done = _("It had done %(done)d of %(total)d.") % told if run.total else _("It had done %(done)d.") % told
    where = _("That stays done; it can go on from there.") if run.cursor else _("That stays done.")
    return f"{done} {where}"


def registered(name: str) -> bool:
    return any(one.name == name for one in slots.registered())


def speed(run: JobRun) -> dict[str, Any]:
    """Items a second, and how long the rest takes at that."""
    passed = took(run)
    if run.state != JobRun.State.RUNNING or not run.done or not passed:
        return {}
    rate = run.done / passed.total_seconds()
    left = timedelta(seconds=(run.total - run.done) / rate) if run.total and run.total > run.done else None
    return {"rate": rate, "left": left}


def report_page(run: JobRun, asked: str) -> dict[str, Any]:
    """One part of the report, five hundred rows or so."""
    if not run.columns:
        return {}
    part = int(asked) if asked.isdecimal() else 0
    found = JobReportPart.objects.filter(run=run, number=part).first()
    last = run.report_parts.count() - 1
    return {
        "columns": msgspec.json.decode(run.columns),
        "report": msgspec.json.decode(found.rows) if found else [],
        "part": part,
        "earlier": part - 1 if part > 0 else None,
        "later": part + 1 if part < last else None,
    }


@frame.staff(SEE)
@require_GET
def now(request: HttpRequest, run_id: int) -> HttpResponse:
    """The part that changes. Once the run has ended the whole page comes again, with its report."""
    run = get_object_or_404(JobRun.objects.select_related("schedule"), pk=run_id)
    found = standing(run)
    response = render(request, "console/jobs/now.html", found)
    if not found["live"]:
        response.headers["HX-Refresh"] = "true"
    return response


@frame.staff(SEE)
@require_GET
def report_file(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(JobRun.objects.exclude(columns=""), pk=run_id)
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(map(harmless, msgspec.json.decode(run.columns)))
    sheet.writerows(map(harmless, row) for row in report_rows(run.report_parts.order_by("number")))
    name = f"{run.job.partition('.')[2]}-{run.created_at:%Y-%m-%d}-{run.pk}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(written.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


def report_rows(parts: QuerySet[JobReportPart]) -> Iterator[list[Any]]:
    for part in parts.iterator(chunk_size=10):
        yield from msgspec.json.decode(part.rows)


def harmless(cell: Any) -> Any:
    """A spreadsheet takes text that begins like a formula for one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


@frame.staff(SEE, to_send=CHANGE)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, name: str) -> HttpResponse:
    form, token = arguments_form(name, request.POST or None), TokenForm(request.POST or None)
    if request.POST and form.is_valid() and token.is_valid():
        return redirect("console:job", begin(request, name, form.given(), token.cleaned_data["token"]).pk)
    return frame.page(
        request, "console/jobs/start.html", str(form.job.title), arguments=form, token=token, about=about(form.job)
    )


def begin(request: HttpRequest, name: str, given: dict[str, Any], key: UUID) -> JobRun:
    """A second press of the same button starts nothing more, and is no second act."""
    with log.transaction():
        known = JobRun.objects.filter(key=key).first()
        if known:
            return known
        operators.acted(request, "start", about=f"job:{name}", **given)
        return slots.start(name, given, frame.actor(request), key=key)


def about(job: slots.Job) -> str:
    """What the job's own words say about it and its arguments."""
    return " ".join(text for one in (job.function, job.arguments) if one and (text := docstrings.said(one)))


@frame.staff(CHANGE)
@require_POST
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(JobRun, pk=run_id)
    with log.transaction():
        asked = slots.cancel(run_id, frame.actor(request))
        if asked:
            operators.acted(request, "cancel", about=named(run), done=run.done)
    if asked:
        messages.success(request, _("The job was asked to stop. What it has done stays done."))
    else:
        messages.info(request, _("The job has ended already."))
    return redirect("console:job", run_id)


@frame.staff(CHANGE)
@require_POST
def run_again(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(JobRun, pk=run_id)
    with log.transaction():
        queued = slots.run_again(run_id, frame.actor(request))
        if queued:
            operators.acted(request, "resume" if run.cursor else "retry", about=named(run), done=run.done)
    if not queued:
        messages.info(request, _("The job is running, or has done its work."))
    return redirect("console:job", run_id)
