"""Why something was refused, stopped or waits, in words; the code that the log has stays on hover."""

import re
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from apps.orders.models import Order
from apps.payments.models import Operation

CODES: dict[str, Any] = {
    # why an order was rejected, or its run gave up
    "out_of_stock": gettext_lazy("not enough in stock"),
    "declined": gettext_lazy("the card was declined"),
    "payment_failed": gettext_lazy("the payment failed"),
    "stock_timeout": gettext_lazy("the stock was not reserved in time"),
    "payment_timeout": gettext_lazy("the payment was not authorized in time"),
    "called_off": gettext_lazy("it was called off by hand"),
    "cancelling": gettext_lazy("the order is being cancelled"),
    "cancelled": gettext_lazy("the order was cancelled"),
    "rejected": gettext_lazy("the order was rejected"),
    "expired": gettext_lazy("the time to pay is over"),
    "given_up": gettext_lazy("the time to pay is over"),
    "dispatched": gettext_lazy("a shipment has left"),
    "completed": gettext_lazy("the order is completed"),
    "closed": gettext_lazy("the order has ended"),
    "lost": gettext_lazy("the parcel was lost"),
    "short": gettext_lazy("goods were missing from the shelf"),
    # what the gateway answered
    "insufficient_funds": gettext_lazy("not enough money on the card"),
    "stolen_card": gettext_lazy("the card is reported stolen"),
    "unknown_card": gettext_lazy("the gateway does not know the card"),
    "card_declined": gettext_lazy("the bank said no and not why"),
    "no_such_charge": gettext_lazy("the gateway knows no such charge"),
    "processing_error": gettext_lazy("an error at the gateway; it may work later"),
    "refund_failed": gettext_lazy("the refund failed at the gateway"),
    "amount_too_large": gettext_lazy("more than the gateway holds"),
    "authorization_expired": gettext_lazy("the authorization has expired"),
    "currency_differs": gettext_lazy("another currency than the payment's"),
    "nothing_to_void": gettext_lazy("no authorization to give back"),
    # what the payments service would not do
    "amount_not_positive": gettext_lazy("the amount is not more than nothing"),
    "over_captured": gettext_lazy("more than was captured"),
    "over_authorized": gettext_lazy("more than was authorized"),
    "payment_closed": gettext_lazy("the payment is closed"),
    "authorization_in_flight": gettext_lazy("the authorization is being asked for already"),
    "operation_in_flight": gettext_lazy("the gateway has not answered an earlier request"),
    "void_in_flight": gettext_lazy("the authorization is being given back"),
    "already_authorized": gettext_lazy("authorized already"),
    "already_captured": gettext_lazy("captured already"),
    "operation_id_reused": gettext_lazy("another request had the same id"),
    "needs_review": gettext_lazy("a person must find out what became of it"),
    "auth_expired": gettext_lazy("the authorization has expired"),
    "remainder": gettext_lazy("what was left of the authorization"),
    # what stands in a hold or an adjustment
    "fraud": gettext_lazy("fraud"),
    "manual": gettext_lazy("by hand"),
    "damage": gettext_lazy("damaged"),
    "theft": gettext_lazy("stolen"),
    "found": gettext_lazy("found"),
    "count": gettext_lazy("counted"),
    "correction": gettext_lazy("correction"),
}
PLACES: dict[str, Any] = {
    "order": gettext_lazy("order"),
    "shipment": gettext_lazy("shipment"),
    "reservation": gettext_lazy("reservation"),
    "payment": gettext_lazy("payment"),
    "hold_id": gettext_lazy("hold"),
    "captured": gettext_lazy("captured"),
    "authorized": gettext_lazy("authorized"),
    "payment_due_at": gettext_lazy("payment due"),
    "lines": gettext_lazy("lines"),
    "sku": gettext_lazy("product"),
    "quantity": gettext_lazy("quantity"),
    "warehouse_id": gettext_lazy("warehouse"),
    "expected": gettext_lazy("on hand now"),
    "delta": gettext_lazy("change"),
    "carrier": gettext_lazy("carrier"),
    "tracking_number": gettext_lazy("tracking number"),
}
STANDING: dict[str, Any] = {
    **dict(Order.Status.choices),
    "none": pgettext_lazy("state", "not there"),
    "pending": gettext_lazy("not packed"),
    "packed": gettext_lazy("packed"),
    "ready": gettext_lazy("ready to leave"),
    "dispatched": gettext_lazy("dispatched"),
    "delivered": gettext_lazy("delivered"),
    "lost": gettext_lazy("lost"),
    "released": gettext_lazy("released"),
}
PHRASES: list[tuple[str, Any]] = [
    (r"it is on hold", gettext_lazy("it is on hold")),
    (r"it has expired", gettext_lazy("it has expired")),
    (r"it has a shipment already", gettext_lazy("it has a shipment already")),
    (r"it may yet succeed", gettext_lazy("it may yet succeed")),
    (r"it has no total", gettext_lazy("it has no total")),
    (r"its stock has left with a shipment", gettext_lazy("its stock has left with a shipment")),
    (r"not the order's total", gettext_lazy("not the order's total")),
    (r"no such hold", gettext_lazy("no such hold")),
    (r"not yet", gettext_lazy("not yet")),
    (r"there is nothing to pay", gettext_lazy("there is nothing to pay")),
    (r"an order has at least one", gettext_lazy("an order has at least one")),
    (r"no such product", gettext_lazy("no such product")),
    (r"no warehouse (?P<id>.+)", gettext_lazy("no warehouse %(id)s")),
    (r"no product (?P<id>.+)", gettext_lazy("no product %(id)s")),
    (r"(?P<found>\d+) on hand, not (?P<asked>-?\d+)", gettext_lazy("%(found)s on hand, not %(asked)s")),
    (r"only (?P<found>\d+) on hand", gettext_lazy("only %(found)s on hand")),
    (
        r"(?P<held>\d+) of (?P<found>\d+) on hand are held for orders",
        gettext_lazy("%(held)s of %(found)s on hand are held for orders"),
    ),
    (r"the order was cancelled", gettext_lazy("the order was cancelled")),
    (r"the shipment was (?P<how>cancelled|short|lost)", gettext_lazy("the shipment was called off")),
    (r"the next try of the capture", gettext_lazy("the next try of the capture")),
    (r"the outcome of the (?P<what>\w+)", gettext_lazy("the outcome of the %(what)s")),
    (r"(?P<one>[a-z_]+\.[a-z_]+) or (?P<other>[a-z_]+\.[a-z_]+)", gettext_lazy("%(one)s or %(other)s")),
    (r"(?P<what>.+), after a reply was lost", gettext_lazy("%(what)s, after a reply was lost")),
    (r"(?P<what>.+), to give back what was taken", gettext_lazy("%(what)s, to give back what was taken")),
    (r"waits for (?P<what>.+) since (?P<since>[-\d: ]+) UTC", gettext_lazy("waits for %(what)s since %(since)s UTC")),
]
"""Sentences that the services and processes say; event types in them stay as they are."""


