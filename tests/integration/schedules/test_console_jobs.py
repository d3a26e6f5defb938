"""What the console does by the clock."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django_celery_results.models import TaskResult

from apps.backbone import clock, slots
from apps.backbone.models import Inbox, JobRun, Receipt, SagaInstance, Slot
from apps.console import jobs
from apps.console.audit.examination import INVARIANTS

pytestmark = pytest.mark.django_db

START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(START):
        yield


def ran(job: str, **arguments: Any) -> JobRun:
    run = slots.start(job, arguments)
    slots.run_job(run.pk)
    return JobRun.objects.get(pk=run.pk)


def saga(deadline: datetime | None, status: str = "running") -> UUID:
    key = uuid4()
    SagaInstance.objects.create(
        saga="checkout",
        key=key,
        status=status,
        state="{}",
        version=3,
        waits_for="payment.authorized",
        deadline=deadline,
        correlation_id=key,
        started_at=START - timedelta(hours=2),
        moved_at=START - timedelta(hours=1),
    )
    return key


def test_a_saga_past_its_deadline_is_stuck_and_says_what_it_waits_for():
    overdue, in_time, ended = saga(START), saga(START + timedelta(seconds=1)), saga(None, "completed")

    assert ran("console.saga-deadlines").summary == "1 run is stuck"

    found = {row.key: (row.status, row.reason) for row in SagaInstance.objects.all()}
    assert found == {
        overdue: ("stuck", "waits for payment.authorized since 2026-06-01 11:00:00 UTC"),
        in_time: ("running", ""),
        ended: ("completed", ""),
    }


def test_a_saga_that_moved_meanwhile_is_not_stuck():
    saga(START)
    seen = SagaInstance.objects.get()
    SagaInstance.objects.update(version=4, deadline=START + timedelta(hours=1))

    assert jobs.mark_stuck(seen) == 0
    assert SagaInstance.objects.get().status == "running"


def kept_and_old(make: Callable[[datetime, int], Any], age: timedelta) -> None:
    make(START - age + timedelta(seconds=1), 1)
    make(START - age - timedelta(seconds=1), 2)


def test_old_results_go_and_newer_ones_stay():
    def result(done: datetime, number: int) -> None:
        kept = TaskResult.objects.create(task_id=f"{number}")
        TaskResult.objects.filter(pk=kept.pk).update(date_done=done)

    kept_and_old(result, timedelta(days=3))

    run = ran("console.purge")

    assert list(TaskResult.objects.values_list("task_id", flat=True)) == ["1"]
    assert run.summary == "1 row thrown away"
    assert ["task results", 1] in msgspec.json.decode(run.report_parts.get().rows)


def test_reports_are_kept_for_as_many_days_as_asked_and_failures_for_good():
    def report(ended: datetime, number: int) -> None:
        for state in ("done", "failed"):
            JobRun.objects.create(
                job=f"works.{number}", state=state, actor="schedule", created_at=ended, ended_at=ended, columns='["a"]'
            )

    kept_and_old(report, timedelta(days=7))

    ran("console.purge", days=7)

    left = JobRun.objects.exclude(job="console.purge").values_list("job", "state")
    assert sorted(left) == [("works.1", "done"), ("works.1", "failed"), ("works.2", "failed")]


def test_a_missed_slot_is_kept_until_someone_has_decided():
    schedule = slots.create("tick", "console.purge", "0 * * * *")
    for number, state in enumerate(Slot.State.values):
        Slot.objects.create(
            schedule=schedule,
            slot_at=START - timedelta(days=40, hours=number),
            state=state,
            recorded_at=START,
        )

    ran("console.purge")

    assert list(Slot.objects.values_list("state", flat=True)) == ["missed"]


def test_a_discarded_message_goes_only_where_the_watermark_knows_a_duplicate():
    Receipt.objects.update_or_create(consumer="orders.events", defaults={"watermark": 10})
    for position in (10, 11):
        Inbox.objects.create(
            consumer="orders.events",
            message_id=uuid4(),
            state="discarded",
            position=position,
            received_at=START,
            updated_at=START - timedelta(days=40),
        )

    ran("console.purge")

    assert list(Inbox.objects.values_list("position", flat=True)) == [11]


def test_an_audit_that_finds_nothing_keeps_a_row_for_each_invariant():
    run = ran("console.nightly-audit")

    assert (run.state, run.summary) == ("done", f"audit: {len(INVARIANTS)} invariants, 0 broken")
    assert [row[:4] for row in msgspec.json.decode(run.report_parts.get().rows)] == [
        ["ok", invariant.name, str(invariant.says), 0] for invariant in INVARIANTS
    ]


def test_an_audit_that_finds_something_has_failed_and_names_it_first():
    key = saga(START - timedelta(hours=1))

    run = ran("console.nightly-audit")

    assert (run.state, run.error) == ("failed", f"audit: {len(INVARIANTS)} invariants, 1 broken")
    assert msgspec.json.decode(run.report_parts.get().rows)[0] == [
        "broken",
        "sagas.end-or-wait",
        "every run has ended, waits with a live deadline, or is stuck with a reason",
        1,
        f"checkout {key}: runs past its deadline",
    ]
