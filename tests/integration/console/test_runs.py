"""Runs: the list, one run's messages and what they changed, why it waits, and what a person may ask of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.backbone import clock
from apps.backbone.models import Inbox, JobRun, Message, Repair, SagaInstance
from apps.console import show
from apps.console.runs import waiting
from apps.console.runs.belonging import belonging
from apps.orders.models import Order
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import ORDER, carry_out, create, dispatch, open_shop, order, pack, place, runs, say

pytestmark = pytest.mark.django_db

SEE = "backbone.view_sagainstance"
STEER = ("backbone.change_sagainstance", "orders.change_order")


@pytest.fixture
def shop(drain: Callable[[], int]) -> Callable[[], int]:
    open_shop(drain, tea=5)
    return drain


@pytest.fixture
def declined(shop: Callable[[], int]) -> SagaInstance:
    say(place(card="tok_decline_funds"))
    shop()
    return saga("checkout")


def saga(name: str) -> SagaInstance:
    return SagaInstance.objects.get(saga=name, key=ORDER)


def told(client: Any, run: SagaInstance, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get(reverse("console:run-messages", args=[run.pk]), query).json()
    return found


def names(client: Any, **query: Any) -> list[tuple[str, str]]:
    rows = client.get(reverse("console:runs"), query).context["rows"]
    return [(row.kind, row.state) for row in rows]


def act(client: Any, run: SagaInstance, action: str, reason: str = "because", token: Any = None) -> Any:
    address = reverse("console:run-action", args=[run.pk, action])
    return client.post(address, {"reason": reason, "token": token or uuid4()}, follow=True)


def refusals(client: Any, run: SagaInstance) -> dict[str, str]:
    page = client.get(reverse("console:run", args=[run.pk]))
    return {offer.action.name: offer.refusal for offer, _form in page.context["offers"]}


def waits_for_payment() -> SagaInstance:
    """Stock is held, and the command for the money was never carried out."""
    run = saga("checkout")
    assert run.waits_for == "payment.authorized or payment.declined"
    return run


def test_the_list_holds_sagas_and_jobs_newest_first(declined: SagaInstance) -> None:
    JobRun.objects.create(job="inventory.expire-reservations", state="failed", actor="user:1", created_at=clock.now())
    client = administrator()

    assert names(client) == [("jobs", "failed"), ("notifications", "completed"), ("checkout", "compensated")]
    assert names(client, kind="jobs") == [("jobs", "failed")]
    assert names(client, state="compensated") == [("checkout", "compensated")]
    assert names(client, view="attention") == [("jobs", "failed")]
    assert names(client, view="running") == []


def test_a_run_is_found_by_the_beginning_of_its_orders_number(declined: SagaInstance) -> None:
    client = administrator()

    assert names(client, order=order().number[:4]) == [("notifications", "completed"), ("checkout", "compensated")]
    assert names(client, order="Z-9") == []
    assert names(client, correlation=str(declined.correlation_id), kind="checkout") == [("checkout", "compensated")]


def test_what_is_stuck_is_counted_and_listed_alike(declined: SagaInstance) -> None:
    SagaInstance.objects.filter(pk=declined.pk).update(status="running", deadline=clock.now() - timedelta(minutes=1))
    page = administrator().get(reverse("console:runs"), {"state": "stuck"})

    assert [(row.kind, row.state) for row in page.context["rows"]] == [("checkout", "stuck")]
    assert next(chip for chip in page.context["chips"] if chip["name"] == "stuck")["number"] == "1"


def test_pages_of_the_list_neither_skip_nor_repeat(shop: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.console.runs.listing.SIZE", 2)
    with clock.at(clock.now()):
        for number in range(1, 4):
            say(place(number, tea=1))
            JobRun.objects.create(job="a.b", state="done", actor="user:1", created_at=clock.now())
        shop()
    client, address, seen = administrator(), reverse("console:runs"), []
    while address:
        page = client.get(address)
        seen += [row.link for row in page.context["rows"]]
        address = page.context["older"]

    assert len(seen) == len(set(seen)) == SagaInstance.objects.count() + JobRun.objects.count()


@pytest.mark.parametrize("older", ["x", "2026-01-01,s,1", "2026-13-01T00:00:00Z,s,1", "2026-01-01T00:00:00Z,q,1"])
def test_a_broken_key_leads_to_the_first_page(declined: SagaInstance, older: str) -> None:
    assert len(names(administrator(), older=older)) == 2


def test_the_picture_tells_who_said_what_to_whom_and_why(declined: SagaInstance) -> None:
    rows = told(administrator(), declined)["rows"]

    types = {row["seq"]: row["type"] for row in rows}
    assert [(row["type"], row["lane"], row["to"], types.get(row["cause"], "")) for row in rows] == [
        ("orders.place_order", "people", "orders", ""),
        ("order.placed", "orders", "saga", "orders.place_order"),
        ("inventory.reserve_stock", "saga", "inventory", "order.placed"),
        ("stock.reserved", "inventory", "saga", "inventory.reserve_stock"),
        ("payments.authorize_payment", "saga", "payments", "stock.reserved"),
        ("payment.operation_requested", "payments", "", "payments.authorize_payment"),
        ("payments.perform_operation", "payments", "", "payments.authorize_payment"),
        ("payment.declined", "payments", "saga", "payments.perform_operation"),
        ("inventory.release_reservation", "saga", "inventory", "payment.declined"),
        ("stock.reservation_released", "inventory", "saga", "inventory.release_reservation"),
        ("orders.reject_order", "saga", "orders", "stock.reservation_released"),
        ("order.rejected", "orders", "saga", "orders.reject_order"),
    ]
    assert {row["state"] for row in rows} == {"done", ""}
    assert {row["tries"] for row in rows if row["state"]} == {1}


def test_what_reached_a_run_from_outside_is_in_its_picture(shop: Callable[[], int]) -> None:
    say(place())
    shop()
    for command in (create(), pack(), dispatch()):
        say(command)
        shop()

    types = [row["type"] for row in told(administrator(), saga("shipping"))["rows"]]

    assert types[:2] == ["orders.pack_shipment", "shipment.packed"]
    assert "orders.dispatch_shipment" in types
    assert types[-1] == "stock.issued"
    assert "notifications" not in " ".join(types)
    assert "orders.place_order" not in types


def test_of_a_long_run_the_newest_come_first_and_older_ones_when_asked(
    declined: SagaInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.console.runs.picture.PAGE", 5)
    client = administrator()
    newest = told(client, declined)
    older = told(client, declined, before=newest["older"])
    oldest = told(client, declined, before=older["older"])

    every = [row["seq"] for part in (oldest, older, newest) for row in part["rows"]]
    assert every == sorted(set(every))
    assert (len(every), oldest["older"]) == (12, 0)


def test_what_is_new_is_told_after_the_last(shop: Callable[[], int]) -> None:
    say(place())
    shop()
    client, run = administrator(), saga("checkout")
    last = told(client, run)["last"]
    act(client, run, "cancel", "changed their mind")
    shop()

    types = [row["type"] for row in told(client, run, after=last)["rows"] if row["seq"] > last]

    assert types[:3] == ["operator.acted", "orders.cancel_order", "order.cancellation_requested"]


def test_one_message_tells_what_it_changed_and_what_the_run_answered(declined: SagaInstance) -> None:
    message = Message.objects.get(type="payment.declined")
    page = administrator().get(reverse("console:run-message", args=[declined.pk, message.seq]))

    step = page.context["step"]
    changed = {one.field: (one.before, one.after) for one in step.changes}
    assert changed["step"] == ("authorizing", "undoing")
    assert changed["money"] == ("asked", "gone")
    assert changed["failure"] == ("null", "declined")
    assert [one.type for one in step.answers] == ["inventory.release_reservation"]
    assert ("sagas.checkout", "done") in [(name, kept and kept.state) for name, kept in page.context["takers"]]


def test_a_message_of_another_run_is_not_shown(declined: SagaInstance, shop: Callable[[], int]) -> None:
    say(place(2))
    shop()
    other = Message.objects.filter(type="order.placed").order_by("-seq").first()
    assert other is not None

    page = administrator().get(reverse("console:run-message", args=[declined.pk, other.seq]))

    assert page.status_code == 404


def test_it_says_why_it_waits_and_until_when(declined: SagaInstance) -> None:
    now = clock.now()
    run = declined
    run.status, run.waits_for, run.reason = "running", "payment.authorized", ""
    run.moved_at, run.deadline = now - timedelta(seconds=42), now + timedelta(hours=1)
    with clock.at(now):
        at = show.timed(run.deadline, waiting.hour(run.deadline))
        assert waiting.sentence(run) == f"Waits for payment.authorized for 42 s; gives up at {at}."
        run.deadline = now - timedelta(minutes=1)
        at = show.timed(run.deadline, waiting.hour(run.deadline))
        assert waiting.sentence(run) == f"Stuck: waits for payment.authorized for 42 s; gave up at {at}."


def dead_letter(run: SagaInstance, type_: str, consumer: str) -> Inbox:
    message = Message.objects.get(type=type_, correlation_id=run.correlation_id)
    row = Inbox.objects.get(consumer=consumer, message_id=message.message_id)
    row.state, row.tries, row.error_class = "dead", 8, "ValueError"
    row.save()
    return row


def test_a_dead_letter_of_the_run_is_a_hint_and_tried_again(declined: SagaInstance) -> None:
    row = dead_letter(declined, "orders.reject_order", "orders.commands")
    client = administrator()
    scope = belonging(declined)
    hint = waiting.hints(scope, waiting.unfinished(scope))[0]
    assert (hint.state, hint.link) == ("dead", reverse("console:dead-letter", args=[row.pk]))
    assert "orders.reject_order was given up by orders.commands after 8 tries: ValueError" in hint.text

    page = act(client, declined, "retry", "mended")

    row.refresh_from_db()
    assert row.state == "waiting"
    assert "1 message is tried again." in page.content.decode()
    deed = Message.objects.get(type="operator.acted")
    assert '"reason":"mended"' in deed.body
    repair = Repair.objects.get()
    assert (row.repair, repair.action, repair.reason, repair.asked, repair.mended) == (repair, "retry", "mended", 1, 1)
    assert repair.run is None
    followed = client.get(reverse("console:repair", args=[repair.pk])).context
    assert [(part.name, part.number) for part in followed["standing"].parts] == [("waiting", 1)]
    assert "operator.acted" in [one["type"] for one in told(client, declined)["rows"]]


def test_what_failed_and_waits_is_tried_before_its_time_without_a_repair(declined: SagaInstance) -> None:
    row = dead_letter(declined, "orders.reject_order", "orders.commands")
    Inbox.objects.filter(pk=row.pk).update(state="waiting", due_at=clock.now() + timedelta(hours=1))

    page = act(administrator(), declined, "retry", "mended")

    row.refresh_from_db()
    assert (row.state, row.tries, row.repair) == ("waiting", 0, None)
    assert row.due_at is not None
    assert row.due_at <= clock.now()
    assert "1 message is tried again." in page.content.decode()
    assert not Repair.objects.exists()


def test_a_dead_letter_is_discarded_from_the_run_with_a_reason_once(declined: SagaInstance) -> None:
    row = dead_letter(declined, "orders.reject_order", "orders.commands")
    client, token = administrator(), uuid4()

    page = act(client, declined, "discard", "the order is gone", token)
    again = act(client, declined, "discard", "the order is gone", token)

    row.refresh_from_db()
    repair = Repair.objects.get()
    assert (row.state, row.repair) == ("discarded", repair)
    assert (repair.action, repair.reason, repair.mended) == ("discard", "the order is gone", 1)
    assert "1 message is discarded." in page.content.decode()
    assert "Discard: was sent already." in again.content.decode()
    assert Message.objects.filter(type="operator.acted").count() == 1
    assert refusals(client, declined)["discard"] == "None of its messages was given up."


def test_to_discard_from_a_run_takes_the_permission_for_dead_letters(declined: SagaInstance) -> None:
    row = dead_letter(declined, "orders.reject_order", "orders.commands")
    client = client_of("operator", SEE, *STEER)

    assert "retry and discard dead letters" in refusals(client, declined)["discard"]
    assert act(client, declined, "discard").status_code == 403
    row.refresh_from_db()
    assert row.state == "dead"


def test_what_has_ended_says_what_can_not_be_done(declined: SagaInstance) -> None:
    assert refusals(administrator(), declined) == {
        "retry": "The run has ended, and none of its messages was given up.",
        "discard": "None of its messages was given up.",
        "cancel": "The order is rejected.",
        "compensate": "The run has ended.",
    }


def test_who_may_only_look_sees_every_button_and_the_permission_it_needs(declined: SagaInstance) -> None:
    client = client_of("viewer", SEE)

    against = refusals(client, declined)
    assert against["retry"] == "You lack the permission to retry, cancel and compensate runs."
    assert set(against) == {"retry", "discard", "cancel", "compensate"}
    assert act(client, declined, "retry").status_code == 403
    assert client_of("nobody").get(reverse("console:runs")).status_code == 403


def test_cancelling_a_run_cancels_its_order_once(shop: Callable[[], int]) -> None:
    say(place())
    shop()
    client, run, token = client_of("operator", SEE, *STEER), saga("checkout"), uuid4()

    act(client, run, "cancel", "changed their mind", token)
    again = act(client, run, "cancel", "changed their mind", token)
    shop()

    assert Message.objects.filter(type="orders.cancel_order").count() == 1
    assert "Cancel: was sent already." in again.content.decode()
    assert (order().status, runs()["cancellation"][0]) == ("cancelled", "completed")


def test_without_a_reason_nothing_is_done(shop: Callable[[], int]) -> None:
    say(place())
    shop()

    page = act(administrator(), saga("checkout"), "cancel", " ")

    assert "Say why" in page.content.decode()
    assert not Message.objects.filter(type="orders.cancel_order").exists()


def test_a_checkout_is_called_off_and_its_order_rejected(shop: Callable[[], int]) -> None:
    say(place(card="tok_ok"))
    carry_to_authorizing()
    client = administrator()
    run = waits_for_payment()
    assert [action for action, against in refusals(client, run).items() if not against] == [
        "retry",
        "cancel",
        "compensate",
    ]

    act(client, run, "compensate", "a test order")
    shop()

    assert (order().status, order().reason) == ("rejected", "called_off: a test order")
    assert runs()["checkout"] == ("compensated", "called_off: a test order")
    lanes = {row["type"]: (row["kind"], row["lane"]) for row in told(client, run)["rows"]}
    assert lanes["operator.acted"] == ("person", "people")
    assert lanes["saga.compensation_asked"] == ("event", "saga")


def test_a_run_asks_again_for_what_it_waits_for(shop: Callable[[], int]) -> None:
    say(place())
    carry_to_authorizing()
    run = waits_for_payment()

    act(administrator(), run, "retry", "it was lost")
    shop()

    assert Message.objects.filter(type="payments.authorize_payment").count() == 2
    assert Message.objects.filter(type="payment.authorized").count() == 1
    assert order().status == "confirmed"


def test_a_shipping_is_called_off_before_it_leaves(shop: Callable[[], int]) -> None:
    say(place())
    shop()
    for command in (create(), pack()):
        say(command)
        shop()
    client, run = administrator(), saga("shipping")

    act(client, run, "compensate", "damaged")
    shop()

    assert runs()["shipping"][0] == "compensated"
    assert refusals(client, saga("shipping"))["compensate"] == "The run has ended."
    assert Order.objects.get(pk=ORDER).payment_status == "refunded"


def test_the_old_addresses_lead_here(declined: SagaInstance) -> None:
    client = administrator()
    old = reverse("admin:backbone_sagainstance_changelist")

    assert client.get(f"{old}?state=stuck&saga=checkout")["Location"] == "/runs/?state=stuck&kind=checkout"
    change = reverse("admin:backbone_sagainstance_change", args=[declined.pk])
    assert client.get(change)["Location"] == reverse("console:run", args=[declined.pk])


def carry_to_authorizing() -> None:
    """Up to where the run has asked for the money, and payments has not heard it."""
    for consumer in ("orders.commands", "sagas.checkout", "inventory.commands", "sagas.checkout"):
        carry_out(consumer)
