"""What every layout says of a row: a line of an order, postage, or nothing and why."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec
from moneyed import CURRENCIES

from apps.backbone.messages import Money
from apps.console.imports.reading import Row
from apps.orders.commands import NewLine
from apps.orders.events import Address

ABSENT = "-"
"""What an address says where the file has no word."""


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """What all rows of one order must agree on."""

    name: str
    email: str
    ship_to: Address
    payment_method: str
    shipping: Money


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the order `reference`."""

    reference: str
    buyer: Buyer
    line: NewLine


class Postage(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is no product but the order's shipping."""

    reference: str
    amount: Money
    row: int


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is no sale; the file is none the worse for it."""

    reference: str
    why: str


@dataclass(frozen=True)
class Layout:
    """A named set of columns and how a row of them reads; what `read` cannot take stands in the row's faults."""

    name: str
    title: Any
    columns: tuple[str, ...]
    """Those that must be there; others may."""
    read: Callable[[Row], Line | Postage | Skipped]
    key: str
    """The column that says which order a row belongs to, also when the rest of it cannot be read."""
    names: dict[str, str] = field(default_factory=dict)
    """What its columns are called, where an order's fields have other names."""

    def column(self, name: str) -> str:
        return self.names.get(name, name)

    def missing(self, columns: list[str]) -> list[str]:
        return [name for name in self.columns if name not in columns]


def rounded(amount: Decimal, currency: str) -> Money:
    """To the currency's minor unit, half up."""
    minor = (amount * CURRENCIES[currency].sub_unit).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return Money(int(minor), currency)
