"""What an order comes to: per line, then in all, in whole minor units of one currency."""

from functools import reduce
from operator import add
from typing import NamedTuple

from apps.backbone.messages import Money, zero
from apps.orders.commands import NewLine
from apps.orders.events import Totals

BASIS_POINTS = 10_000


class Amounts(NamedTuple):
    """One line's money."""

    gross: Money
    discount: Money
    tax: Money
    total: Money


def amounts(line: NewLine) -> Amounts:
    gross = line.unit_price * line.quantity
    net = gross - line.discount
    tax = Money(portion(net.amount_minor, line.tax_basis_points), net.currency)
    return Amounts(gross, line.discount, tax, net + tax)


def portion(amount_minor: int, basis_points: int) -> int:
    """So many basis points of an amount that is not negative, rounded half up."""
    return (amount_minor * basis_points * 2 + BASIS_POINTS) // (2 * BASIS_POINTS)


def totals(lines: list[Amounts], shipping: Money) -> Totals:
    """Exact: the lines' totals and the shipping add up to `grand`."""
    nothing = zero(shipping.currency)
    subtotal = reduce(add, (line.gross for line in lines), nothing)
    discount = reduce(add, (line.discount for line in lines), nothing)
    tax = reduce(add, (line.tax for line in lines), nothing)
    return Totals(
        subtotal=subtotal, discount=discount, shipping=shipping, tax=tax, grand=subtotal - discount + shipping + tax
    )
