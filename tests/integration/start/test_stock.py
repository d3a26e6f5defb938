"""The forms that receive and adjust stock, and the page that says what became of them."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.backbone.models import Message
from apps.inventory.models import StockLevel
from tests.integration.api.shop import in_log, stock_up
from tests.integration.start.pages import Desk, faults, lines

pytestmark = pytest.mark.django_db

RECEIPT, ADJUSTMENT = "/start/receipt/", "/start/adjustment/"
LOSS = {"sku": "tea", "warehouse": "main", "expected": "10", "delta": "-3", "reason": "damage", "note": ""}


@pytest.fixture
def desk(drain: Callable[[], int]) -> Desk:
    stock_up(tea=10, cup=0)
    return Desk()


def on_hand(sku: str) -> int:
    return StockLevel.objects.get(product_id=sku).on_hand


def test_goods_are_received_once_and_the_page_says_so(desk: Desk, drain: Callable[[], int]):
    filled = {"warehouse": "main", "reference": "PO-7"} | lines(
        {"sku": "tea", "quantity": "5", "unit_cost": "2.10"}, {"sku": "cup", "quantity": "2", "unit_cost": ""}
    )
    token = desk.token(RECEIPT)
    first, second = desk.send(RECEIPT, filled, token), desk.send(RECEIPT, filled, token)
    waiting = desk.get(first["Location"])
    drain()

    assert first["Location"] == second["Location"]
    assert (on_hand("tea"), on_hand("cup"), in_log("stock.received")) == (15, 2, 2)
    assert "under way" in waiting.content.decode()
    assert [line.type for line in desk.get(f"{first['Location']}now/").context["answers"]] == ["stock.received"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"warehouse": "moon"}, "warehouse"),
        (lines({"sku": "gin", "quantity": "1", "unit_cost": ""}), "0-sku"),
        (lines({"sku": "tea", "quantity": "0", "unit_cost": ""}), "0-quantity"),
        (lines({"sku": "tea", "quantity": "1", "unit_cost": "0.001"}), "0-unit_cost"),
        (lines({"sku": "tea", "quantity": "1", "unit_cost": "-1"}), "0-unit_cost"),
    ],
)
def test_a_receipt_names_what_is_wrong(desk: Desk, changes: dict[str, Any], field: str):
    before = Message.objects.count()
    filled = {"warehouse": "main", "reference": ""} | lines({"sku": "tea", "quantity": "1", "unit_cost": ""})
    reply = desk.send(RECEIPT, filled | changes)

    assert (reply.status_code, list(faults(reply))) == (422, [field])
    assert Message.objects.count() == before


def test_stock_is_adjusted_from_what_is_on_hand(desk: Desk, drain: Callable[[], int]):
    desk.send(ADJUSTMENT, LOSS)
    drain()

    assert on_hand("tea") == 7


def test_what_changed_meanwhile_refuses_the_adjustment_and_the_page_says_why(desk: Desk, drain: Callable[[], int]):
    first = desk.send(ADJUSTMENT, LOSS)
    second = desk.send(ADJUSTMENT, LOSS)
    drain()

    assert on_hand("tea") == 7
    assert desk.get(first["Location"]).context["reason"] == ""
    assert desk.get(second["Location"]).context["reason"] == "expected: 7 on hand, not 10"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"expected": "9"}, "expected"),
        ({"expected": ""}, "expected"),
        ({"delta": "0"}, "delta"),
        ({"delta": "-11"}, "delta"),
        ({"sku": "gin", "expected": "0", "delta": "1"}, "sku"),
        ({"reason": "because"}, "reason"),
        ({"warehouse": "moon"}, "warehouse"),
    ],
)
def test_an_adjustment_names_what_is_wrong(desk: Desk, changes: dict[str, Any], field: str):
    before = Message.objects.count()
    reply = desk.send(ADJUSTMENT, LOSS | changes)

    assert (reply.status_code, field in faults(reply)) == (422, True)
    assert Message.objects.count() == before


def test_what_is_on_hand_is_filled_in(desk: Desk):
    page = desk.get("/start/on-hand/", sku="tea", warehouse="main").content.decode()

    assert 'value="10"' in page
    assert desk.get(ADJUSTMENT, sku="tea", warehouse="main").context["form"]["expected"].value() == 10


def test_only_commands_of_these_forms_have_such_a_page(desk: Desk):
    other = Message.objects.filter(type="stock.received").first()

    assert other is not None
    assert desk.get(f"/start/sent/{other.message_id}/").status_code == 404
