"""T36 on real PostgreSQL: beats, workers and people that race, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from apps.backbone import clock, slots
from apps.backbone.models import JobRun, Slot
from tests.integration.schedules.works import ran

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
LANES = 8


def race(act: Callable[[int], Any], at: datetime) -> list[Any]:
    """Eight at once; what each of them got."""
    barrier = Barrier(LANES)

    def run(lane: int) -> Any:
        try:
            barrier.wait(timeout=30)
            with clock.at(at):
                return act(lane)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(LANES) as pool:
        return list(pool.map(run, range(LANES)))


@pytest.fixture(autouse=True)
def tick() -> None:
    ran.clear()
    with clock.at(NOON):
        slots.create("tick", "works.tick", "* * * * *", time_zone="UTC")


def test_a_slot_that_many_beats_wake_is_run_once():
    for minute in range(1, 11):
        race(lambda _lane: slots.wake("tick"), NOON + timedelta(minutes=minute))

    assert ran == ["tick"] * 10
    assert [slot.state for slot in Slot.objects.all()] == ["claimed"] * 10
    assert {run.state for run in JobRun.objects.all()} == {"done"}


def test_a_run_that_many_workers_are_handed_is_carried_out_once():
    run = slots.start("works.tick")

    race(lambda _lane: slots.run_job(run.pk), NOON)

    assert ran == ["tick"]


def test_of_many_who_decide_about_a_missed_slot_one_does():
    with clock.at(NOON + timedelta(hours=1)):
        missed = Slot.objects.create(
            schedule_id=slots.create("third", "works.tick", "0 * * * *").pk,
            slot_at=NOON,
            state=Slot.State.MISSED,
            recorded_at=NOON,
        )

    decided = race(lambda lane: slots.run_missed(missed.pk, f"user:{lane}") or slots.ignore(missed.pk, "x"), NOON)

    assert sum(bool(one) for one in decided) == 1


def test_a_killed_run_is_taken_back_once():
    run = slots.start("works.count", {"upto": 2})
    JobRun.objects.filter(pk=run.pk).update(state="running", tries=1, lease_until=NOON)

    offered = race(lambda _lane: slots.due(), NOON + timedelta(seconds=1))

    assert [ids for ids in offered if ids] != []
    race(lambda _lane: slots.run_job(run.pk), NOON + timedelta(seconds=2))
    assert ran == ["0", "1"]
    assert JobRun.objects.get(pk=run.pk).tries == 2
