"""Cron lines: which instants they mean, in UTC, and what they say to people.

Cron lines live in a time zone and clocks are put forward and back, so instants come from cronsim, which does as
Debian's cron does: a fixed time that the clocks skip happens right after the gap, one that they repeat happens once;
`*/10 * * * *` goes on every ten minutes throughout. Celery's crontab is asked only whether it can read the line too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from celery.schedules import ParseException, crontab
from cron_descriptor import FormatException, MissingFieldException, Options, get_description
from cronsim import CronSim, CronSimError
from django.utils.translation import gettext as _

EVERY_SECONDS = re.compile(r"\*/(5|6|10|12|15|20|30) \* \* \* \* \*")
CLOCK_CHANGE = timedelta(hours=3)
"""More than any clock is put back: a reverse search starts this much later and drops what is not due yet."""


A_YEAR = 366


class CronRefused(ValueError):
    """Not a cron line that a schedule can have."""


def check(cron: str) -> str:
    """The line with single blanks; raises CronRefused with a sentence for people."""
    line = " ".join(cron.split())
    fields = line.split()
    if EVERY_SECONDS.fullmatch(line):
        return line
    if len(fields) == 6:
        raise CronRefused(_("Seconds can only be given as */5, */6, */10, */12, */15, */20 or */30 before five stars."))
    if len(fields) != 5:
        raise CronRefused(_("Five fields are needed: minute, hour, day of month, month, day of week."))
    if wrong := [field for field in fields if re.search(r"[^0-9*/,\-]", field)]:
        raise CronRefused(_("Only digits and * / , - can be used, not “%(field)s”.") % {"field": wrong[0]})
    if not fields[2].startswith("*") and not fields[4].startswith("*"):
        raise CronRefused(_("Choose days of the month or days of the week, not both."))
    _read(line)
    return line


def check_zone(name: str) -> str:
    """The zone's name; raises CronRefused with a sentence for people."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CronRefused(_("There is no time zone “%(name)s”.") % {"name": name}) from None
    return name


def _read(line: str) -> None:
    try:
        next(CronSim(line, datetime(2000, 1, 1, tzinfo=UTC)))
        crontab(*line.split())
    except CronSimError as error:
        raise CronRefused(_("This line cannot be read: %(reason)s.") % {"reason": error}) from None
    except StopIteration:
        raise CronRefused(_("This time never comes.")) from None
    except (ParseException, ValueError) as error:
        raise CronRefused(_("This line cannot be read: %(reason)s.") % {"reason": error}) from None


def seconds_between(cron: str) -> int | None:
    """The interval of a line with seconds; None for the others."""
    found = EVERY_SECONDS.fullmatch(cron)
    return int(found[1]) if found else None


def following(cron: str, zone: str, after: datetime) -> Iterator[datetime]:
    """The instants after `after`, in order, in UTC."""
    for local in CronSim(cron, after.astimezone(ZoneInfo(zone))):
        instant = local.astimezone(UTC)
        if instant > after:
            yield instant


def next_one(cron: str, zone: str, after: datetime) -> datetime | None:
    return next(following(cron, zone, after), None)


def between(cron: str, zone: str, after: datetime, until: datetime, limit: int) -> list[datetime]:
    """The newest instants in `(after, until]`, newest first, at most `limit`."""
    found: list[datetime] = []
    for local in CronSim(cron, (until + CLOCK_CHANGE).astimezone(ZoneInfo(zone)), reverse=True):
        instant = local.astimezone(UTC)
        if instant <= after or len(found) == limit:
            break
        if instant <= until:
            found.append(instant)
    return found


@dataclass(frozen=True)
class ClockChange:
    """What clocks that are put forward or back do to one instant of a cron line."""

    kind: Literal["skipped", "once", "first", "second"]
    """`skipped`: the time does not exist. It comes twice: runs `once`, or both times, and this is the `first` or
    `second`."""
    wall: datetime
    """The time on the line, without a zone."""


def clock_change(cron: str, zone: str, instant: datetime) -> ClockChange | None:
    """Nothing for an instant whose clock says what the line says, once that day."""
    here = instant.astimezone(ZoneInfo(zone))
    if seconds_between(cron):
        return None
    if here.utcoffset() != here.replace(fold=1 - here.fold).utcoffset():
        return ClockChange(_times_it_runs(cron, zone, here), _wall(here))
    skipped = _skipped(cron, here)
    return ClockChange("skipped", skipped) if skipped else None


def _wall(local: datetime) -> datetime:
    return local.replace(tzinfo=None, fold=0)


def _times_it_runs(cron: str, zone: str, here: datetime) -> Literal["once", "first", "second"]:
    other = here.replace(fold=1 - here.fold).astimezone(UTC)
    if next_one(cron, zone, other - timedelta(seconds=1)) != other:
        return "once"
    return "second" if here.fold else "first"


def _skipped(cron: str, here: datetime) -> datetime | None:
    """The time that the clocks jumped over, if that is why the line runs at this one."""
    zone, wall = here.tzinfo, _wall(here)
    if next(CronSim(cron, wall - timedelta(minutes=1)), None) == wall:
        return None
    for due in takewhile(lambda one: one < wall, CronSim(cron, wall - CLOCK_CHANGE)):
        if _wall(due.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)) != due:
            return due
    return None


def next_clock_change(cron: str, zone: str, after: datetime) -> tuple[datetime, ClockChange] | None:
    """The first instant of the line, within a year, that a change of the clocks touches."""
    for day in _days_of_change(zone, after):
        for instant in following(cron, zone, day):
            if instant >= day + timedelta(days=1):
                break
            if change := clock_change(cron, zone, instant):
                return instant, change
    return None


def _days_of_change(zone: str, after: datetime) -> Iterator[datetime]:
    """Days at whose end the clocks of the zone are not what they were at their beginning."""
    for number in range(A_YEAR):
        day = (after + timedelta(days=number)).astimezone(ZoneInfo(zone))
        if day.utcoffset() != (day.astimezone(UTC) + timedelta(days=1)).astimezone(ZoneInfo(zone)).utcoffset():
            yield day.astimezone(UTC)


def sentence(cron: str) -> str:
    """`At 03:00` for `0 3 * * *`."""
    options = Options()
    options.use_24hour_time_format = True
    options.locale_code = "en_US"
    try:
        return str(get_description(cron, options))
    except (FormatException, MissingFieldException, ValueError):
        return cron


def time_zones() -> list[str]:
    """The zones that a schedule can be in."""
    areas = [name for name in available_timezones() if "/" in name and not name.startswith("Etc/")]
    return ["UTC", *sorted(areas)]
