"""Dead letters are repaired in bulk by a job that can be stopped, and each letter says what became of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse

from apps.backbone import clock, inbox, receipts, slots
from apps.backbone.models import Blocked, Inbox, JobReportPart, JobRun, Message, Receipt, Repair
from apps.backbone.slots import running
from apps.console.dead_letters import fates, repairs
from apps.console.dead_letters.filters import Wanted
from tests.integration.console.people import administrator, client_of

pytestmark = pytest.mark.django_db

GROUP = {"consumer": "orders.events", "error_class": "ValueError", "error_place": "apps/orders/projections.py:1 place"}
RETRY, DISCARD = "/dead-letters/retry/", "/dead-letters/discard/"
MANY = 1200


def letters(count: int, start: int = 1, **fields: Any) -> list[Inbox]:
    now = clock.now()
    given = {**GROUP, "state": Inbox.State.DEAD, "type": "stock.reserved", "tries": 8, "error": "no", **fields}
    return Inbox.objects.bulk_create(
        Inbox(message_id=UUID(int=number), position=number, received_at=now, updated_at=now, **given)
        for number in range(start, start + count)
    )


def counted() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Inbox.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def begun(client: Client, **more: str) -> Repair:
    client.post(RETRY, {**GROUP, "typed": "retry", **more})
    return Repair.objects.latest("pk")


@pytest.fixture
def asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job asks between any two batches whether it is to stop."""
    monkeypatch.setattr(running, "SECONDS_BETWEEN_WRITES", 0.0)


def test_many_are_left_to_a_job_that_says_what_it_did_with_each() -> None:
    letters(MANY)
    letters(1, start=5000, error_class="KeyError")

    client = administrator()

    repair = begun(client)

    assert (repair.asked, repair.mended, repair.run.state, counted()) == (MANY, 0, "queued", {"dead": MANY + 1})
    slots.run_job(repair.run_id)
    repair.refresh_from_db()
    run = JobRun.objects.get(pk=repair.run_id)
    assert counted() == {"waiting": MANY, "dead": 1}
    assert (run.state, run.done, run.total, run.row_count) == ("done", MANY, MANY, MANY)
    assert (repair.mended, repair.passed_over, repair.ended_at is not None) == (MANY, 0, True)
    assert run.summary == "1200 letters tried again"
    assert [part.number for part in run.report_parts.order_by("number")] == [0, 1, 2]
    assert (
        reverse("console:repair", args=[repair.pk])
        in client.get(reverse("console:job", args=[run.pk])).content.decode()
    )


@pytest.mark.usefixtures("asked_at_once")
def test_it_stops_between_two_batches_and_goes_on_where_it_stopped() -> None:
    letters(MANY)
    repair = begun(administrator())

    def stop(sender: type, instance: JobReportPart, **_: Any) -> None:
        slots.cancel(instance.run_id, "user:1")

    post_save.connect(stop, sender=JobReportPart)
    try:
        slots.run_job(repair.run_id)
    finally:
        post_save.disconnect(stop, sender=JobReportPart)

    assert JobRun.objects.get(pk=repair.run_id).state == "cancelled"
    assert counted() == {"waiting": repairs.AT_ONCE, "dead": MANY - repairs.AT_ONCE}

    slots.run_again(repair.run_id, "user:1")
    slots.run_job(repair.run_id)

    run = JobRun.objects.get(pk=repair.run_id)
    assert (run.state, run.done, run.row_count) == ("done", MANY, MANY)
    assert counted() == {"waiting": MANY}


def test_one_batch_that_is_thrown_back_leaves_nothing_of_itself() -> None:
    letters(MANY)
    repair = begun(administrator())
    run = JobRun.objects.get(pk=repair.run_id)
    JobReportPart.objects.create(run=run, number=1, rows="[]")  # the second part's place is taken

    slots.run_job(repair.run_id)

    repair.refresh_from_db()
    assert JobRun.objects.get(pk=repair.run_id).state == "failed"
    assert (repair.mended, counted()) == (0, {"dead": MANY})


def test_what_somebody_else_has_repaired_meanwhile_is_passed_over() -> None:
    rows = letters(3)
    repair = Repair.objects.create(action="retry", actor="user:1", began_at=clock.now())
    inbox.mark_done(rows[1])

    repairs.mend(repair, [row.pk for row in rows])

    repair.refresh_from_db()
    assert (repair.mended, repair.passed_over) == (2, 1)


def test_the_page_says_what_became_of_each() -> None:
    done, failed, *_ = letters(4)
    client = administrator()

    client.post(RETRY, GROUP)

    repair = Repair.objects.get()
    inbox.mark_done(Inbox.objects.get(pk=done.pk))
    inbox.bury(Inbox.objects.get(pk=failed.pk))
    page = client.get(reverse("console:repair", args=[repair.pk]))
    parts = {part.name: part.number for part in page.context["standing"].parts}
    assert parts == {"done": 1, "failed": 1, "waiting": 2}
    for part in page.context["standing"].parts:
        assert len(client.get(part.link).context["letters"]) == part.number
    group = client.get(reverse("console:dead-letter-group"), GROUP)
    assert group.context["last"].repair == repair
    assert [row.pk for row, _line in group.context["letters"]] == [failed.pk]


def test_a_page_that_says_that_all_is_over_has_a_list_that_says_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last letter is done between the page's two readings."""
    (row,) = letters(1)
    client = administrator()
    client.post(RETRY, GROUP)

    def late(repair: Repair) -> Any:
        inbox.mark_done(Inbox.objects.get(pk=row.pk))
        return standing(repair)

    standing = fates.standing
    monkeypatch.setattr(fates, "standing", late)
    page = client.get(reverse("console:repair", args=[Repair.objects.get().pk]))

    assert not page.context["standing"].going
    assert [letter.state for letter, *_rest in page.context["letters"]] == ["done"]


