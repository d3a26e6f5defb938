"""When a schedule runs, as people read it: in its own zone and in theirs, with changes of the clocks marked."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.backbone import clock
from apps.backbone.slots import times
from apps.backbone.slots.times import ClockChange
from apps.console.languages.cron import sentence as cron_sentence

NEXT = 5
UTC = "UTC"


@dataclass(frozen=True)
class When:
    """One coming run."""

    instant: datetime
    clocks: list[datetime]
    """The same instant in each of `zones`."""
    mark: str
    """What a change of the clocks does to it; empty on ordinary days."""


def zones(zone: str) -> list[str]:
    """The schedule's own, then the reader's, then UTC; each once."""
    return list(dict.fromkeys([zone, timezone.get_current_timezone_name(), UTC]))


def upcoming(cron: str, zone: str, count: int = NEXT) -> list[When]:
    shown = [ZoneInfo(name) for name in zones(zone)]
    return [
        When(instant, [instant.astimezone(one) for one in shown], mark(cron, zone, instant))
        for instant in islice(times.following(cron, zone, clock.now()), count)
    ]


def mark(cron: str, zone: str, instant: datetime) -> str:
    change = times.clock_change(cron, zone, instant)
    return sentence(change, instant.astimezone(ZoneInfo(zone))) if change else ""


def sentence(change: ClockChange, local: datetime) -> str:
    """`02:30 does not exist on 2027-03-28: runs at 03:00`"""
    told = {"time": f"{change.wall:%H:%M}", "day": f"{change.wall:%Y-%m-%d}", "instead": f"{local:%H:%M}"}
    match change.kind:
        case "skipped":
            return _("%(time)s does not exist on %(day)s: runs at %(instead)s") % told
        case "once":
            return _("%(time)s comes twice on %(day)s: runs the first time only") % told
        case "first":
            return _("%(time)s comes twice on %(day)s: this is the first time") % told
    return _("%(time)s comes twice on %(day)s: this is the second time") % told


def next_change(cron: str, zone: str) -> str:
    """The next run within a year that a change of the clocks touches, in a sentence."""
    found = times.next_clock_change(cron, zone, clock.now())
    return sentence(found[1], found[0].astimezone(ZoneInfo(zone))) if found else ""


def preview(cron: str, zone: str) -> dict[str, object]:
    """What a page shows of a cron line that can be kept."""
    coming = upcoming(cron, zone)
    return {
        "sentence": cron_sentence(cron),
        "zones": zones(zone),
        "next": coming,
        "change": "" if any(one.mark for one in coming) else next_change(cron, zone),
    }
