"""Schedules: which job runs when, what was missed, and what staff can do about it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.backbone import log, slots
from apps.backbone.models import JobRun, Schedule, Slot
from apps.backbone.slots import times
from apps.console import frame, lines, operators
from apps.console.languages.cron import sentence as cron_sentence
from apps.console.schedules import when
from apps.console.schedules.forms import (
    EXAMPLES,
    ArgumentsForm,
    ScheduleForm,
    TokenForm,
    of_arguments,
    of_schedule,
)
from apps.console.schedules.when import When

SEE = "django_celery_beat.view_periodictask"
CHANGE = "django_celery_beat.change_periodictask"
HISTORY = 20
OPEN = Q(state=Slot.State.MISSED)


@dataclass(frozen=True)
class Row:
    """One schedule as the list shows it."""

    schedule: Schedule
    title: Any
    sentence: str
    next: list[When]
    last: JobRun | None
    missed: int
    late: bool

    @property
    def state(self) -> str:
        if self.schedule.paused_at:
            return "paused"
        return "late" if self.late else "active"

    @property
    def needs_someone(self) -> bool:
        return self.late or bool(self.missed)


@frame.staff(SEE)
@require_GET
def schedules(request: HttpRequest) -> HttpResponse:
    rows = sorted(read(Schedule.objects.all()), key=lambda row: not row.needs_someone)
    return frame.page(
        request,
        "console/schedules/list.html",
        _("Schedules"),
        rows=rows,
        missed=sum(row.missed for row in rows),
        people=lines.names(row.schedule.paused_by for row in rows),
    )


def read(found: Any) -> list[Row]:
    counted = list(found.annotate(last_run=Max("runs__pk")))
    missed = dict(Slot.objects.filter(OPEN).order_by().values_list("schedule").annotate(Count("pk")))
    last = JobRun.objects.in_bulk([one.last_run for one in counted if one.last_run])
    late = {one.pk for one in slots.late()}
    return [
        Row(
            schedule=one,
            title=title(one.job),
            sentence=cron_sentence(one.cron),
            next=[] if one.paused_at else when.upcoming(one.cron, one.time_zone),
            last=last.get(one.last_run),
            missed=missed.get(one.pk, 0),
            late=one.pk in late,
        )
        for one in counted
    ]


def title(job: str) -> Any:
    try:
        return slots.find(job).title
    except slots.NoSuchJob:
        return job


@frame.staff(SEE)
@require_GET
def schedule(request: HttpRequest, name: str) -> HttpResponse:
    found = get_object_or_404(Schedule, name=name)
    undecided = Slot.objects.filter(schedule=found, state__in=[Slot.State.MISSED, Slot.State.PAUSED])
    history = list(found.runs.order_by("-pk")[:HISTORY])
    return frame.page(
        request,
        "console/schedules/schedule.html",
        found.name,
        row=read(Schedule.objects.filter(pk=found.pk))[0],
        schedule=found,
        arguments=of_arguments(found.arguments),
        undecided=list(undecided.order_by("-slot_at")[:HISTORY]),
        history=history,
        people=lines.names([found.paused_by, *(run.actor for run in history)]),
        token=TokenForm(),
        **when.preview(found.cron, found.time_zone),
    )


@frame.staff(SEE, to_send=CHANGE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = ScheduleForm(request.POST or None)
    arguments = arguments_form(request.POST.get("job") or slots.offered()[0].name, request.POST or None)
    if request.POST and form.is_valid() and arguments.is_valid():
        with log.transaction():
            name, cron = form.cleaned_data["name"], form.cleaned_data["cron"]
            operators.acted(request, "schedule", about=f"schedule:{name}", times=cron, job=form.cleaned_data["job"])
            slots.create(**form.cleaned_data, arguments=arguments.given())
        messages.success(request, _("The schedule is made: it runs from now on."))
        return redirect("console:schedule", form.cleaned_data["name"])
    return form_page(request, _("New schedule"), form, arguments)


@frame.staff(SEE, to_send=CHANGE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponse:
    found = get_object_or_404(Schedule, name=name)
    form = ScheduleForm(request.POST or None, schedule=found, initial=of_schedule(found))
    arguments = arguments_form(found.job, request.POST or None, initial=of_arguments(found.arguments))
    if request.POST and form.is_valid() and arguments.is_valid():
        with log.transaction():
            operators.acted(request, "reschedule", about=about(found), was=found.cron, times=form.cleaned_data["cron"])
            slots.edit(found, **form.cleaned_data, arguments=arguments.given())
        messages.success(request, _("The schedule is changed: its new times count from now on."))
        return redirect("console:schedule", found.name)
    return form_page(request, found.name, form, arguments, schedule=found)


def about(schedule: Schedule) -> str:
    """How the log names a schedule."""
    return f"schedule:{schedule.name}"


def arguments_form(job: str, given: Any, **options: Any) -> ArgumentsForm:
    for one in slots.offered():
        if one.name == job:
            return ArgumentsForm(one, given, **options)
    raise Http404


def form_page(request: HttpRequest, heading: str, form: ScheduleForm, arguments: ArgumentsForm, **more: Any) -> Any:
    return frame.page(
        request,
        "console/schedules/form.html",
        heading,
        form=form,
        arguments=arguments,
        examples=[(line, cron_sentence(line)) for line in EXAMPLES],
        **more,
    )


@frame.staff(SEE)
@require_GET
def arguments(request: HttpRequest) -> HttpResponse:
    """The fields of another job, while a schedule is being made."""
    form = arguments_form(request.GET.get("job", ""), None)
    return render(request, "console/schedules/arguments.html", {"arguments": form})


@frame.staff(SEE)
@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """What a cron line means and when it would run, while it is being typed."""
    found: dict[str, Any] = {}
    try:
        cron = times.check(request.GET.get("cron", ""))
        zone = times.check_zone(request.GET.get("time_zone", ""))
        found = when.preview(cron, zone)
    except slots.CronRefused as error:
        found = {"fault": str(error)}
    return render(request, "console/schedules/preview.html", found)
