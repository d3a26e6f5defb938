"""The menu as one person sees it: only what works and what they may see; numbers only where something needs them."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.console.menu import MENU, Page, Place, address, place_of

Item = dict[str, Any]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    here = place_of(request.path)
    groups = [(title, [item(request, one, one is here) for one in places]) for title, places in MENU]
    return [
        {"title": title, "separator": bool(title), "items": shown}
        for title, items in groups
        if (shown := [one for one in items if one])
    ]


def item(request: HttpRequest, place: Place, lit: bool) -> Item | None:
    link = place.address
    if not link or not allowed(request, place):
        return None
    found: Item = {"title": place.title, "icon": place.icon, "link": link, "active": lit}
    number = place.count(request) if place.count else 0
    return found | ({"badge": number, "badge_variant": "danger"} if number else {})


def allowed(request: HttpRequest, one: Place | Page) -> bool:
    return not one.permission or bool(request.user.has_perm(one.permission))


def strip(request: HttpRequest) -> list[Item]:
    """The pages beside this one under the same item of the menu; none if it stands alone."""
    here = place_of(request.path)
    if here is None or not here.address:
        return []
    beside = [Page(here.names[0], here.title, here.permission), *(one for one in here.within if one.title)]
    shown = {address(one.name) or here.address: one.title for one in beside if allowed(request, one)}
    lit = max((link for link in shown if request.path.startswith(link)), key=len, default=here.address)
    items = [{"title": title, "link": link, "active": link == lit} for link, title in shown.items()]
    return items if len(items) > 1 else []


def heading(request: HttpRequest, context: dict[str, Any]) -> list[Item]:
    """The way from the menu to this page, in the menu's words; the last part has no link."""
    here, lit = place_of(request.path), next((one for one in strip(request) if one["active"]), None)
    parts: list[Item] = [{"title": here.title, "link": here.address}] if here and here.address else []
    parts += [lit] if lit else []
    own = context.get("original") or (None if "cl" in context else context.get("title"))
    parts += [{"title": own, "link": ""}] if own else []
    said = list({str(one["title"]): one for one in reversed(parts)}.values())[::-1]
    return [*said[:-1], {**said[-1], "link": ""}] if said else [{"title": _("Home"), "link": ""}]