def words(reason: str) -> str:
    """`declined: insufficient_funds` -> "the card was declined: not enough money on the card".

    What a person has written comes back as it is.
    """
    first, colon, rest = reason.partition(": ")
    if colon and (first in PLACES or first in CODES):
        return f"{PLACES.get(first) or CODES[first]}: {words(rest)}"
    if colon and re.fullmatch(r"[a-z_]+\.[a-z_]+", first):
        return f"{first}: {words(rest)}"
    return str(CODES[reason]) if reason in CODES else phrase(reason)


def phrase(text: str) -> str:
    if found := re.fullmatch(r"it is (\w+)", text):
        return _("it is %(state)s") % {"state": STANDING.get(found[1], found[1])}
    for pattern, said in PHRASES:
        if found := re.fullmatch(pattern, text):
            values = {name: inner(value) if name == "what" else value for name, value in found.groupdict().items()}
            return str(said % values) if values else str(said)
    return text


def inner(text: str) -> str:
    """What stands inside a sentence: one of the gateway's operations, or another sentence."""
    return str(dict(Operation.Kind.choices).get(text) or phrase(text))


def explained(reason: str) -> SafeString | str:
    """The words, with the code on hover; a sentence that was only translated has none."""
    if not reason:
        return "–"
    told = words(reason)
    coded = told != reason and re.fullmatch(r"\w+(: \w+)*", reason)
    return format_html('<span title="{}">{}</span>', reason, told) if coded else format_html("{}", told)
