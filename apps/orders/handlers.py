"""Orders' commands carried out; mail to customers leaves here too."""

from decimal import Decimal
from typing import Any

import moneyed
import msgspec
from django.core.mail import send_mail
from django.db import connection
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy as _, to_locale
from moneyed.l10n import format_money

from apps.backbone import clock
from apps.backbone.handlers import Handlers
from apps.backbone.log import execute, load
from apps.backbone.messages import Command, Envelope
from apps.backbone.models import table
from apps.orders.commands import (
    CancelOrder,
    CancelShipment,
    ChangeCustomer,
    ConfirmOrder,
    CreateShipment,
    DispatchShipment,
    ExpireOrder,
    FinishCancellation,
    HoldOrder,
    MarkDelivered,
    MarkShipmentReady,
    NotifyCustomer,
    PackShipment,
    PlaceOrder,
    RegisterCustomer,
    RejectOrder,
    ReleaseOrder,
)
from apps.orders.domain import customer, notification, order
from apps.orders.models import Order, OrderNumber, Shipment

handlers = Handlers("orders")

PREFIXES = {"api": "A", "console": "C", "import": "I", "demo": "D"}
FIRST_NUMBER = 1001
PAYING = (Order.PaymentStatus.PENDING, Order.PaymentStatus.AUTHORIZED, Order.PaymentStatus.UNKNOWN)


@handlers.on(RegisterCustomer, ChangeCustomer, locks=customer.stream)
def change_customer(command: Command, envelope: Envelope) -> None:
    execute(customer, command, cause=envelope)


def locks_of_new_order(command: PlaceOrder) -> list[str]:
    """The channel's numbers too: who takes one waits for the other's commit, and in the same order as everyone."""
    return [order.stream(command), f"number-{command.channel}"]


@handlers.on(PlaceOrder, locks=locks_of_new_order)
def place(command: PlaceOrder, envelope: Envelope) -> None:
    fresh = load(order, order.stream(command)).status == "none"
    number = next_number(command.channel) if fresh else ""
    execute(order, command, cause=envelope, facts=(clock.now(), number))


@handlers.on(ExpireOrder, locks=order.stream)
def expire(command: ExpireOrder, envelope: Envelope) -> None:
    paying = Order.objects.filter(pk=command.order_id, payment_status__in=PAYING).exists()
    execute(order, command, cause=envelope, facts=(clock.now(), "", paying))


@handlers.on(
    ConfirmOrder,
    RejectOrder,
    HoldOrder,
    ReleaseOrder,
    CancelOrder,
    FinishCancellation,
    CreateShipment,
    PackShipment,
    MarkShipmentReady,
    DispatchShipment,
    MarkDelivered,
    CancelShipment,
    locks=order.stream,
)
def change_order(command: Command, envelope: Envelope) -> None:
    execute(order, command, cause=envelope, facts=(clock.now(),))


def next_number(channel: str) -> str:
    """The next number of the channel: `C-1001`. The row stays locked until the order that takes it is committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table(OrderNumber)} AS held (channel, last) VALUES (%s, %s) "
            "ON CONFLICT (channel) DO UPDATE SET last = held.last + 1 RETURNING last",
            [channel, FIRST_NUMBER],
        )
        return f"{PREFIXES[channel]}-{cursor.fetchone()[0]}"


class Letter(msgspec.Struct, frozen=True):
    """A mail as it will leave."""

    to: str
    subject: str
    body: str


SUBJECTS = {
    "confirmed": _("Your order {number} is confirmed"),
    "rejected": _("We could not accept your order {number}"),
    "shipped": _("Your order {number} is on its way"),
    "refunded": _("A refund for your order {number}"),
}


def prepare(command: NotifyCustomer, envelope: Envelope) -> Letter | None:
    """None if it was sent already, or if there is nobody to write to."""
    placed = Order.objects.filter(pk=command.order_id).first()
    if load(notification, notification.stream(command)).sent or placed is None or not placed.email:
        return None
    subject = str(SUBJECTS[command.template]).format(number=placed.number)
    return Letter(placed.email, subject, render_to_string(f"mail/{command.template}.txt", told(placed)))


def told(placed: Order) -> dict[str, Any]:
    return {
        "order": placed,
        "lines": placed.lines.all(),
        "total": readable(placed.total_minor, placed.currency),
        "shipment": Shipment.objects.filter(order_id=placed.pk).order_by("-created_at").first(),
    }


def readable(amount_minor: int, currency: str) -> str:
    """`€27.20`, by the rules of the language in use."""
    amount = Decimal(amount_minor) / moneyed.get_currency(currency).sub_unit
    return format_money(moneyed.Money(amount, currency), locale=to_locale(get_language() or "en"))


def call(letter: Letter) -> bool:
    return bool(send_mail(letter.subject, letter.body, None, [letter.to]))


def record(command: NotifyCustomer, envelope: Envelope, letter: Letter, sent: bool) -> None:
    execute(notification, command, cause=envelope, facts=(letter.to,))


handlers.outside(NotifyCustomer, prepare=prepare, call=call, record=record, locks=notification.stream)
