"""Orders, customers, products, streams and messages, found by how their numbers, names or ids begin."""

from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.backbone.models import Message, Stream
from apps.console.palette.hits import MOST, Hit, beginning, beginnings, spellings
from apps.inventory.models import Product
from apps.orders.models import Customer, Order

ID_LEAST, ID_DIGITS = 8, 32
"""Fewer digits of an id begin too many of them."""


def orders(text: str) -> list[Hit]:
    rows = Order.objects.filter(numbered(text) | within("order_id", text)).order_by("number")
    return [
        Hit(row.number, _("order"), "receipt_long", reverse("console:order", args=[row.pk]), row.customer_name)
        for row in rows[:MOST]
    ]


def numbered(text: str) -> Q:
    """`C-1001` or, of any channel, `1001`."""
    letters = [channel[0].upper() for channel in Order.Channel.values]
    return beginnings("number", {f"{letter}-{text}" for letter in letters} if text.isdecimal() else {text.upper()})


def customers(text: str) -> list[Hit]:
    named = Customer.objects.filter(beginnings("name", spellings(text))).order_by("name")[:MOST]
    written = Customer.objects.filter(beginnings("email", {text, text.lower()})).order_by("email")[:MOST]
    rows = {row.pk: row for row in [*named, *written]}.values()
    return [
        Hit(row.name, _("customer"), "person", of_admin("orders_customer", row.pk), row.email)
        for row in islice(rows, MOST)
    ]


def products(text: str) -> list[Hit]:
    coded = Product.objects.filter(beginnings("sku", spellings(text))).order_by("sku")[:MOST]
    titled = Product.objects.filter(beginnings("title", spellings(text))).order_by("title")[:MOST]
    rows = {row.pk: row for row in [*coded, *titled]}.values()
    return [
        Hit(row.title, _("product"), "sell", of_admin("inventory_product", row.pk), row.sku)
        for row in islice(rows, MOST)
    ]


def streams(text: str) -> list[Hit]:
    if len(text) < 3:
        return []
    names = Stream.objects.filter(beginning("name", text)).order_by("name").values_list("name", flat=True)[:MOST]
    return [Hit(name, _("stream"), "linear_scale", events(stream=name)) for name in names]


def messages(text: str) -> list[Hit]:
    rows = Message.objects.filter(within("message_id", text)).order_by("message_id")[:MOST]
    found = [Hit(row.message_id, _("message"), "mail", event(row.pk), row.type) for row in rows]
    if (whole := identity(text)) and Message.objects.filter(correlation_id=whole).exists():
        led = Hit(whole, _("correlation"), "hub", events(correlation=whole), _("everything the first request led to"))
        return [led, *found]
    return found


def within(field: str, text: str) -> Q:
    """Ids that begin with these digits; none if it is no beginning of an id worth a look."""
    digits = text.replace("-", "").lower()
    if not ID_LEAST <= len(digits) <= ID_DIGITS or not all(each in "0123456789abcdef" for each in digits):
        return Q(pk__in=[])
    first, last = (UUID(digits.ljust(ID_DIGITS, fill)) for fill in "0f")
    return Q(**{f"{field}__gte": first, f"{field}__lte": last})


def identity(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def of_admin(model: str, key: Any) -> str:
    return reverse(f"admin:{model}_change", args=[key])


def events(**filters: Any) -> str:
    (name, value), *_others = filters.items()
    return f"{reverse('console:events')}?{name}={value}"


def event(seq: int) -> str:
    return reverse("console:event", args=[seq])
