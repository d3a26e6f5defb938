"""The page of a job's run: what it has sent and what came of it, who began it and why, and why it waits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from apps.backbone import clock, log, slots
from apps.backbone.messages import Envelope
from apps.backbone.models import Inbox, JobMessage, JobRun, Message, Process
from apps.console.runs import beginning, sent
from apps.orders.commands import ExpireOrder
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import carry_out, open_shop, place, say

pytestmark = pytest.mark.django_db

JOB = "orders.expire-unpaid"


def ran(actor: str = "schedule") -> JobRun:
    """An hour later, when what was not paid is overdue."""
    with clock.at(clock.now() + timedelta(hours=1)):
        run = slots.start(JOB, actor=actor)
        slots.run_job(run.pk)
        carry_out("orders.commands")
    run.refresh_from_db()
    return run


@pytest.fixture
def unpaid(drain: Callable[[], int]) -> Callable[[], int]:
    """Two orders that are placed, and whose payment nobody has asked for."""
    open_shop(drain, tea=5)
    say(place(1, tea=1), place(2, tea=1))
    carry_out("orders.commands")
    return drain


def told(client: Client, run: JobRun, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get(reverse("console:job-messages", args=[run.pk]), query).json()
    return found


def page(client: Client, run: JobRun) -> Any:
    return client.get(reverse("console:job", args=[run.pk]))


def seq_of(type_: str) -> int:
    found = Message.objects.filter(type=type_).order_by("seq").first()
    assert found is not None
    return found.seq


def test_its_messages_are_told_with_what_came_of_them_up_to_the_sagas(unpaid: Callable[[], int]) -> None:
    run = ran()
    unpaid()

    rows = told(administrator(), run)["rows"]

    types = {row["seq"]: row["type"] for row in rows}
    each = [(row["type"], row["lane"], row["to"], row["state"], types.get(row["cause"], "")) for row in rows]
    assert sorted(each) == [
        ("order.expired", "orders", "saga", "done", "orders.expire_order"),
        ("order.expired", "orders", "saga", "done", "orders.expire_order"),
        ("orders.expire_order", "job", "orders", "done", ""),
        ("orders.expire_order", "job", "orders", "done", ""),
    ]
    assert {(row["type"], row["tries"]) for row in rows} == {("orders.expire_order", 1), ("order.expired", 1)}
    assert {row["order"] for row in rows} == {str(UUID(int=1)), str(UUID(int=2))}
    assert Message.objects.filter(source="/sagas").exists()


def test_another_run_of_the_job_has_sent_none_of_them_and_says_so(unpaid: Callable[[], int]) -> None:
    first = ran()
    unpaid()
    second = ran()
    client = administrator()

    assert [run.messages.count() for run in (first, second)] == [2, 0]
    assert "It sent no message" in page(client, second).content.decode()
    assert "It sent no message" not in page(client, first).content.decode()
    assert told(client, second)["rows"] == []


class Rolled(Exception):
    """The batch did not come to its end."""


def send_and_fail(command: ExpireOrder) -> None:
    log.send(command)
    raise Rolled


def sent_as(envelope: Envelope) -> int:
    return Message.objects.get(message_id=envelope.message_id).seq


def test_a_batch_that_is_rolled_back_is_not_kept_as_sent() -> None:
    run = JobRun.objects.create(job=JOB, actor="schedule", created_at=clock.now())
    command = ExpireOrder(order_id=UUID(int=1))

    with log.witnessed(slots.Run(run, slots.find(JOB)).sent):
        with pytest.raises(Rolled), log.transaction():
            send_and_fail(command)
        assert not JobMessage.objects.exists()
        seq = sent_as(log.send(command))
    log.send(command)

    assert list(JobMessage.objects.values_list("run", "seq")) == [(run.pk, seq)]


def test_of_many_the_newest_come_first_and_older_ones_when_asked(
    unpaid: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent, "PAGE", 1)
    run = ran()
    unpaid()
    client = administrator()
    newest = told(client, run)
    older = told(client, run, before=newest["older"])

    assert [len(part["rows"]) for part in (newest, older)] == [2, 2]
    assert newest["rows"][0]["seq"] > older["rows"][0]["seq"]
    assert (newest["last"], older["older"]) == (newest["older"], 0)
    after = told(client, run, after=older["last"])
    assert [row["seq"] for row in after["rows"]] == sorted(row["seq"] for row in older["rows"] + newest["rows"])


def test_the_worst_of_those_who_take_an_event_is_told_and_leads_to_its_page(unpaid: Callable[[], int]) -> None:
    run = ran()
    unpaid()
    event = Message.objects.get(seq=seq_of("order.expired"))
    letter = Inbox.objects.filter(message_id=event.message_id).order_by("consumer").first()
    assert letter is not None
    Inbox.objects.filter(pk=letter.pk).update(state="dead", tries=8)

    [row] = [row for row in told(administrator(), run)["rows"] if row["seq"] == event.seq]

    assert (row["state"], row["tries"], row["letter"]) == ("dead", 8, letter.pk)


def test_one_message_tells_who_took_it_and_which_runs_share_its_beginning(unpaid: Callable[[], int]) -> None:
    run = ran()
    unpaid()
    client = administrator()

    def shown(type_: str) -> Any:
        return client.get(reverse("console:job-message", args=[run.pk, seq_of(type_)]))

    event = shown("order.expired")
    assert event.context["cause"].type == "orders.expire_order"
    assert ("sagas.checkout", "done") in [(name, kept and kept.state) for name, kept in event.context["takers"]]
    assert shown("orders.expire_order").status_code == 200
    assert shown("orders.place_order").status_code == 404
    of_saga = Message.objects.filter(source="/sagas", kind="command").first()
    assert of_saga is not None
    assert shown(of_saga.type).status_code == 404


def test_who_may_not_see_the_log_reads_which_permission_that_takes(unpaid: Callable[[], int]) -> None:
    run = ran()
    client = client_of("viewer", "backbone.view_jobrun")

    assert "You lack the permission to see the log." in page(client, run).content.decode()
    assert client.get(reverse("console:job-messages", args=[run.pk])).status_code == 403
    assert client.get(reverse("console:job-message", args=[run.pk, run.messages.all()[0].seq])).status_code == 403


def test_it_says_who_began_it_by_what_deed_and_why() -> None:
    client = administrator()
    user = get_user_model().objects.get()
    client.post(reverse("console:job-start", args=[JOB]), {"token": uuid4()})
    run = JobRun.objects.get()
    told_of = page(client, run).context["deed"]
    assert (run.actor, told_of.what, told_of.reason) == (f"user:{user.pk}", "started", "")

    JobRun.objects.filter(pk=run.pk).update(state="failed")
    client.post(reverse("console:job-again", args=[run.pk]))
    assert page(client, run).context["deed"].what == "retried"
    assert reverse("console:event", args=[page(client, run).context["deed"].seq]) in page(client, run).content.decode()


def test_a_schedules_run_says_by_which_clock() -> None:
    schedule = slots.create("expire", JOB, "0 3 * * *")
    run = JobRun.objects.create(job=JOB, actor="schedule", schedule=schedule, created_at=clock.now())

    assert beginning.clockwork(run) == "At 03:00"
    assert beginning.deed(run) is None


def alive(*roles: str) -> None:
    now = clock.now()
    for role in roles:
        Process.objects.create(name=role, role=role, host="here", pid=1, started_at=now, seen_at=now)


def test_a_queued_run_says_that_nobody_is_there_to_run_it_and_the_command() -> None:
    run = slots.start(JOB)

    assert [(wait.text, wait.command) for wait in beginning.waits(run)] == [
        ("No relay is alive, which hands jobs to their workers. Start one:", "python manage.py relay"),
        ("No worker for jobs is alive. Start one:", "celery -A project.celery:jobs worker -Q jobs"),
    ]
    assert "celery -A project.celery:jobs worker -Q jobs" in page(administrator(), run).content.decode()


def test_a_queued_run_says_what_is_before_it_or_went_wrong() -> None:
    alive("relay", "worker jobs")
    first = slots.start(JOB)
    assert [wait.text for wait in beginning.waits(first)] == ["A worker is about to take it."]
    second = slots.start(JOB)
    JobRun.objects.filter(pk=first.pk).update(state="running")

    [wait] = beginning.waits(second)
    assert (wait.text, wait.runs) == ("It waits for a free worker; 0 jobs are queued before it.", (first,))
    JobRun.objects.filter(pk=second.pk).update(error="database is locked")
    second.refresh_from_db()
    assert [wait.text for wait in beginning.waits(second)] == [
        "Its last try failed, and it is tried again: database is locked"
    ]
    first.refresh_from_db()
    assert beginning.waits(first) == []
