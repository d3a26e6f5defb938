"""What is wrong with a request for an order or for stock, field by field, before it becomes a command."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _
from moneyed import CURRENCIES

from apps.backbone.messages import Money
from apps.console.countries import is_country
from apps.inventory.models import Product
from apps.orders.commands import NewLine, PlaceOrder
from apps.orders.events import Address

MOST_LINES = 100
MOST_OF_A_LINE = 1_000_000
LARGEST_AMOUNT = 10**12
LONGEST_TEXT = 200
BASIS_POINTS = 10_000

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_CARD_NUMBER = re.compile(r"(\d[ -]?){12,18}\d")

UNMAILED = ("import", "demo")


class Fault(NamedTuple):
    """One field, as `lines.0.quantity`, and what is wrong with it."""

    field: str
    why: str


Products = Mapping[str, Product]


def products_of(skus: Iterable[str]) -> Products:
    wanted = [sku for sku in set(skus) if not _CONTROL.search(sku)]
    return Product.objects.in_bulk(wanted)


def faults_of_order(command: PlaceOrder, products: Products) -> list[Fault]:
    """Everything that is wrong, in the order of the fields."""
    found = [*_faults_of_lines(command, products), *_faults_of_buyer(command)]
    found += _faults_of_amount("shipping", command.shipping)
    if not found and not _worth(command):
        found.append(Fault("lines", _("There is nothing to pay.")))
    return found


def _worth(command: PlaceOrder) -> int:
    lines = sum((line.unit_price * line.quantity - line.discount).amount_minor for line in command.lines)
    return lines + command.shipping.amount_minor


def _faults_of_lines(command: PlaceOrder, products: Products) -> Iterator[Fault]:
    if not 1 <= len(command.lines) <= MOST_LINES:
        yield Fault("lines", _("An order has from 1 to %(most)d lines.") % {"most": MOST_LINES})
    first: dict[str, int] = {}
    for number, line in enumerate(command.lines):
        where = f"lines.{number}"
        if first.setdefault(line.sku, number) != number:
            same = _("%(sku)s is in line %(line)d already: add the quantities up.")
            yield Fault(f"{where}.sku", same % {"sku": line.sku, "line": first[line.sku] + 1})
        yield from _faults_of_product(f"{where}.sku", line.sku, products)
        yield from _faults_of_line(where, line, command.shipping.currency)


def _faults_of_product(where: str, sku: str, products: Products) -> Iterator[Fault]:
    product = products.get(sku)
    if product is None:
        yield Fault(where, _("There is no product %(sku)s.") % {"sku": sku[:LONGEST_TEXT]})
    elif not product.active:
        yield Fault(where, _("%(sku)s is not sold any more.") % {"sku": sku})


def _faults_of_line(where: str, line: NewLine, currency: str) -> Iterator[Fault]:
    if not 1 <= line.quantity <= MOST_OF_A_LINE:
        yield Fault(f"{where}.quantity", _("Must be from 1 to %(most)d.") % {"most": MOST_OF_A_LINE})
    for name, amount in (("unit_price", line.unit_price), ("discount", line.discount)):
        yield from _faults_of_amount(f"{where}.{name}", amount, currency)
    if line.discount.amount_minor > line.unit_price.amount_minor * line.quantity:
        yield Fault(f"{where}.discount", _("More than the line is worth."))
    if not 0 <= line.tax_basis_points <= BASIS_POINTS:
        yield Fault(f"{where}.tax_basis_points", _("Must be from 0 to %(most)d.") % {"most": BASIS_POINTS})


def _faults_of_amount(where: str, amount: Money, currency: str = "") -> Iterator[Fault]:
    if amount.currency not in CURRENCIES:
        yield Fault(where, _("%(currency)s is no currency.") % {"currency": amount.currency[:3]})
    elif currency and amount.currency != currency:
        mixed = _("%(found)s in an order in %(currency)s: one order has one currency.")
        yield Fault(where, mixed % {"found": amount.currency, "currency": currency})
    if not 0 <= amount.amount_minor <= LARGEST_AMOUNT:
        yield Fault(where, _("Must be from 0 to %(most)d minor units.") % {"most": LARGEST_AMOUNT})


def _faults_of_buyer(command: PlaceOrder) -> Iterator[Fault]:
    yield from _faults_of_text("customer_name", command.customer_name)
    if command.email or command.channel not in UNMAILED:
        yield from faults_of_email("email", command.email)
    yield from faults_of_address("ship_to", command.ship_to)
    if command.bill_to:
        yield from faults_of_address("bill_to", command.bill_to)
    yield from _faults_of_text("payment_method", command.payment_method)
    if _CARD_NUMBER.fullmatch(command.payment_method):
        yield Fault("payment_method", _("The gateway's token, never a card number."))
    yield from _faults_of_text("reference", command.reference, least=0)


def faults_of_email(where: str, email: str) -> Iterator[Fault]:
    if len(email) > LONGEST_TEXT or _CONTROL.search(email) or not _EMAIL.fullmatch(email):
        yield Fault(where, _("Not an address that mail can reach."))


def faults_of_address(where: str, address: Address) -> Iterator[Fault]:
    for name in ("name", "street", "city", "postal_code"):
        yield from _faults_of_text(f"{where}.{name}", getattr(address, name))
    yield from _faults_of_text(f"{where}.region", address.region, least=0)
    if not is_country(address.country):
        yield Fault(f"{where}.country", _("Not a country: write its ISO-3166 code of two letters, like AT."))


def _faults_of_text(where: str, text: str, least: int = 1) -> Iterator[Fault]:
    if len(text.strip()) < least or len(text) > LONGEST_TEXT:
        yield Fault(where, _("From %(least)d to %(most)d characters.") % {"least": least, "most": LONGEST_TEXT})
    elif _CONTROL.search(text):
        yield Fault(where, _("Has a control character."))
