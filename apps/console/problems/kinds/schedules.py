"""Schedules that nobody wakes, and slots that were missed and nobody has decided about."""

from django.db.models import Count, Min
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from apps.backbone import slots
from apps.backbone.models import Schedule, Slot
from apps.console.problems.kind import Kind, Problem, Remedy, address


def count() -> int:
    """Schedules, however many slots each has missed."""
    return len(missed().keys() | {one.pk for one in slots.late()})


def missed() -> dict[int, tuple[int, object]]:
    """For each schedule, how many slots were missed, and since when."""
    rows = Slot.objects.filter(state=Slot.State.MISSED).order_by().values_list("schedule")
    return {pk: (number, since) for pk, number, since in rows.annotate(Count("pk"), Min("slot_at"))}


def problems() -> list[Problem]:
    late, skipped = {one.pk for one in slots.late()}, missed()
    found = Schedule.objects.filter(pk__in=late | skipped.keys())
    return [of_schedule(one, one.pk in late, *skipped.get(one.pk, (0, None))) for one in found]


def of_schedule(schedule: Schedule, late: bool, number: int, since: object) -> Problem:
    return Problem(
        kind=KIND.name,
        state="late" if late else "missed",
        what=schedule.name,
        where=schedule.job,
        service=schedule.job.partition(".")[0],
        since=schedule.next_at if late else since,  # type: ignore[arg-type]
        number=1,
        why=why(late, number),
        link=address("console:schedule", schedule.name),
        remedy=Remedy(_("Look") if late else _("Run or ignore"), link=address("console:schedule", schedule.name)),
    )


def why(late: bool, number: int) -> str:
    if late:
        return _("Its time has passed and nothing has started it: is beat alive?")
    said = ngettext("%(number)d slot was missed: run it or ignore it.", "%(number)d slots were missed.", number)
    return said % {"number": number}


KIND = Kind(
    name="schedules",
    title=gettext_lazy("Late or missed schedules"),
    icon="event_busy",
    good=gettext_lazy("Every schedule ran when it was due."),
    permission="django_celery_beat.view_periodictask",
    count=count,
    problems=problems,
)
