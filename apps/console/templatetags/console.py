"""The console's own template tags: states, money, instants, ids, links."""

from typing import Any

from django import template
from django.utils.crypto import get_random_string
from django.utils.safestring import SafeString

from apps.console import cards, frame, reasons, show, states
from apps.console.languages import notes

register = template.Library()

register.filter("instant", show.instant)
register.filter("timed", show.timed)
register.filter("identity", show.identity)
register.filter("pretty", show.pretty)
register.filter("raw", show.raw)
register.filter("ago", show.ago)
register.filter("card", cards.card)
register.filter("again", notes.again)
register.filter("reason", reasons.explained)


@register.simple_tag
def state(value: str, word: Any = "", title: Any = "") -> SafeString | str:
    return states.badge(value, word, title)


@register.simple_tag
def money(amount_minor: int | None, currency: str) -> str:
    return show.money(amount_minor, currency)


@register.simple_tag
def order_link(order_id: Any, text: Any = "") -> SafeString | str:
    return show.order_link(order_id, text)


@register.filter
def held(permissions: Any, name: str) -> bool:
    """`{% if user|held:"orders.change_order" %}`"""
    return bool(permissions.has_perm(name))


@register.simple_tag(takes_context=True)
def lack(context: Any, *permissions: str) -> str:
    """`{% lack "orders.change_order" as why %}`: why this person may not, or nothing."""
    return frame.lack(context["request"].user, *permissions)


@register.simple_tag
def mark() -> str:
    """An id for one element of one page, that no later swap brings again."""
    return f"mark-{get_random_string(8)}"
