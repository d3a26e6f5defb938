"""The ledger of slots: each due time of each schedule is claimed once, or written down as missed.

Beat may wake a schedule twice, late, or never. A wake only asks what is due; the answer comes from the schedule's row,
under its lock, and `UNIQUE(schedule, slot_at)` stands behind it. A slot that is later than its grace was missed: it is
listed, and run only if the schedule says `once` or a person says so. Never more than one run starts from a wake.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from apps.backbone import clock
from apps.backbone.log import writer
from apps.backbone.models import JobRun, Schedule, Slot
from apps.backbone.slots import running, times

logger = structlog.get_logger(__name__)

ONE_BY_ONE = 20
"""More missed slots than this in one gap share a row."""
WAKE_SECONDS = 10
"""A schedule that nobody has woken for so long is woken by `due`."""
OFFER_AGAIN = timedelta(seconds=30)
AT_ONCE = 100

ASLEEP = gettext_noop("nothing was awake to run it")
OVERTAKEN = gettext_noop("the run before it had not ended")


def wake(schedule_name: str) -> None:
    """What beat sends: claim the slot that is due, and run it here."""
    run = settle(schedule_name)
    if run:
        running.run_job(run.pk)


def settle(schedule_name: str) -> JobRun | None:
    """Account for every slot up to now; returns the run of the one that is to take effect, if there is one."""
    now = clock.now()
    with writer(), transaction.atomic():
        schedule = Schedule.objects.select_for_update().filter(name=schedule_name, paused_at=None).first()
        if schedule is None:
            return None
        passed = _passed(schedule, now)
        run = _take(schedule, passed, now) if passed else None
        _settled(schedule, now)
    return run


def _passed(schedule: Schedule, now: datetime) -> list[datetime]:
    """The slots since the schedule was last settled, newest first; one more than are listed one by one."""
    since = min(schedule.settled_at, now)  # the clock may have been wrong: the claim itself tells what is done
    return times.between(schedule.cron, schedule.time_zone, since, now, ONE_BY_ONE + 2)


def _take(schedule: Schedule, passed: Sequence[datetime], now: datetime) -> JobRun | None:
    newest, *older = passed
    in_time = now - newest <= timedelta(seconds=schedule.grace_seconds)
    busy = schedule.runs.filter(state__in=[running.QUEUED, running.RUNNING]).exists()
    if busy or not (in_time or schedule.if_missed == Schedule.Missed.ONCE):
        _write_down(schedule, passed, Slot.State.MISSED, OVERTAKEN if busy else ASLEEP)
        return None
    _write_down(schedule, older, Slot.State.MISSED, ASLEEP)
    slot, claimed = Slot.objects.get_or_create(
        schedule=schedule, slot_at=newest, defaults={"state": Slot.State.CLAIMED, "recorded_at": now}
    )
    return _begin(slot, "schedule") if claimed else None


def _begin(slot: Slot, actor: str) -> JobRun:
    """A queued run for a claimed slot. It counts as offered: whoever claims a slot runs it."""
    schedule = slot.schedule
    run = JobRun.objects.create(
        job=schedule.job,
        arguments=schedule.arguments,
        actor=actor,
        schedule=schedule,
        created_at=clock.now(),
        handed_at=clock.now(),
    )
    Slot.objects.filter(pk=slot.pk).update(run=run)
    return run


def _write_down(schedule: Schedule, slots: Sequence[datetime], state: Slot.State, reason: str) -> None:
    """Newest first. A long gap becomes one row, which begins where the schedule was last settled."""
    since = None
    if len(slots) > ONE_BY_ONE:
        since = times.next_one(schedule.cron, schedule.time_zone, schedule.settled_at)
        slots = slots[:1]
    for slot_at in slots:
        Slot.objects.get_or_create(
            schedule=schedule,
            slot_at=slot_at,
            defaults={"state": state, "reason": reason[:250], "since_at": since, "recorded_at": clock.now()},
        )


def _settled(schedule: Schedule, now: datetime) -> None:
    schedule.settled_at = now
    schedule.next_at = times.next_one(schedule.cron, schedule.time_zone, now)
    schedule.save(update_fields=["settled_at", "next_at"])


def due(*, at_once: bool = False) -> list[int]:
    """The runs that want a worker now, each offered at most every 30 seconds. The relay asks every other second.

    `at_once` offers all that are queued: the broker that had them has lost its memory. It also takes back what dead
    processes held, and settles schedules whose wake was lost or whose beat is gone.
    """
    now = clock.now()
    running.take_back(now)
    for name in _unwoken(now):
        run = settle(name)
        if run:
            JobRun.objects.filter(pk=run.pk).update(handed_at=None)
    waiting = JobRun.objects.filter(Q() if at_once else _offered_long_ago(now), state=running.QUEUED)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if ids:
        JobRun.objects.filter(pk__in=ids).update(handed_at=now)
    return ids


def _unwoken(now: datetime) -> list[str]:
    late = Schedule.objects.filter(paused_at=None, next_at__lt=now - timedelta(seconds=WAKE_SECONDS))
    return list(late.values_list("name", flat=True))


def _offered_long_ago(now: datetime) -> Q:
    return Q(handed_at=None) | Q(handed_at__lt=now - OFFER_AGAIN)


def late() -> list[Schedule]:
    """Schedules whose next slot has passed by more than their grace and a minute: nobody wakes them."""
    now = clock.now()
    behind = Schedule.objects.filter(paused_at=None, next_at__lt=now - timedelta(minutes=1))
    return [one for one in behind if one.next_at and one.next_at < now - timedelta(seconds=60 + one.grace_seconds)]


def pause(schedule: Schedule, actor: str, reason: str) -> None:
    """Nothing of it runs by itself until it is resumed."""
    now = clock.now()
    Schedule.objects.filter(pk=schedule.pk, paused_at=None).update(
        paused_at=now, paused_by=actor, paused_reason=reason, next_at=None
    )


def resume(schedule: Schedule) -> None:
    """From now on only: what passed meanwhile is written down, and nothing of it starts."""
    now = clock.now()
    with writer(), transaction.atomic():
        held = Schedule.objects.select_for_update().get(pk=schedule.pk)
        if held.paused_at is None:
            return
        _write_down(held, _passed(held, now), Slot.State.PAUSED, held.paused_reason)
        held.paused_at, held.paused_by, held.paused_reason = None, "", ""
        held.save(update_fields=["paused_at", "paused_by", "paused_reason"])
        _settled(held, now)


def run_missed(slot_id: int, actor: str) -> JobRun | None:
    """Run a slot that was missed or passed while paused; None if someone else has decided about it."""
    with writer(), transaction.atomic():
        if not _undecided(slot_id).update(state=Slot.State.CLAIMED, decided_by=actor):
            return None
        run = _begin(Slot.objects.select_related("schedule").get(pk=slot_id), actor)
        JobRun.objects.filter(pk=run.pk).update(handed_at=None)
    return run


def ignore(slot_id: int, actor: str) -> bool:
    """Take a missed slot off the list; False if someone else has decided about it."""
    return bool(_undecided(slot_id).update(state=Slot.State.IGNORED, decided_by=actor))


def _undecided(slot_id: int) -> QuerySet[Slot]:
    return Slot.objects.filter(pk=slot_id, state__in=[Slot.State.MISSED, Slot.State.PAUSED])
