"""Finds what begins with some letters, among what this person may see; every search is by an index and ends at ten."""

from collections.abc import Callable

from django.http import HttpRequest

from apps.console.palette import places, things
from apps.console.palette.hits import MOST, Hit, fair

THINGS: list[tuple[str, Callable[[str], list[Hit]]]] = [
    ("orders.view_order", things.orders),
    ("orders.view_customer", things.customers),
    ("inventory.view_product", things.products),
    ("backbone.view_message", things.streams),
    ("backbone.view_message", things.messages),
]


def find(request: HttpRequest, text: str) -> list[Hit]:
    if not text:
        return [*places.actions(request, ""), *places.pages(request, "")]
    found = [search(text) for permission, search in THINGS if request.user.has_perm(permission)]
    return fair([*found, places.actions(request, text)[:MOST], places.pages(request, text)[:MOST]])
