"""What staff do about a schedule: run it now, pause and resume it, decide about what was missed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST

from apps.backbone import log, slots
from apps.backbone.models import JobRun, Schedule, Slot
from apps.console import frame, operators
from apps.console.schedules.forms import PauseForm, TokenForm
from apps.console.schedules.pages import CHANGE, OPEN, about

AT_ONCE = 100
"""More missed slots than this are decided about in several goes."""


@frame.staff(CHANGE)
@require_POST
def run_now(request: HttpRequest, name: str) -> HttpResponse:
    found = get_object_or_404(Schedule, name=name)
    form = TokenForm(request.POST)
    if not form.is_valid():
        return redirect("console:schedule", name)
    key = form.cleaned_data["token"]
    with log.transaction():
        if not JobRun.objects.filter(key=key).exists():
            operators.acted(request, "run-now", about=about(found))
        run = slots.run_now(found, frame.actor(request), key=key)
    return redirect("console:job", run.pk)


@frame.staff(CHANGE)
@require_POST
def pause(request: HttpRequest, name: str) -> HttpResponse:
    found, form = get_object_or_404(Schedule, name=name), PauseForm(request.POST)
    if found.paused_at:
        messages.info(request, _("%(name)s is paused already.") % {"name": name})
    elif form.is_valid():
        with log.transaction():
            operators.acted(request, "pause", about=about(found), reason=form.cleaned_data["reason"])
            slots.pause(found, frame.actor(request), form.cleaned_data["reason"])
        messages.success(request, _("%(name)s is paused: nothing of it runs by itself.") % {"name": name})
    else:
        messages.error(request, _("Say why: the reason is shown while it is paused."))
    return redirect("console:schedule", name)


@frame.staff(CHANGE)
@require_POST
def resume(request: HttpRequest, name: str) -> HttpResponse:
    found = get_object_or_404(Schedule, name=name)
    if found.paused_at:
        with log.transaction():
            operators.acted(request, "resume", about=about(found))
            slots.resume(found)
    said = _("%(name)s goes on with its next slot; what passed meanwhile is not run.") % {"name": name}
    messages.success(request, said)
    return redirect("console:schedule", name)


@frame.staff(CHANGE)
@require_POST
def run_slots(request: HttpRequest, name: str) -> HttpResponse:
    """One (`slot`), or all that this schedule has missed: a run for each."""
    found = get_object_or_404(Schedule, name=name)
    with log.transaction():
        runs = [run for slot in named(request, found) if (run := slots.run_missed(slot, frame.actor(request)))]
        if runs:
            operators.acted(request, "run-missed", about=about(found), runs=len(runs))
    if len(runs) == 1:
        return redirect("console:job", runs[0].pk)
    said = ngettext("%(number)d missed slot runs now.", "%(number)d missed slots run now.", len(runs))
    messages.info(request, said % {"number": len(runs)} if runs else _("Somebody else has decided about this slot."))
    return redirect("console:schedule", name)


@frame.staff(CHANGE)
@require_POST
def ignore_slots(request: HttpRequest, name: str) -> HttpResponse:
    """One (`slot`), or all that this schedule has missed."""
    found = get_object_or_404(Schedule, name=name)
    with log.transaction():
        done = sum(slots.ignore(slot, frame.actor(request)) for slot in named(request, found))
        if done:
            operators.acted(request, "ignore-missed", about=about(found), slots=done)
    said = ngettext("%(number)d missed slot is off the list.", "%(number)d missed slots are off the list.", done)
    messages.success(request, said % {"number": done})
    return redirect("console:schedule", name)


def named(request: HttpRequest, schedule: Schedule) -> list[int]:
    """Oldest first, and of this schedule only."""
    mine = Slot.objects.filter(schedule=schedule).order_by("slot_at")
    if one := request.POST.get("slot", ""):
        mine = mine.filter(pk=int(one)) if one.isdecimal() else mine.none()
    else:
        mine = mine.filter(OPEN)
    return list(mine.values_list("pk", flat=True)[:AT_ONCE])
