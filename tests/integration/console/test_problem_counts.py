"""The numbers in the menu and on home, and the largest groups of failures."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.backbone import clock
from apps.backbone.models import Inbox, JobRun, SagaInstance
from apps.console.problems import counting
from apps.console.problems.kinds import ALL
from tests.integration.console.people import person

pytestmark = pytest.mark.django_db

EVERYTHING = (
    "backbone.view_inbox",
    "backbone.view_sagainstance",
    "backbone.view_jobrun",
    "backbone.view_process",
    "django_celery_beat.view_periodictask",
    "payments.view_operation",
)


def letter(number: int, error_class: str, **fields: Any) -> None:
    given = {"consumer": "orders.events", "state": Inbox.State.DEAD, "type": "stock.reserved", "error": "no"}
    Inbox.objects.create(
        message_id=UUID(int=number), received_at=clock.now(), error_class=error_class, **{**given, **fields}
    )


def run(status: str, deadline_in: timedelta) -> None:
    SagaInstance.objects.create(
        saga="checkout",
        key=uuid4(),
        status=status,
        state="{}",
        waits_for="stock.reserved",
        deadline=clock.now() + deadline_in,
        correlation_id=uuid4(),
        started_at=clock.now(),
        moved_at=clock.now(),
    )


def test_each_kind_is_counted_and_lists_as_many_as_it_counts() -> None:
    letter(1, "KeyError")
    letter(2, "KeyError", state=Inbox.State.QUARANTINED)
    letter(3, "KeyError", state=Inbox.State.DISCARDED)
    run("stuck", timedelta(hours=1))
    run("running", -timedelta(hours=1))
    run("completed", -timedelta(hours=1))
    JobRun.objects.create(job="inventory.low-stock", actor="user:1", state="failed", created_at=clock.now())

    counted = counting.counts(person("supervisor", *EVERYTHING))

    processes = counted.pop("processes")
    assert processes > 5
    assert counted == {
        "dead_letters": 2,
        "stuck_runs": 2,
        "payments": 0,
        "failed_jobs": 1,
        "schedules": 0,
        "read_models": 0,
    }
    assert {kind.name: sum(one.number for one in kind.problems()) for kind in ALL} == {
        **counted,
        "processes": processes,
    }


def test_nobody_counts_what_they_may_not_see() -> None:
    letter(1, "KeyError")

    assert counting.counts(person("looker")) == {}
    assert counting.counts(person("viewer", "backbone.view_inbox")) == {"dead_letters": 1, "read_models": 0}


def test_the_largest_groups_come_first() -> None:
    letter(1, "KeyError")
    letter(2, "ValueError")
    letter(3, "ValueError", consumer="inventory.events")
    letter(4, "ValueError")

    assert [(one.what, one.where, one.number) for one in counting.top(1)] == [("ValueError", "orders.events", 2)]


def test_more_than_ten_stuck_runs_of_one_process_share_a_row() -> None:
    for _ in range(11):
        run("stuck", timedelta(hours=1))

    (row,) = [one for one in counting.top(5) if one.kind == "stuck_runs"]

    assert (row.what, row.number) == ("checkout", 11)
