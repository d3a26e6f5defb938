"""Totals are exact, in every currency, and never negative."""

from functools import reduce
from operator import add

import pytest
from hypothesis import given, strategies as st

from apps.backbone.messages import Money
from apps.orders.commands import NewLine
from apps.orders.domain.totals import amounts, portion, totals
from apps.orders.events import Totals


@st.composite
def lines(draw, currency: str = "KWD"):
    quantity, price = draw(st.integers(1, 1_000_000)), draw(st.integers(0, 10**9))
    return NewLine(
        sku="tea",
        title="Tea",
        quantity=quantity,
        unit_price=Money(price, currency),
        discount=Money(draw(st.integers(0, quantity * price)), currency),
        tax_basis_points=draw(st.integers(0, 10_000)),
    )


@given(st.lists(lines(), min_size=1, max_size=20), st.integers(0, 10**6))
def test_the_lines_and_the_shipping_add_up_to_the_order(ordered, shipping):
    each = [amounts(line) for line in ordered]
    whole = totals(each, Money(shipping, "KWD"))

    assert whole.grand == reduce(add, (line.total for line in each), whole.shipping)
    assert whole.grand == whole.subtotal - whole.discount + whole.shipping + whole.tax


@given(lines())
def test_no_part_of_a_line_is_negative(ordered):
    assert all(part.amount_minor >= 0 for part in amounts(ordered))


@given(st.integers(0, 10**15), st.integers(0, 10_000))
def test_tax_is_at_most_half_a_unit_off(amount, basis_points):
    assert abs(portion(amount, basis_points) * 10_000 - amount * basis_points) <= 5_000


@pytest.mark.parametrize(
    ("amount", "basis_points", "tax"), [(10, 500, 1), (9, 500, 0), (30, 500, 2), (0, 10_000, 0), (1_999, 1_900, 380)]
)
def test_half_a_unit_of_tax_is_rounded_up(amount, basis_points, tax):
    assert portion(amount, basis_points) == tax


def test_a_discounted_line_is_taxed_on_what_is_left():
    line = NewLine(
        sku="tea",
        title="Tea",
        quantity=3,
        unit_price=Money(1_000, "JPY"),
        discount=Money(500, "JPY"),
        tax_basis_points=1_000,
    )

    assert totals([amounts(line)], Money(300, "JPY")) == Totals(
        subtotal=Money(3_000, "JPY"),
        discount=Money(500, "JPY"),
        shipping=Money(300, "JPY"),
        tax=Money(250, "JPY"),
        grand=Money(3_050, "JPY"),
    )
