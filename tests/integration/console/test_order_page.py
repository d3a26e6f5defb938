"""The order page: what it shows, what it offers, and what its buttons do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from apps.backbone import clock
from apps.backbone.models import Message
from apps.console.orders import act as order_actions
from apps.orders.models import Order, Shipment
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import ORDER, dispatch, open_shop, place, say

pytestmark = pytest.mark.django_db

PAGE = f"/orders/{ORDER}/"
EVERYTHING = ("orders.view_order", "orders.change_order", "payments.change_payment")


@pytest.fixture
def confirmed(drain: Callable[[], int]) -> Callable[[], int]:
    open_shop(drain, tea=5)
    say(place())
    drain()
    return drain


def act(client: Any, action: str, **fields: Any) -> Any:
    return client.post(reverse("console:order-action", args=[ORDER, action]), {"token": uuid4()} | fields)


def offered(client: Any) -> dict[str, str]:
    """Each action with what stands against it."""
    return {offer.action.name: offer.refusal for offer in client.get(PAGE).context["offers"]}


def order() -> Order:
    return Order.objects.get(pk=ORDER)


def test_it_shows_every_message_in_order_with_its_cause(confirmed: Callable[[], int]) -> None:
    rows = administrator().get(PAGE).context["rows"]

    told = [(line.type, cause.type if cause else "") for line, cause in rows]
    assert told[:4] == [
        ("orders.place_order", ""),
        ("order.placed", "orders.place_order"),
        ("inventory.reserve_stock", "order.placed"),
        ("stock.reserved", "inventory.reserve_stock"),
    ]
    assert [line.position for line, _ in rows] == sorted(line.position for line, _ in rows)
    assert ("order.confirmed", "orders.confirm_order") in told


def test_a_confirmed_order_says_what_can_be_done_and_why_not_the_rest(confirmed: Callable[[], int]) -> None:
    assert offered(administrator()) == {
        "ship": "",
        "dispatch": "No packed shipment waits to leave.",
        "delivered": "No shipment is on its way.",
        "hold": "",
        "release": "The order is not on hold.",
        "refund": "Nothing is captured that could be given back.",
        "cancel": "",
    }


def test_who_may_only_look_sees_every_button_with_the_permission_it_needs(confirmed: Callable[[], int]) -> None:
    client = client_of("viewer", "orders.view_order")

    assert set(offered(client).values()) == {
        "You lack the permission to steer orders: ship, hold, change or cancel them.",
        "You lack the permission to refund and settle payments.",
    }
    assert client.get(PAGE).content.decode().count('aria-disabled="true"') == 7
    assert act(client, "cancel", reason="no").status_code == 403
    assert act(client, "refund", amount="1", reason="no").status_code == 403


def test_cancelling_gives_everything_back(confirmed: Callable[[], int]) -> None:
    act(administrator(), "cancel", reason="changed their mind")
    confirmed()

    assert (order().status, order().payment_status, order().reason) == ("cancelled", "voided", "changed their mind")


def test_a_button_pressed_twice_is_one_command(confirmed: Callable[[], int]) -> None:
    client, token = administrator(), uuid4()

    act(client, "hold", token=token, reason="manual", note="look at it")
    act(client, "hold", token=token, reason="manual", note="look at it")
    confirmed()

    assert Message.objects.filter(type="orders.hold_order").count() == 1
    assert order().standing_holds == 1


def test_what_is_not_allowed_now_sends_nothing(confirmed: Callable[[], int]) -> None:
    reply = act(administrator(), "delivered")

    assert reply.status_code == 302
    assert not Message.objects.filter(type="orders.mark_delivered").exists()


def test_a_wrong_field_is_named_beside_it(confirmed: Callable[[], int]) -> None:
    reply = act(administrator(), "cancel", reason="")

    assert reply.status_code == 422
    opened = [offer for offer in reply.context["offers"] if offer.opened]
    assert [offer.form.errors for offer in opened] == [{"reason": ["This field is required."]}]


def test_an_order_is_shipped_captured_delivered_and_refunded(
    confirmed: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_actions, "PATIENCE_SECONDS", 0.0)
    client = administrator()

    act(client, "ship")
    confirmed()
    act(client, "pack")
    confirmed()
    assert (Shipment.objects.get().status, order().payment_status) == ("ready", "captured")
    act(client, "dispatch", carrier="Post", tracking_number="RR1")
    confirmed()
    act(client, "delivered")
    confirmed()
    assert order().status == "completed"
    act(client, "refund", amount="4.00", reason="late")
    confirmed()

    assert (order().payment_status, order().refunded_minor) == ("partially_refunded", 400)


@pytest.fixture
def captured(confirmed: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    monkeypatch.setattr(order_actions, "PATIENCE_SECONDS", 0.0)
    client = client_of("packer", *EVERYTHING)
    for action in ("ship", "pack"):
        act(client, action)
        confirmed()
    return confirmed


def said(client: Any) -> list[str]:
    return [str(message) for message in client.get(PAGE).context["messages"]]


def test_a_refund_names_the_most_that_can_be_given_back(captured: Callable[[], int]) -> None:
    client = client_of("third", *EVERYTHING)
    [form] = [offer.form for offer in client.get(PAGE).context["offers"] if offer.action.name == "refund"]
    most = str(form["amount"].value())

    reply = act(client, "refund", amount="1000000", reason="late")

    [opened] = [offer for offer in reply.context["offers"] if offer.opened]
    assert opened.form.errors == {"amount": [f"More than nothing, and at most €{most}."]}
    assert most[-3] == "."
    assert [str(message) for message in reply.context["messages"]] == ["Refund: nothing was sent."]


def test_a_form_that_came_too_late_is_answered_on_the_orders_page(captured: Callable[[], int]) -> None:
    client, token = client_of("third", *EVERYTHING), uuid4()
    most = order().captured_minor / 100
    act(client, "refund", token=token, amount=most, reason="late")
    captured()

    again = act(client, "refund", token=token, amount=most, reason="late")
    assert (again.status_code, again["Location"], said(client)) == (302, PAGE, ["Refund: was sent already."])
    late = act(client, "refund", amount=most, reason="late")
    assert (late.status_code, late["Location"]) == (302, PAGE)
    assert said(client) == ["Refund: Nothing is captured that could be given back."]


def test_what_was_asked_for_is_under_way_until_something_comes_of_it(confirmed: Callable[[], int]) -> None:
    client = administrator()
    page = client.get(act(client, "hold", reason="manual", note="")["Location"])
    now, asked = reverse("console:order-now", args=[ORDER]), page.context["under_way"].message_id
    query = {"seen": page.context["sheet"].digest, "asked": asked}

    assert "orders.hold_order: under way. The page follows it." in page.content.decode()
    assert client.get(now, query).status_code == 204
    confirmed()
    assert "under way. The page follows it." not in client.get(now, query).content.decode()


def test_what_nothing_comes_of_is_not_under_way_for_ever(confirmed: Callable[[], int]) -> None:
    client = administrator()
    page = client.get(act(client, "hold", reason="manual", note="")["Location"])
    query = {"seen": page.context["sheet"].digest, "asked": page.context["under_way"].message_id}

    with clock.at(clock.now() + timedelta(minutes=2)):
        later = client.get(reverse("console:order-now", args=[ORDER]), query)

    assert "under way. The page follows it." not in later.content.decode()


def test_the_address_of_a_button_opens_its_form_on_the_orders_page(confirmed: Callable[[], int]) -> None:
    client = administrator()

    page = client.get(reverse("console:order-action", args=[ORDER, "hold"]), follow=True)

    assert page.redirect_chain == [(f"{PAGE}?do=hold", 302)]
    assert [offer.action.name for offer in page.context["offers"] if offer.opened] == ["hold"]


def test_a_run_is_named_by_its_orders_number(confirmed: Callable[[], int]) -> None:
    content = administrator().get(reverse("console:runs")).content.decode()

    assert f'<a class="link" href="{PAGE}">{order().number}</a>' in content


@pytest.mark.parametrize("amount", ["0", "-1", "1000000", "1.005", "NaN", "many"])
def test_a_refund_is_no_more_than_what_was_captured(
    confirmed: Callable[[], int], monkeypatch: pytest.MonkeyPatch, amount: str
) -> None:
    monkeypatch.setattr(order_actions, "PATIENCE_SECONDS", 0.0)
    client = administrator()
    for action in ("ship", "pack"):
        act(client, action)
        confirmed()

    reply = act(client, "refund", amount=amount, reason="late")

    assert reply.status_code == 422
    assert not Message.objects.filter(type="payments.refund_payment").exists()


@pytest.mark.parametrize(
    ("result", "status", "payment_status"), [("succeeded", "confirmed", "authorized"), ("failed", "rejected", "failed")]
)
def test_an_outcome_that_the_gateway_never_told_is_recorded(
    drain: Callable[[], int], result: str, status: str, payment_status: str
) -> None:
    asked_at = clock.now() - timedelta(hours=25)
    with clock.at(asked_at):
        open_shop(drain, tea=5)
        say(place(card="tok_no_answer"))
        drain()
    drain()
    client = administrator()
    assert order().payment_status == "unknown"
    [operation] = client.get(PAGE).context["sheet"].in_review

    act(client, "outcome", operation=operation.pk, result=result, answer="ch_1", reason="seen at the gateway")
    drain()

    [command] = Message.objects.filter(type="payments.record_outcome", actor__startswith="user:")
    assert '"reason":"seen at the gateway"' in command.body
    assert (order().status, order().payment_status) == (status, payment_status)
    assert "outcome" not in offered(client)


def test_stock_that_was_given_back_says_so(confirmed: Callable[[], int]) -> None:
    client = administrator()
    act(client, "cancel", reason="changed their mind")
    confirmed()

    steps = [(step.word, step.state) for step in client.get(PAGE).context["sheet"].steps]
    assert steps[:3] == [("placed", "done"), ("reserved, released", "undone"), ("authorized", "done")]


def test_a_hold_is_released(confirmed: Callable[[], int]) -> None:
    client = administrator()
    act(client, "hold", reason="fraud", note="")
    confirmed()
    [hold] = client.get(PAGE).context["sheet"].standing_holds
    assert offered(client)["ship"] == "The order is on hold."

    act(client, "release", hold=hold.pk)
    confirmed()

    assert order().standing_holds == 0


def test_the_changing_part_comes_only_when_something_changed(confirmed: Callable[[], int]) -> None:
    client = administrator()
    seen = client.get(PAGE).context["sheet"].digest
    now = reverse("console:order-now", args=[ORDER])

    assert client.get(now, {"seen": seen}).status_code == 204
    act(client, "hold", reason="manual", note="")
    confirmed()
    assert client.get(now, {"seen": seen}).status_code == 200


def test_a_dispatched_order_cannot_be_cancelled(confirmed: Callable[[], int]) -> None:
    client = administrator()
    act(client, "ship")
    confirmed()
    act(client, "pack")
    confirmed()
    shipment = Shipment.objects.get()
    say(dispatch_of(shipment.pk))
    confirmed()

    assert offered(client)["cancel"] == "A shipment has left."


def dispatch_of(shipment_id: UUID) -> Any:
    import msgspec

    return msgspec.structs.replace(dispatch(), shipment_id=shipment_id)


def test_whoever_calls_a_paid_shipment_off_is_told_beforehand_and_whoever_ships_again_too(
    captured: Callable[[], int],
) -> None:
    client = client_of("third", *EVERYTHING)
    warnings = {offer.action.name: offer.warning for offer in client.get(PAGE).context["offers"]}
    assert "a new shipment of this order would end on hold for its payment" in warnings["drop"]

    act(client, "drop")
    captured()

    page = client.get(PAGE)
    assert (Shipment.objects.get().status, order().payment_status) == ("cancelled", "refunded")
    assert "cannot be taken a second time" in page.content.decode()
    assert page.context["sheet"].spent in [offer.warning for offer in page.context["offers"]]
    act(client, "ship")
    captured()
    act(client, "pack")
    captured()
    assert [hold.reason for hold in client.get(PAGE).context["sheet"].standing_holds] == ["payment"]


def test_a_lost_parcel_ends_its_order(captured: Callable[[], int]) -> None:
    client = client_of("third", *EVERYTHING)
    assert "lost" not in offered(client)
    act(client, "dispatch", carrier="Post")
    captured()

    act(client, "lost")
    captured()

    assert (Shipment.objects.get().status, order().status) == ("lost", "completed")


def test_it_says_what_it_waits_for(confirmed: Callable[[], int]) -> None:
    client = administrator()
    assert [(wait.state, wait.text) for wait in client.get(PAGE).context["waits"]] == [
        ("unfulfilled", "Somebody has to ship it")
    ]

    act(client, "hold", reason="fraud", note="look at it")
    confirmed()

    assert [wait.text for wait in client.get(PAGE).context["waits"]] == ["On hold (fraud): look at it"]


def test_an_order_that_is_not_placed_yet_has_a_page(drain: Callable[[], int]) -> None:
    open_shop(drain, tea=5)
    say(place())

    page = administrator().get(PAGE)

    assert page.status_code == 200
    assert page.context["refused"] is None
    drain()
    now = administrator_again().get(reverse("console:order-now", args=[ORDER]))
    assert now.headers["HX-Refresh"] == "true"


def administrator_again() -> Any:
    return client_of("second", "orders.view_order")


def test_a_refused_request_says_why(drain: Callable[[], int]) -> None:
    import msgspec

    open_shop(drain, tea=5)
    say(msgspec.structs.replace(place(), lines=()))
    drain()

    page = administrator().get(PAGE)

    assert page.context["refused"].type == "order.request_refused"
    assert page.context["reasons"]
