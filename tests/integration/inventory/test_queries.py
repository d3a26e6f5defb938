"""What can be had now, and at what price."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.backbone import clock
from apps.inventory.commands import ChangeProduct
from apps.inventory.queries import availability, quote
from tests.integration.inventory.shelf import PRICE, carry_out, reserve, stock_up

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TEA = {"sku": "tea", "title": "Tea", "price": {"amount_minor": 450, "currency": "EUR"}, "active": True}


def test_a_quote_adds_up_lines_of_one_product_and_all_warehouses():
    stock_up(tea=3)
    stock_up("far", 2, tea=2)
    carry_out(reserve(1, tea=1))

    assert quote([{"sku": "tea", "quantity": 2}, {"sku": "tea", "quantity": 2}]) == [
        {**TEA, "quantity": 4, "available": 4, "enough": True}
    ]


def test_an_unknown_product_has_no_price_and_is_not_there():
    assert quote([{"sku": "gin", "quantity": 1}]) == [
        {
            "sku": "gin",
            "title": None,
            "price": None,
            "active": False,
            "quantity": 1,
            "available": 0,
            "enough": False,
        }
    ]


def test_a_retired_product_is_not_available():
    stock_up(tea=3)
    carry_out(ChangeProduct(sku="tea", title="Tea", price=PRICE, reorder_point=0, active=False))

    assert quote([{"sku": "tea", "quantity": 1}]) == [
        {**TEA, "active": False, "quantity": 1, "available": 0, "enough": False}
    ]


def test_what_an_overdue_reservation_holds_is_as_good_as_free():
    stock_up(tea=3)
    with clock.at(NOON):
        carry_out(reserve(1, tea=2))
        held = availability(["tea", "gin"])

    with clock.at(NOON + timedelta(minutes=15)):
        assert (held, availability(["tea"])) == ({"tea": 1, "gin": 0}, {"tea": 3})
