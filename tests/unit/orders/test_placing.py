"""An order is placed once and whole, or refused with the field that is wrong."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from apps.backbone.messages import MAX_BODY_BYTES, Money
from apps.backbone.saga import identity
from apps.orders.commands import ChangeCustomer, RegisterCustomer
from apps.orders.domain import customer, order
from apps.orders.events import (
    CustomerChanged,
    CustomerRegistered,
    CustomerRequestRefused,
    OrderLine,
    OrderPlaced,
    Totals,
)
from tests.unit.orders.samples import HOME, NOW, ORDER, TOTAL, after, eur, line, place, refusal


def test_everything_that_was_agreed_is_frozen():
    when = place(reference="PO 7")
    then = [
        OrderPlaced(
            order_id=ORDER,
            order_number="C-1001",
            channel="console",
            customer_name="Ada Lovelace",
            email="ada@example.org",
            lines=(
                OrderLine(
                    line_id=identity("order", ORDER, "line-1"),
                    sku="tea",
                    title="A tea",
                    quantity=2,
                    unit_price=eur(450),
                    discount=eur(100),
                    tax=eur(0),
                    total=eur(800),
                ),
                OrderLine(
                    line_id=identity("order", ORDER, "line-2"),
                    sku="pot",
                    title="A pot",
                    quantity=1,
                    unit_price=eur(1_200),
                    discount=eur(0),
                    tax=eur(120),
                    total=eur(1_320),
                ),
            ),
            totals=Totals(subtotal=eur(2_100), discount=eur(100), shipping=eur(600), tax=eur(120), grand=TOTAL),
            ship_to=HOME,
            bill_to=HOME,
            payment_method="tok_ok",
            payment_due_at=NOW + timedelta(minutes=30),
            reference="PO 7",
        )
    ]

    assert order.outcome([], when, NOW, "C-1001") == then


def test_the_same_order_is_placed_once():
    assert order.outcome(after(place()), place(), NOW, "C-1002") == []


def test_a_second_request_with_the_same_id_changes_nothing():
    assert order.outcome(after(place()), place(email="other@example.org"), NOW, "C-1002") == []


def test_one_product_may_stand_on_two_lines():
    [placed] = order.outcome([], place(lines=(line(), line())), NOW, "C-1001")

    assert [each.sku for each in placed.lines] == ["tea", "tea"]


def test_a_refused_order_may_be_placed_once_it_is_right():
    given = order.outcome([], place(lines=()), NOW, "C-1001")

    assert isinstance(order.outcome(given, place(), NOW, "C-1002")[0], OrderPlaced)


def homeless(**fields):
    return msgspec.structs.replace(HOME, **fields)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"lines": ()}, "lines: an order has at least one"),
        ({"lines": (line(quantity=0),)}, "line 1, quantity: 1 to 1000000"),
        ({"lines": (line(), line(quantity=-1))}, "line 2, quantity: 1 to 1000000"),
        ({"lines": (line(quantity=1_000_001),)}, "line 1, quantity: 1 to 1000000"),
        ({"lines": (line(unit_price=-1),)}, "line 1, unit_price: must not be negative"),
        ({"lines": (line(unit_price=10**15 + 1),)}, "line 1, unit_price: at most 1000000000000000"),
        ({"lines": (line(discount=eur(901)),)}, "line 1, discount: more than the line is worth"),
        ({"lines": (line(discount=eur(-1)),)}, "line 1, discount: must not be negative"),
        ({"lines": (line(discount=Money(1, "USD")),)}, "line 1, discount: USD in an order in EUR"),
        ({"lines": (line(unit_price=0), line(tax_basis_points=-1))}, "line 2, tax_basis_points: 0 to 10000"),
        ({"lines": (line(), line(title=" "))}, "line 2, title: 1 to 200 characters"),
        ({"lines": (line(sku=""),)}, "line 1, sku: 1 to 64 characters"),
        ({"lines": (line(quantity=10**6, unit_price=10**10),)}, "lines: the total is over 1000000000000000"),
        ({"lines": (line(unit_price=0),), "shipping": eur(0)}, "lines: there is nothing to pay"),
        ({"shipping": Money(600, "USD")}, "line 1, unit_price: EUR in an order in USD"),
        ({"shipping": Money(600, "EURO")}, "shipping: 'EURO' is no currency"),
        ({"shipping": eur(-1)}, "shipping: must not be negative"),
        ({"email": "ada"}, "email: not an address that mail can reach"),
        ({"email": ""}, "email: not an address that mail can reach"),
        ({"email": "ada@example.org\n"}, "email: not an address that mail can reach"),
        ({"customer_name": ""}, "customer_name: 1 to 200 characters"),
        ({"ship_to": homeless(street="")}, "ship_to.street: 1 to 200 characters"),
        ({"ship_to": homeless(country="England")}, "ship_to.country: an ISO-3166 code of two letters"),
        ({"bill_to": homeless(postal_code=" ")}, "bill_to.postal_code: 1 to 200 characters"),
        ({"payment_method": ""}, "payment_method: 1 to 200 characters"),
        ({"payment_method": "4242 4242 4242 4242"}, "payment_method: the gateway's token, never a card number"),
        ({"reference": "x" * 201}, "reference: at most 200 characters"),
    ],
)
def test_a_malformed_order_is_refused_by_its_first_fault(fields, reason):
    when = place(**fields)

    assert order.outcome([], when, NOW, "C-1001") == [refusal(when, reason)]


def test_an_order_too_large_for_one_message_is_refused():
    when = place(lines=(line(),) * 400)

    assert len(msgspec.json.encode(when)) < MAX_BODY_BYTES * 2
    assert order.outcome([], when, NOW, "C-1001") == [refusal(when, "lines: too many for one order")]


@pytest.mark.parametrize("channel", ["import", "demo"])
def test_nobody_is_written_to_about_an_import_so_it_needs_no_email(channel):
    assert isinstance(order.outcome([], place(channel=channel, email=""), NOW, "I-1")[0], OrderPlaced)


CUSTOMER = UUID(int=9)
REGISTER = RegisterCustomer(customer_id=CUSTOMER, name="Ada Lovelace", email="ada@example.org", address=HOME)


def test_a_customer_is_registered_once():
    registered = CustomerRegistered(customer_id=CUSTOMER, name="Ada Lovelace", email="ada@example.org", address=HOME)

    assert customer.outcome([], REGISTER) == [registered]
    assert customer.outcome([registered], REGISTER) == []


def test_a_customer_moves_and_says_so_once():
    registered = CustomerRegistered(customer_id=CUSTOMER, name="Ada Lovelace", email="ada@example.org")
    when = ChangeCustomer(customer_id=CUSTOMER, name="Ada King", email="ada@example.org", address=HOME)
    changed = CustomerChanged(customer_id=CUSTOMER, name="Ada King", email="ada@example.org", address=HOME)

    assert customer.outcome([registered], when) == [changed]
    assert customer.outcome([registered, changed], when) == []
    assert customer.outcome([registered, changed], REGISTER) == []


@pytest.mark.parametrize(
    ("given", "email", "reason"),
    [
        ([], "ada@example.org", "customer_id: no such customer"),
        ([CustomerRegistered(customer_id=CUSTOMER, name="Ada", email="a@example.org")], "ada",
         "email: not an address that mail can reach"),
    ],
)  # fmt: skip
def test_a_change_that_no_customer_can_have_is_refused(given, email, reason):
    when = ChangeCustomer(customer_id=CUSTOMER, name="Ada", email=email)

    assert customer.outcome(given, when) == [
        CustomerRequestRefused(customer_id=CUSTOMER, asked="orders.change_customer", reason=reason)
    ]


def test_a_customer_without_a_working_address_is_refused():
    when = RegisterCustomer(customer_id=CUSTOMER, name="Ada", email="ada@localhost")
    reason = "email: not an address that mail can reach"

    assert customer.outcome([], when) == [
        CustomerRequestRefused(customer_id=CUSTOMER, asked="orders.register_customer", reason=reason)
    ]
