"""Schedules as staff make them, and beat's own rows, which nothing but this file writes.

Beat's `PeriodicTask` could run any task with any arguments; ours only ever says `slots.wake` and a schedule's name.
Each is saved, not updated: `queryset.update()` is not noticed by beat.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from apps.backbone import clock
from apps.backbone.log import writer
from apps.backbone.models import JobRun, Schedule
from apps.backbone.slots import ledger, times
from apps.backbone.slots.registry import Job, find, registered
from apps.backbone.slots.running import start

WAKE = "slots.wake"
QUEUE = "jobs"


def create(
    name: str,
    job: str,
    cron: str,
    *,
    arguments: Mapping[str, Any] | None = None,
    time_zone: str = "",
    if_missed: str = Schedule.Missed.SKIP,
    grace_seconds: int = 300,
) -> Schedule:
    """A schedule for a registered job, from now on. Raises NoSuchJob, ArgumentsRefused or CronRefused."""
    schedule = Schedule(name=name, job=job, created_at=clock.now(), settled_at=clock.now())
    return edit(
        schedule,
        cron=cron,
        arguments=arguments or {},
        time_zone=time_zone or settings.TIME_ZONE,
        if_missed=if_missed,
        grace_seconds=grace_seconds,
    )


def edit(
    schedule: Schedule, *, cron: str, arguments: Mapping[str, Any], time_zone: str, if_missed: str, grace_seconds: int
) -> Schedule:
    """Other times count from now on: nothing that would have been due by them earlier is run or missed."""
    schedule.cron, schedule.time_zone = times.check(cron), times.check_zone(time_zone)
    schedule.arguments = find(schedule.job).write(arguments)
    schedule.if_missed, schedule.grace_seconds = if_missed, grace_seconds
    now = clock.now()
    schedule.settled_at = now
    schedule.next_at = None if schedule.paused_at else times.next_one(schedule.cron, schedule.time_zone, now)
    with writer(), transaction.atomic():
        schedule.save()
        tell_beat(schedule)
    return schedule


def pause(schedule: Schedule, actor: str, reason: str) -> None:
    """Nothing of it runs by itself until it is resumed."""
    ledger.pause(schedule, actor, reason)
    tell_beat(Schedule.objects.get(pk=schedule.pk))


def resume(schedule: Schedule) -> None:
    """From now on only: what passed meanwhile is written down, and nothing of it starts."""
    ledger.resume(schedule)
    tell_beat(Schedule.objects.get(pk=schedule.pk))


def run_now(schedule: Schedule, actor: str, key: UUID | None = None) -> JobRun:
    """The schedule's job with its arguments, beside its slots."""
    return start(schedule.job, msgspec.json.decode(schedule.arguments), actor, schedule=schedule, key=key)


def tell_beat(schedule: Schedule) -> None:
    """Make beat's row say what ours says."""
    times_of_wakes = _beat_times(schedule)
    task = PeriodicTask.objects.filter(name=schedule.name).first() or PeriodicTask(name=schedule.name)
    task.task, task.queue = WAKE, QUEUE
    task.args, task.kwargs = "[]", msgspec.json.encode({"schedule_name": schedule.name}).decode()
    task.crontab = times_of_wakes if isinstance(times_of_wakes, CrontabSchedule) else None
    task.interval = times_of_wakes if isinstance(times_of_wakes, IntervalSchedule) else None
    task.enabled = schedule.paused_at is None
    task.expire_seconds = 60
    task.save()


def _beat_times(schedule: Schedule) -> CrontabSchedule | IntervalSchedule:
    if seconds := times.seconds_between(schedule.cron):
        fields = {"every": seconds, "period": IntervalSchedule.SECONDS}
        return IntervalSchedule.objects.filter(**fields).first() or IntervalSchedule.objects.create(**fields)
    names = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
    line = dict(zip(names, schedule.cron.split(), strict=True)) | {"timezone": ZoneInfo(schedule.time_zone)}
    return CrontabSchedule.objects.filter(**line).first() or CrontabSchedule.objects.create(**line)


def seed() -> list[Schedule]:
    """The schedules that registered jobs ask for and this shop has never had; what staff changed stays."""
    known = set(Schedule.objects.values_list("name", flat=True))
    return [_seed_one(job) for job in registered() if job.every and job.short_name not in known]


def _seed_one(job: Job) -> Schedule:
    return create(job.short_name, job.name, job.every, if_missed=job.if_missed)
