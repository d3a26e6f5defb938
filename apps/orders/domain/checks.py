"""What a request to place an order must be; the first fault is named by its field."""

import re
from collections.abc import Iterator

from moneyed import CURRENCIES

from apps.backbone.messages import Money
from apps.orders.commands import ChangeCustomer, NewLine, PlaceOrder, RegisterCustomer
from apps.orders.domain.totals import BASIS_POINTS, amounts, totals
from apps.orders.events import Address

MOST_OF_A_LINE = 1_000_000
LARGEST_AMOUNT = 10**15
"""In minor units; every sum of it is exact in JSON, in the database and in a browser."""
LONGEST_TEXT = 200
LONGEST_SKU = 64
UNMAILED = ("import", "demo")
"""Channels whose orders may lack an email address, since nobody is written to."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_CARD_NUMBER = re.compile(r"(\d[ -]?){12,18}\d")


def fault_of_order(command: PlaceOrder) -> str:
    """`field: why`, or nothing if it may be placed."""
    return next(_faults_of_order(command), "")


def fault_of_customer(command: RegisterCustomer | ChangeCustomer) -> str:
    return next(_faults_of_customer(command), "")


def _faults_of_order(command: PlaceOrder) -> Iterator[str]:
    if command.email or command.channel not in UNMAILED:
        yield from _faults_of_email(command.email)
    yield from _faults_of_text("customer_name", command.customer_name)
    yield from _faults_of_address("ship_to", command.ship_to)
    if command.bill_to:
        yield from _faults_of_address("bill_to", command.bill_to)
    yield from _faults_of_text("payment_method", command.payment_method)
    if _CARD_NUMBER.fullmatch(command.payment_method):
        yield "payment_method: the gateway's token, never a card number"
    if len(command.reference) > LONGEST_TEXT:
        yield f"reference: at most {LONGEST_TEXT} characters"
    yield from _faults_of_money(command)


def _faults_of_money(command: PlaceOrder) -> Iterator[str]:
    currency = command.shipping.currency
    if currency not in CURRENCIES:
        yield f"shipping: {currency!r} is no currency"
    yield from _faults_of_amount("shipping", command.shipping, currency)
    if not command.lines:
        yield "lines: an order has at least one"
    for number, line in enumerate(command.lines, start=1):
        yield from _faults_of_line(f"line {number}", line, currency)
    grand = totals([amounts(line) for line in command.lines], command.shipping).grand.amount_minor
    if grand == 0:
        yield "lines: there is nothing to pay"
    if grand > LARGEST_AMOUNT:
        yield f"lines: the total is over {LARGEST_AMOUNT}"


def _faults_of_line(where: str, line: NewLine, currency: str) -> Iterator[str]:
    if not line.sku.strip() or len(line.sku) > LONGEST_SKU:
        yield f"{where}, sku: 1 to {LONGEST_SKU} characters"
    yield from _faults_of_text(f"{where}, title", line.title)
    if not 1 <= line.quantity <= MOST_OF_A_LINE:
        yield f"{where}, quantity: 1 to {MOST_OF_A_LINE}"
    yield from _faults_of_amount(f"{where}, unit_price", line.unit_price, currency)
    yield from _faults_of_amount(f"{where}, discount", line.discount, currency)
    if line.discount > line.unit_price * line.quantity:
        yield f"{where}, discount: more than the line is worth"
    if not 0 <= line.tax_basis_points <= BASIS_POINTS:
        yield f"{where}, tax_basis_points: 0 to {BASIS_POINTS}"


def _faults_of_amount(where: str, amount: Money, currency: str) -> Iterator[str]:
    if amount.currency != currency:
        yield f"{where}: {amount.currency} in an order in {currency}"
    if amount.amount_minor < 0:
        yield f"{where}: must not be negative"
    if amount.amount_minor > LARGEST_AMOUNT:
        yield f"{where}: at most {LARGEST_AMOUNT}"


def _faults_of_customer(command: RegisterCustomer | ChangeCustomer) -> Iterator[str]:
    yield from _faults_of_text("name", command.name)
    yield from _faults_of_email(command.email)
    if command.address:
        yield from _faults_of_address("address", command.address)


def _faults_of_address(where: str, address: Address) -> Iterator[str]:
    for field in ("name", "street", "city", "postal_code"):
        yield from _faults_of_text(f"{where}.{field}", getattr(address, field))
    if len(address.region) > LONGEST_TEXT:
        yield f"{where}.region: at most {LONGEST_TEXT} characters"
    if not re.fullmatch("[A-Z]{2}", address.country):
        yield f"{where}.country: an ISO-3166 code of two letters"


def _faults_of_text(where: str, text: str) -> Iterator[str]:
    if not text.strip() or len(text) > LONGEST_TEXT:
        yield f"{where}: 1 to {LONGEST_TEXT} characters"


def _faults_of_email(email: str) -> Iterator[str]:
    if len(email) > LONGEST_TEXT or not _EMAIL.fullmatch(email):
        yield "email: not an address that mail can reach"