def test_what_failed_again_and_is_repaired_once_more_is_not_counted_as_done() -> None:
    (row,) = letters(1)
    client = administrator()
    client.post(RETRY, GROUP)
    inbox.bury(Inbox.objects.get(pk=row.pk))

    client.post(RETRY, GROUP)

    first, second = Repair.objects.order_by("pk")
    assert (first.overtaken, second.overtaken) == (1, 0)
    assert client.get(reverse("console:repair", args=[first.pk])).context["standing"].gone == 0


def test_new_failures_that_join_the_group_after_the_repair_began_are_named() -> None:
    again, _other = letters(2)
    client = administrator()
    client.post(RETRY, GROUP)
    inbox.bury(Inbox.objects.get(pk=again.pk))
    assert client.get(reverse("console:dead-letter-group"), GROUP).context["joined"] == 0

    letters(2, start=100)

    page = client.get(reverse("console:dead-letter-group"), GROUP)
    assert page.context["joined"] == 2
    assert "2 new failures have joined this group since the repair began" in page.content.decode()
    assert client.get(page.context["joined_link"]).context["count"] == 2


def test_what_is_given_up_on_after_it_was_asked_for_is_not_meant() -> None:
    letters(30)
    repair = begun(administrator())
    letters(5, start=100)

    slots.run_job(repair.run_id)

    assert counted() == {"waiting": 30, "dead": 5}


def test_above_a_hundred_a_word_must_be_typed() -> None:
    letters(101)
    client = administrator()

    reply = client.post(RETRY, GROUP)

    assert reply["Location"].startswith(reverse("console:dead-letters-confirm", args=["retry"]))
    assert (Repair.objects.count(), counted()) == (0, {"dead": 101})
    assert "Type the word <code>retry</code>" in client.get(reply["Location"]).content.decode()
    client.post(RETRY, {**GROUP, "typed": "retry"})
    assert Repair.objects.get().asked == 101


def test_the_second_look_repeats_the_filter_and_the_number() -> None:
    letters(2, error="disk full")
    letters(3, start=100, error="other")

    page = administrator().get(
        reverse("console:dead-letters-confirm", args=["discard"]), {"text": "disk", "consumer": "orders.events"}
    )

    assert page.context["count"] == 2
    assert "disk" in page.content.decode()


def test_only_those_that_the_filter_means_are_tried_again() -> None:
    letters(2, error="disk full")
    letters(3, start=100, error="other")
    letters(1, start=200, error="disk full", type="order.placed")

    administrator().post(RETRY, {"text": "DISK", "type": "stock.reserved"})

    assert counted() == {"waiting": 2, "dead": 4}


def test_only_the_chosen_are_discarded_and_their_lines_go_on() -> None:
    chosen = letters(2, key="order-1")
    letters(1, start=50, key="order-1", state=Inbox.State.PARKED)
    letters(1, start=60)
    Blocked.objects.create(consumer="orders.events", key="order-1", head=chosen[0].message_id)

    administrator().post(DISCARD, {**GROUP, "row": [row.pk for row in chosen], "reason": "the order is gone"})

    assert counted() == {"discarded": 2, "waiting": 1, "dead": 1}
    assert Repair.objects.get().reason == "the order is gone"


def test_nothing_chosen_is_nothing_done() -> None:
    letters(2)

    administrator().post(RETRY, {**GROUP, "row": ["x"]})

    assert (Repair.objects.count(), counted()) == (0, {"dead": 2})


def test_who_did_it_and_why_is_an_event_in_the_log() -> None:
    letters(2)

    administrator().post(RETRY, {**GROUP, "reason": "the disk is larger now"})

    event = Message.objects.get(type="operator.acted")
    assert '"action":"requeue"' in event.body.replace(" ", "")
    assert "the disk is larger now" in event.body
    assert "requeued by admin: the disk is larger now" in Inbox.objects.first().note  # type: ignore[union-attr]


def test_a_viewer_sees_every_button_and_can_use_none() -> None:
    letters(2)
    client = client_of("viewer", "backbone.view_inbox")

    page = client.get(reverse("console:dead-letter-group"), GROUP).content.decode()

    assert page.count("You lack the permission to retry and discard dead letters.") == 4
    assert client.post(RETRY, GROUP).status_code == 403
    assert client.post(DISCARD, {**GROUP, "reason": "x"}).status_code == 403
    assert counted() == {"dead": 2}


def test_pages_of_a_group_go_by_key() -> None:
    letters(150)
    client = administrator()

    first = client.get(reverse("console:dead-letter-group"), GROUP)
    second = client.get(reverse("console:dead-letter-group") + first.context["page"].older)

    assert [len(page.context["letters"]) for page in (first, second)] == [100, 50]


def test_what_was_repaired_and_is_done_is_kept_to_tell_of_it() -> None:
    (row,) = letters(1)
    letters(1, start=2, state=Inbox.State.DONE)
    administrator().post(RETRY, GROUP)
    inbox.mark_done(Inbox.objects.get(pk=row.pk))
    Receipt.objects.update_or_create(consumer="orders.events", defaults={"watermark": 10})

    with clock.at(clock.now() + timedelta(hours=2)):
        receipts.prune("orders.events")

    assert list(Inbox.objects.values_list("pk", flat=True)) == [row.pk]


def test_no_filter_at_all_means_every_dead_letter() -> None:
    letters(3)
    letters(1, start=50, error_class="KeyError", state=Inbox.State.QUARANTINED)

    assert Wanted().letters().count() == 4
