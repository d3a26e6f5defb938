"""Schedules and jobs as staff meet them: what the pages show, refuse and do."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from apps.backbone import clock, log, slots
from apps.backbone.models import JobRun, Message, Schedule, Slot
from tests.integration.schedules.works import ran

pytestmark = pytest.mark.django_db

START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
FIELDS = {"name": "count", "job": "works.count", "cron": "30 6 * * *", "time_zone": "Europe/Berlin"}
SEE = ("view_periodictask", "view_jobrun")
RULES = {"if_missed": "once", "grace_seconds": "60"}


def someone(*permissions: str) -> Client:
    user = User.objects.create_user("ada", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client() -> Client:
    ran.clear()
    return someone(*SEE, "change_periodictask", "change_jobrun")


@pytest.fixture
def onlooker() -> Client:
    return someone(*SEE)


def page(client: Client, name: str, /, *arguments: Any, **query: str) -> str:
    response = client.get(reverse(f"console:{name}", args=arguments), query)
    assert response.status_code == 200
    return response.content.decode()


def post(client: Client, name: str, /, *arguments: Any, **fields: Any) -> Any:
    return client.post(reverse(f"console:{name}", args=arguments), fields)


def test_the_list_says_when_in_words_and_the_next_five_runs(client: Client):
    slots.create("tick", "works.tick", "0 3 * * *", time_zone="Europe/Berlin")

    with clock.at(START):
        shown = page(client, "schedules")

    assert "At 03:00" in shown
    for day in range(2, 7):
        assert f"2026-06-0{day} 03:00" in shown


def test_an_argument_that_is_not_given_is_not_shown_and_a_name_stays_as_it_is(client: Client):
    slots.create("sales-at-noon", "orders.daily-sales", "0 12 * * *")
    run = slots.start("orders.daily-sales", actor="user:1")

    shown = [page(client, "schedule", "sales-at-noon"), page(client, "job", run.pk)]

    assert ["<dt>Day</dt>" in each for each in shown] == [False, False]
    assert "Sales-at-noon" not in shown[0]


def test_a_schedule_is_made_from_a_registered_job_with_checked_arguments(client: Client):
    post(client, "schedule-new", **FIELDS, **RULES, **{"argument-upto": "7"})

    made = Schedule.objects.get()
    assert (made.name, made.job, made.cron, made.time_zone) == ("count", "works.count", "30 6 * * *", "Europe/Berlin")
    assert (made.arguments, made.if_missed, made.grace_seconds) == ('{"upto":7}', "once", 60)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cron": "61 * * * *"}, "Bad minute"),
        ({"cron": "0 0 1 * 1"}, "not both"),
        ({"job": "os.system"}, "not one of the available choices"),
        ({"time_zone": "Mars/Olympus"}, "not one of the available choices"),
        ({"name": "two_words"}, "Small letters"),
        ({"argument-upto": "101"}, "less than or equal to 100"),
        ({"argument-upto": "many"}, "whole number"),
        ({"grace_seconds": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_made(client: Client, wrong: dict[str, str], said: str):
    response = post(client, "schedule-new", **{**FIELDS, **RULES, "argument-upto": "7", **wrong})

    assert response.status_code in (200, 404)
    if response.status_code == 200:
        assert said in response.content.decode()
    assert Schedule.objects.count() == 0


def test_next_runs_are_shown_while_typing_and_so_are_faults(client: Client):
    with clock.at(START):
        shown = page(client, "schedule-preview", cron="30 2 * * *", time_zone="Europe/Berlin")

    assert "At 02:30" in shown
    assert "2026-06-02 02:30" in shown
    assert "Bad hour" in page(client, "schedule-preview", cron="0 25 * * *", time_zone="UTC")


def test_both_zones_and_changes_of_the_clocks_are_shown_while_typing(client: Client):
    with clock.at(datetime(2027, 3, 26, 12, 0, tzinfo=UTC)):
        forward = page(client, "schedule-preview", cron="30 2 * * *", time_zone="Europe/Berlin")
    with clock.at(datetime(2026, 10, 23, 12, 0, tzinfo=UTC)):
        back = page(client, "schedule-preview", cron="30 2 * * *", time_zone="Europe/Berlin")
    with clock.at(START):
        later = page(client, "schedule-preview", cron="30 2 * * *", time_zone="Europe/Berlin")

    assert "02:30 does not exist on 2027-03-28: runs at 03:00" in forward
    assert "Sun 2027-03-28 03:00" in forward
    assert "Sun 2027-03-28 01:00" in forward  # UTC
    assert "02:30 comes twice on 2026-10-25: runs the first time only" in back
    assert "When the clocks change next:" in later


def test_the_fields_of_another_job_come_on_choosing_it(client: Client):
    assert 'name="argument-upto"' in page(client, "schedule-arguments", job="works.count")
    assert "takes no arguments" in page(client, "schedule-arguments", job="works.tick")


def test_run_now_pressed_twice_starts_one_run(client: Client):
    slots.create("tick", "works.tick", "0 3 * * *")
    token = str(uuid4())

    first = post(client, "schedule-run", "tick", token=token)
    second = post(client, "schedule-run", "tick", token=token)

    run = JobRun.objects.get()
    assert first.url == second.url == reverse("console:job", args=[run.pk])
    assert (run.state, run.actor) == ("queued", f"user:{User.objects.get().pk}")


def test_a_pause_wants_a_reason_and_shows_it(client: Client):
    slots.create("tick", "works.tick", "0 3 * * *")

    post(client, "schedule-pause", "tick", reason="")
    assert Schedule.objects.get().paused_at is None

    post(client, "schedule-pause", "tick", reason="stock-taking <b>")
    shown = page(client, "schedules")
    assert "stock-taking &lt;b&gt;" in shown
    assert "ada" in shown

    post(client, "schedule-resume", "tick")
    assert Schedule.objects.get().paused_at is None


def test_missed_slots_are_run_or_taken_off_the_list(client: Client):
    with clock.at(START):
        slots.create("tick", "works.tick", "0 * * * *", time_zone="UTC")
    with clock.at(START + timedelta(hours=3, minutes=30)):
        slots.settle("tick")
    first, _second, third = Slot.objects.order_by("slot_at")
    assert "nothing was awake to run it" in page(client, "schedule", "tick")

    post(client, "slots-run", "tick", slot=third.pk)
    post(client, "slots-ignore", "tick", slot=first.pk)
    assert [one.state for one in Slot.objects.order_by("slot_at")] == ["ignored", "missed", "claimed"]

    post(client, "slots-ignore", "tick")
    assert [one.state for one in Slot.objects.order_by("slot_at")] == ["ignored", "ignored", "claimed"]
    assert JobRun.objects.count() == 1


def test_all_that_was_missed_is_run_at_once(client: Client):
    with clock.at(START):
        made = slots.create("tick", "works.tick", "0 * * * *", time_zone="UTC")
        slots.create("other", "works.tick", "0 * * * *", time_zone="UTC")
    with clock.at(START + timedelta(hours=2, minutes=30)):
        slots.settle("tick")
        slots.settle("other")

    post(client, "slots-run", "tick")
    post(client, "slots-run", "tick")

    assert {(one.schedule_id == made.pk, one.state) for one in Slot.objects.all()} == {
        (True, "claimed"),
        (False, "missed"),
    }
    assert JobRun.objects.filter(schedule=made, state="queued").count() == 2


def test_a_schedule_that_missed_something_comes_first(client: Client):
    with clock.at(START):
        slots.create("a-quiet-one", "works.tick", "0 0 1 1 *", time_zone="UTC")
        slots.create("tick", "works.tick", "0 * * * *", time_zone="UTC")
    with clock.at(START + timedelta(hours=1, minutes=30)):
        slots.settle("tick")
        shown = page(client, "schedules")

    assert shown.index("/schedules/at/tick/") < shown.index("/schedules/at/a-quiet-one/")
    assert "1 slot was missed" in shown


def test_what_people_do_is_told_by_the_log(client: Client):
    post(client, "schedule-new", **FIELDS, **RULES, **{"argument-upto": "7"})
    post(client, "schedule-edit", "count", **FIELDS, **RULES, **{"argument-upto": "8"})
    token = str(uuid4())
    post(client, "schedule-run", "count", token=token)
    post(client, "schedule-run", "count", token=token)
    post(client, "schedule-pause", "count", reason="stock-taking")
    post(client, "schedule-pause", "count", reason="again")
    post(client, "schedule-resume", "count")
    run = JobRun.objects.get()
    post(client, "job-cancel", run.pk)
    post(client, "job-again", run.pk)
    post(client, "job-start", "works.count", **{"argument-upto": "2", "token": str(uuid4())})

    told = [log.open_message(one) for one in Message.objects.filter(type="operator.acted").order_by("seq")]
    assert [(one.action, one.about, one.reason) for one in told] == [  # type: ignore[attr-defined]
        ("schedule", "schedule:count", ""),
        ("reschedule", "schedule:count", ""),
        ("run-now", "schedule:count", ""),
        ("pause", "schedule:count", "stock-taking"),
        ("resume", "schedule:count", ""),
        ("cancel", f"job:works.count:{run.pk}", ""),
        ("retry", f"job:works.count:{run.pk}", ""),
        ("start", "job:works.count", ""),
    ]


def test_a_run_that_was_stopped_says_what_it_did_and_goes_on_from_there(client: Client):
    run = slots.start("works.count", {"upto": "9"})
    JobRun.objects.filter(pk=run.pk).update(
        state="cancelled", cancel_asked_by=f"user:{User.objects.get().pk}", done=4, total=9, cursor="4", tries=1
    )

    shown = page(client, "job", run.pk)
    assert "It had done 4 of 9. That stays done; it can go on from there." in shown
    assert "Go on where it stopped" in shown

    post(client, "job-again", run.pk)
    slots.run_job(run.pk)

    assert ran == ["4", "5", "6", "7", "8"]


def test_a_run_of_a_job_that_is_gone_is_not_run_again_and_says_why(client: Client):
    run = JobRun.objects.create(job="works.gone", state="failed", actor="user:1", created_at=START)

    assert "No job of this name is registered any more." in page(client, "job", run.pk)


def test_the_list_of_jobs_pages_by_key(client: Client):
    for _ in range(60):
        JobRun.objects.create(job="works.tick", state="done", actor="user:1", created_at=START)
    first = client.get(reverse("console:jobs"), {"view": "all", "job": "works.tick"})
    second = client.get(reverse("console:jobs") + first.context["page"].older)

    seen = [row.pk for page in (first, second) for row, _title, _took in page.context["rows"]]
    assert len(set(seen)) == 60
    assert second.context["page"].older == ""


def test_a_report_is_a_page_and_a_file_that_no_spreadsheet_runs(client: Client):
    run = slots.start("works.sales", actor="user:1")
    slots.run_job(run.pk)

    shown = page(client, "job", run.pk)
    file = client.get(reverse("console:job-report", args=[run.pk]))

    assert "&lt;b&gt;milk&lt;/b&gt;, fresh" in shown
    assert file.headers["Content-Disposition"].endswith(f'-{run.pk}.csv"')
    assert file.content.decode("utf-8-sig").splitlines() == [
        "product,sold",
        "tea,3",
        "'=cmd(),-1",
        '"<b>milk</b>, fresh",2',
    ]


def test_a_long_report_is_paged_and_its_file_is_whole(client: Client):
    run = slots.start("works.divide")
    slots.run_job(run.pk)

    assert "Later rows" in page(client, "job", run.pk)
    assert "Earlier rows" in page(client, "job", run.pk, part="2")
    assert len(client.get(reverse("console:job-report", args=[run.pk])).content.splitlines()) == 1201


def test_a_failed_job_shows_why_and_can_be_run_again(client: Client):
    run = slots.start("works.divide")
    slots.run_job(run.pk)
    shown = page(client, "job", run.pk)
    assert "ZeroDivisionError: division by zero" in shown
    assert "Run again" in shown

    post(client, "job-again", run.pk)

    assert JobRun.objects.get().state == "queued"


def test_the_page_follows_a_run_and_reloads_when_it_has_ended(client: Client):
    run = slots.start("works.tick")
    waiting = client.get(reverse("console:job-now", args=[run.pk]))
    assert "every 1s" in waiting.content.decode()
    assert "HX-Refresh" not in waiting.headers

    slots.run_job(run.pk)

    assert client.get(reverse("console:job-now", args=[run.pk])).headers["HX-Refresh"] == "true"


def test_a_job_is_cancelled_from_its_page(client: Client):
    run = slots.start("works.tick")

    post(client, "job-cancel", run.pk)

    assert JobRun.objects.get().state == "cancelled"
    assert "cancelled" in page(client, "jobs")


def test_a_job_is_started_by_its_form(client: Client):
    assert 'name="argument-upto"' in page(client, "job-start", "works.count")

    post(client, "job-start", "works.count", **{"argument-upto": "2", "token": str(uuid4())})
    assert JobRun.objects.get().arguments == '{"upto":2}'

    assert client.get(reverse("console:job-start", args=["os.system"])).status_code == 404


def test_routine_runs_do_not_bury_what_is_worth_a_look(client: Client):
    with clock.at(START):
        slots.create("tick", "works.tick", "0 * * * *", time_zone="UTC")
    with clock.at(START + timedelta(hours=1)):
        slots.wake("tick")
    routine = reverse("console:job", args=[JobRun.objects.get().pk])

    assert routine not in page(client, "jobs")
    assert routine in page(client, "jobs", view="all")


def test_whoever_may_only_look_changes_nothing(onlooker: Client):
    made = slots.create("tick", "works.tick", "0 3 * * *")
    run = slots.start("works.tick")
    slot = Slot.objects.create(schedule=made, slot_at=START, state="missed", recorded_at=START)
    assert "You lack the permission to change, pause and run schedules." in page(onlooker, "schedule", "tick")
    assert "You lack the permission to start, cancel and resume jobs." in page(onlooker, "job", run.pk)

    refused = [
        post(onlooker, "schedule-new", **FIELDS, **RULES),
        post(onlooker, "schedule-edit", "tick", **FIELDS, **RULES),
        post(onlooker, "schedule-run", "tick", token=str(uuid4())),
        post(onlooker, "schedule-pause", "tick", reason="x"),
        post(onlooker, "schedule-resume", "tick"),
        post(onlooker, "slots-run", "tick", slot=slot.pk),
        post(onlooker, "slots-ignore", "tick"),
        post(onlooker, "job-start", "works.tick", token=str(uuid4())),
        post(onlooker, "job-cancel", run.pk),
        post(onlooker, "job-again", run.pk),
    ]

    assert [response.status_code for response in refused] == [403] * 10
    assert (Schedule.objects.count(), JobRun.objects.count()) == (1, 1)


def test_whoever_is_not_staff_sees_nothing():
    for name, arguments in [("schedules", []), ("jobs", []), ("schedule-preview", []), ("job-report", [1])]:
        response = Client().get(reverse(f"console:{name}", args=arguments))
        assert response.status_code == 302
        assert "/login/" in response.url


def test_whoever_may_not_see_schedules_or_jobs_is_told_so():
    nobody = someone()

    for name in ("schedules", "jobs", "schedule-preview"):
        assert nobody.get(reverse(f"console:{name}")).status_code == 403


def test_a_name_in_plain_words_is_made_a_name(client: Client):
    post(client, "schedule-new", **(FIELDS | RULES | {"name": "Noon report"}))

    assert [schedule.name for schedule in Schedule.objects.all()] == ["noon-report"]
