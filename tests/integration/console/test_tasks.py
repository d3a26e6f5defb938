"""Celery's tasks: the list that pages by key, and what each task carried."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_celery_results.models import TaskResult

from apps.backbone import clock, slots
from apps.backbone.models import Inbox, Message
from apps.console.tasks.filters import Filters
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import ORDER, open_shop, place, say

pytestmark = pytest.mark.django_db


def result(name: str = "orders.place_order", ids: tuple[str, ...] = (), **fields: object) -> TaskResult:
    given = {
        "task_id": str(uuid4()),
        "task_name": name,
        "status": "SUCCESS",
        "worker": "orders@here",
        "task_args": json.dumps("()"),
        "task_kwargs": json.dumps(json.dumps({"messages": list(ids)})),
        "result": json.dumps(dict.fromkeys(ids, "done")),
    }
    return TaskResult.objects.create(**given | fields)


def done_before(one: TaskResult, **ago: float) -> None:
    TaskResult.objects.filter(pk=one.pk).update(date_done=clock.now() - timedelta(**ago))


def shown(**query: str) -> list[int]:
    page = administrator().get(reverse("console:tasks"), query)
    return [row.result.pk for row in page.context["rows"]]


@pytest.fixture
def command(drain: Callable[[], int]) -> Message:
    """A command of the log, carried out."""
    open_shop(drain, tea=5)
    say(place())
    drain()
    return Message.objects.get(type="orders.place_order")


def test_a_task_names_its_command_with_outcome_order_run_and_what_it_brought_about(command: Message):
    one = result(ids=(str(command.message_id),))

    body = administrator().get(reverse("console:task", args=[one.pk])).content.decode()

    assert reverse("console:order", args=[ORDER]) in body
    assert "order.placed" in body
    assert "checkout" in body
    assert "done" in body


def test_a_command_that_was_given_up_leads_to_its_dead_letter(command: Message):
    Inbox.objects.filter(message_id=command.message_id).update(state="dead", tries=8)
    letter = Inbox.objects.get(message_id=command.message_id)
    one = result(ids=(str(command.message_id),), result=json.dumps({str(command.message_id): "dead"}))

    body = administrator().get(reverse("console:task", args=[one.pk])).content.decode()

    assert reverse("console:dead-letter", args=[letter.pk]) in body


def test_nobody_retries_or_revokes_a_command_by_hand_and_the_page_says_why():
    one = result(ids=(str(uuid4()),))

    body = administrator().get(reverse("console:task", args=[one.pk])).content.decode()

    assert body.count('aria-disabled="true"') == 2
    assert "Commands are carried out once" in body
    assert administrator_posts(one) == 405


def administrator_posts(one: TaskResult) -> int:
    return int(client_of("poster", "django_celery_results.view_taskresult").post(f"/tasks/{one.pk}/").status_code)


def test_a_job_leads_to_its_own_page():
    run = slots.start("console.purge")
    one = result("jobs.run", task_kwargs=json.dumps(str(run.pk)), result="null")

    body = administrator().get(reverse("console:task", args=[one.pk])).content.decode()

    assert reverse("console:job", args=[run.pk]) in body
    assert "A job is run again" in body


def test_a_failure_shows_its_traceback_escaped():
    one = result(status="FAILURE", traceback="ValueError: <script>", result='{"exc_type": "ValueError"}')

    body = administrator().get(reverse("console:task", args=[one.pk])).content.decode()

    assert "ValueError: &lt;script&gt;" in body


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [3, 2, 1, 0]),
        ({"state": "FAILURE"}, [2]),
        ({"task": "payments.capture_payment"}, [2]),
        ({"service": "jobs"}, [3]),
        ({"service": "orders"}, [1, 0]),
        ({"worker": "payments@here"}, [2]),
        ({"since": "1h"}, [3, 2, 1]),
        ({"text": "needle"}, [1]),
        ({"state": "nothing\x00"}, []),
    ],
)
def test_the_list_is_narrowed_by_its_address(query: dict[str, str], expected: list[int]):
    made = [
        result(),
        result(task_kwargs='"needle"'),
        result("payments.capture_payment", status="FAILURE", worker="payments@here"),
        result("jobs.run", task_kwargs='"999"'),
    ]
    for age, one in enumerate(reversed(made)):
        done_before(one, hours=2 if one is made[0] else 0, minutes=age)

    assert shown(**query) == [made[number].pk for number in expected]


def test_a_text_is_looked_for_within_a_day():
    old = result(task_kwargs='"needle"')
    done_before(old, hours=25)

    assert shown(text="needle") == []
    assert Filters.of({"text": "needle"}).since == "24h"


def test_pages_follow_each_other_by_key_without_a_count():
    for _ in range(150):
        result()
    client = administrator()
    first = client.get(reverse("console:tasks"), {"service": "orders"})
    with CaptureQueriesContext(connection) as asked:
        second = client.get(reverse("console:tasks") + first.context["page"].older)

    of_results = [one["sql"] for one in asked if "django_celery_results_taskresult" in one["sql"]]
    assert not [sql for sql in of_results if "COUNT(" in sql or "OFFSET" in sql]
    seen = [row.result.pk for page in (first, second) for row in page.context["rows"]]
    assert len(seen) == len(set(seen)) == 150
    assert "service=orders" in first.context["page"].older


def test_the_old_addresses_lead_here():
    one = result()
    client = administrator()

    assert client.get("/admin/django_celery_results/taskresult/")["Location"] == "/tasks/"
    assert client.get(f"/admin/django_celery_results/taskresult/{one.pk}/change/")["Location"] == f"/tasks/{one.pk}/"


def test_whoever_may_not_see_results_is_told_so():
    assert client_of().get(reverse("console:tasks")).status_code == 403
