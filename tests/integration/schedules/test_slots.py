"""Which slots take effect, which are missed, and what pausing does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django_celery_beat.models import PeriodicTask

from apps.backbone import clock, slots
from apps.backbone.models import JobRun, Schedule, Slot
from apps.backbone.slots import ArgumentsRefused, CronRefused, NoSuchJob
from tests.integration.schedules.works import ran

pytestmark = pytest.mark.django_db

START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    ran.clear()
    with clock.at(START):
        yield


def at(**later: float) -> datetime:
    return START + timedelta(**later)


def wake(instant: datetime, name: str = "tick") -> None:
    with clock.at(instant):
        slots.wake(name)


def schedule(cron: str = "0 * * * *", **options: object) -> Schedule:
    return slots.create("tick", "works.tick", cron, time_zone="UTC", **options)  # type: ignore[arg-type]


def ledger() -> list[tuple[str, str]]:
    return [(f"{one.slot_at:%d %H:%M}", one.state) for one in Slot.objects.order_by("slot_at")]


def test_a_slot_is_run_once_however_often_beat_wakes_it():
    schedule()

    wake(at(minutes=59))
    for seconds in (0, 0, 1, 59):
        wake(at(hours=1, seconds=seconds))

    assert ran == ["tick"]
    assert ledger() == [("01 13:00", "claimed")]
    assert [run.state for run in JobRun.objects.all()] == ["done"]


def test_a_clock_that_was_put_back_runs_nothing_twice():
    schedule()

    wake(at(hours=2))
    wake(at(hours=1, minutes=30))
    wake(at(hours=2, seconds=30))

    assert ran == ["tick"]
    assert ledger() == [("01 13:00", "missed"), ("01 14:00", "claimed")]


def test_after_a_sleep_the_slots_are_missed_and_none_is_run():
    schedule()

    wake(at(hours=3, minutes=30))

    assert ran == []
    assert ledger() == [("01 13:00", "missed"), ("01 14:00", "missed"), ("01 15:00", "missed")]


def test_a_schedule_that_says_once_runs_the_newest_missed_slot_only():
    schedule(if_missed="once")

    wake(at(hours=3, minutes=30))

    assert ran == ["tick"]
    assert ledger() == [("01 13:00", "missed"), ("01 14:00", "missed"), ("01 15:00", "claimed")]


def test_a_long_gap_is_one_row():
    schedule("* * * * *")

    wake(at(hours=10, seconds=5))

    newest, gap = Slot.objects.order_by("-slot_at")
    assert ran == ["tick"]
    assert (newest.slot_at, newest.state) == (at(hours=10), "claimed")
    assert (gap.since_at, gap.slot_at, gap.state) == (at(minutes=1), at(hours=9, minutes=59), "missed")


def test_a_slot_that_comes_while_the_run_before_it_goes_on_is_missed():
    kept = schedule()
    slots.run_now(kept, "user:1")

    wake(at(hours=1))

    assert ran == []
    assert [(one.state, one.reason) for one in Slot.objects.all()] == [("missed", "the run before it had not ended")]


def test_a_resumed_schedule_runs_at_its_next_slot_and_not_before():
    kept = schedule(if_missed="once")
    slots.pause(kept, "user:1", "stocktaking")
    wake(at(hours=1))

    with clock.at(at(hours=2, minutes=30)):
        slots.resume(kept)
    wake(at(hours=2, minutes=30))
    assert ran == []
    assert [(one.state, one.reason) for one in Slot.objects.all()] == [("paused", "stocktaking")] * 2

    wake(at(hours=3))
    assert ran == ["tick"]


def test_beat_hears_of_a_pause():
    kept = schedule()
    slots.pause(kept, "user:1", "stocktaking")
    assert not PeriodicTask.objects.get(name="tick").enabled

    slots.resume(kept)
    assert PeriodicTask.objects.get(name="tick").enabled


def test_beat_is_told_to_wake_and_nothing_else():
    schedule("30 3 * * 1-5")
    slots.create("often", "works.tick", "*/30 * * * * *", time_zone="UTC")

    tick, often = PeriodicTask.objects.order_by("-name")

    assert (tick.task, tick.kwargs, tick.queue) == ("slots.wake", '{"schedule_name":"tick"}', "jobs")
    assert str(tick.crontab) == "30 3 * * 1-5 (m/h/dM/MY/d) UTC"
    assert (often.crontab, often.interval.every, often.interval.period) == (None, 30, "seconds")


def test_a_missed_slot_is_run_or_ignored_by_one_person():
    schedule()
    wake(at(hours=2, minutes=30))
    first, second = Slot.objects.order_by("slot_at")

    assert slots.ignore(first.pk, "user:1")
    assert slots.run_missed(first.pk, "user:2") is None
    run = slots.run_missed(second.pk, "user:2")
    assert run is not None
    assert slots.run_missed(second.pk, "user:1") is None
    slots.run_job(run.pk)

    assert ran == ["tick"]
    assert ledger() == [("01 13:00", "ignored"), ("01 14:00", "claimed")]


def test_a_wake_that_was_lost_is_made_up_for():
    schedule()

    with clock.at(at(hours=1, seconds=5)):
        assert slots.due() == []
    with clock.at(at(hours=1, seconds=15)):
        offered = slots.due()
        assert slots.due() == []

    assert offered == [run.pk for run in JobRun.objects.all()]
    assert ledger() == [("01 13:00", "claimed")]


def test_other_times_count_from_now_on():
    kept = schedule()
    with clock.at(at(hours=5)):
        slots.edit(kept, cron="30 * * * *", arguments={}, time_zone="UTC", if_missed="once", grace_seconds=60)

    wake(at(hours=5))

    assert ran == []
    assert ledger() == []


def test_only_a_registered_job_with_its_arguments_can_be_scheduled():
    with pytest.raises(NoSuchJob):
        slots.create("x", "os.system", "* * * * *")
    with pytest.raises(ArgumentsRefused, match="does not take: shell"):
        slots.create("x", "works.tick", "* * * * *", arguments={"shell": "true"})
    with pytest.raises(ArgumentsRefused, match="Expected `int` <= 100"):
        slots.create("x", "works.count", "* * * * *", arguments={"upto": 1000})
    with pytest.raises(CronRefused, match="no time zone"):
        slots.create("x", "works.tick", "* * * * *", time_zone="Mars/Olympus")

    assert Schedule.objects.count() == 0
    assert PeriodicTask.objects.count() == 0


def test_seeding_again_leaves_what_staff_changed():
    first = {one.name for one in slots.seed()}
    Schedule.objects.filter(name="hourly").update(cron="0 4 * * *")

    assert "hourly" in first
    assert slots.seed() == []
    assert Schedule.objects.get(name="hourly").cron == "0 4 * * *"


def test_a_schedule_that_nobody_wakes_is_late():
    schedule()

    with clock.at(at(hours=1, minutes=7)):
        assert [one.name for one in slots.late()] == ["tick"]
    with clock.at(at(hours=1, minutes=3)):
        assert slots.late() == []
