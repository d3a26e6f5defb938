"""The template tags of schedules and jobs: who did it, how long it took, how soon it comes."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import template
from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.backbone import clock
from apps.backbone.models import JobRun
from apps.console import show

register = template.Library()

MINUTE = timedelta(minutes=1)


@register.filter
def named(people: Mapping[str, str], actor: str) -> str:
    """`people|named:"user:7"`; nothing if nobody is known by it."""
    return people.get(actor, "")


@register.filter
def duration(passed: timedelta | None) -> str:
    """`20 ms`, `3.2 s`, `1:02:03`."""
    if passed is None:
        return "–"
    seconds = passed.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if passed < MINUTE else str(timedelta(seconds=round(seconds)))


@register.filter
def took(run: JobRun) -> timedelta | None:
    """Until now, while it runs."""
    return (run.ended_at or clock.now()) - run.started_at if run.started_at else None


@register.filter
def on_its_clock(local: datetime) -> SafeString:
    """`Sun 2027-03-28 03:00`, in whatever zone it is said."""
    said = f"{formats.date_format(local, 'D')} {local:%Y-%m-%d %H:%M}{local.strftime(':%S') if local.second else ''}"
    return show.timed(local, said)


@register.filter
def soon(moment: datetime) -> SafeString:
    """`in 42 s`, and longer waits as the console says them everywhere."""
    left = moment - clock.now()
    close = timedelta() < left < MINUTE
    said = _("in %(seconds)d s") % {"seconds": left.total_seconds()} if close else show.ago(moment)
    return show.timed(moment, said)
