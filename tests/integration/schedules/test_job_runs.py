"""A run is picked up, followed, cancelled, resumed; what failed keeps its reason."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from apps.backbone import clock, slots
from apps.backbone.models import JobRun
from apps.backbone.slots import ArgumentsRefused, NoSuchJob
from tests.integration.schedules.works import Killed, ran

pytestmark = pytest.mark.django_db

START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
KEY = UUID("019a0000-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    ran.clear()
    with clock.at(START):
        yield


def later(**passed: float) -> list[int]:
    with clock.at(START + timedelta(**passed)):
        return slots.due()


def finished(run: JobRun) -> JobRun:
    slots.run_job(run.pk)
    return JobRun.objects.get(pk=run.pk)


def killed(run: JobRun) -> None:
    with pytest.raises(Killed):
        slots.run_job(run.pk)


def test_a_committed_run_is_offered_until_it_is_taken():
    run = slots.start("works.tick", actor="user:7")

    assert (later(), later(seconds=5), later(seconds=31)) == ([run.pk], [], [run.pk])
    assert finished(run).state == "done"
    assert later(minutes=5) == []


def test_a_run_is_taken_once():
    run = slots.start("works.tick")

    slots.run_job(run.pk)
    slots.run_job(run.pk)

    assert ran == ["tick"]


def test_a_form_sent_twice_starts_one_run():
    first = slots.start("works.tick", actor="user:7", key=KEY)
    second = slots.start("works.tick", actor="user:7", key=KEY)

    assert first == second
    assert JobRun.objects.count() == 1


def test_a_killed_run_goes_on_from_its_cursor():
    run = slots.start("works.count", {"upto": "4"})
    killed(run)

    assert later(seconds=40) == []
    assert later(seconds=46) == [run.pk]
    after = finished(run)

    assert ran == ["0", "1", "2", "3"]
    assert (after.state, after.tries, after.done, after.total) == ("done", 2, 4, 4)
    assert after.summary == "counted to 4"


def test_a_killed_run_that_must_not_run_twice_has_failed():
    run = slots.start("works.charge")
    killed(run)

    assert later(seconds=61) == []

    after = JobRun.objects.get(pk=run.pk)
    assert (after.state, after.error) == ("failed", "The process that ran it was lost.")


def test_a_process_whose_run_was_taken_away_writes_nothing_more():
    run = slots.start("works.robbed")

    slots.run_job(run.pk)

    after = JobRun.objects.get(pk=run.pk)
    assert ran == []
    assert (after.state, after.tries, after.notes.count()) == ("running", 2, 0)


def test_a_failed_run_keeps_its_error_its_place_and_what_it_had_reported():
    run = finished(slots.start("works.divide"))

    assert (run.state, run.error) == ("failed", "ZeroDivisionError: division by zero")
    assert "works.py" in run.traceback
    assert (run.row_count, run.report_parts.count()) == (1200, 3)


def test_a_failed_run_can_be_run_again():
    run = finished(slots.start("works.divide"))

    assert slots.run_again(run.pk, "user:9")
    assert not slots.run_again(run.pk, "user:9")

    again = JobRun.objects.get(pk=run.pk)
    assert (again.state, again.actor, again.error) == ("queued", "user:9", "")


def test_a_queued_run_that_is_cancelled_never_begins():
    run = slots.start("works.tick")

    assert slots.cancel(run.pk, "user:7")

    assert finished(run).state == "cancelled"
    assert ran == []
    assert not slots.cancel(run.pk, "user:7")


def test_a_running_job_hears_that_someone_asked_to_stop():
    after = finished(slots.start("works.endless"))

    assert (after.state, after.cancel_asked_by) == ("cancelled", "user:7")


def test_what_is_not_registered_or_does_not_fit_is_refused():
    with pytest.raises(NoSuchJob):
        slots.start("works.nothing")
    with pytest.raises(ArgumentsRefused, match="upto"):
        slots.start("works.count", {"upto": 0})

    assert JobRun.objects.count() == 0


def test_a_run_of_a_job_that_is_gone_says_so():
    run = JobRun.objects.create(job="works.gone", actor="system", created_at=START)

    after = finished(run)

    assert (after.state, after.error) == ("failed", "NoSuchJob: works.gone")
