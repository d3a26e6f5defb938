"""Pages of the menu and ways to start something, found by their words in the language of the page or in English."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from apps.console.menu import MENU, Page, Place, address
from apps.console.palette.hits import Hit
from apps.console.sidebar import allowed
from apps.console.start.page import cards


def pages(request: HttpRequest, text: str) -> list[Hit]:
    return [
        Hit(title, _("page"), icon, link)
        for title, icon, link in listed(request)
        if matches(text, title, in_english(title))
    ]


def listed(request: HttpRequest) -> list[tuple[Any, str, str]]:
    """Every page that this person's menu leads to, each once."""
    found: dict[str, tuple[Any, str, str]] = {}
    for _group, places in MENU:
        for place in places:
            for title, link in ways(request, place):
                found.setdefault(link, (title, place.icon, link))
    return list(found.values())


def ways(request: HttpRequest, place: Place) -> list[tuple[Any, str]]:
    beside = [Page(name, place.title, place.permission) for name in place.names[:1]] + list(place.within)
    return [
        (one.title, link)
        for one in beside
        if one.title and allowed(request, one) and (link := address(one.name) or place.address)
    ]


def actions(request: HttpRequest, text: str) -> list[Hit]:
    return [
        Hit(card.title, _("start"), card.icon, card.address, card.about)
        for card in cards(request)
        if not card.lacks and matches(text, card.title, in_english(card.title))
    ]


def in_english(title: Any) -> str:
    with translation.override("en"):
        return str(title)


def matches(text: str, *titles: Any) -> bool:
    """A word begins so; Chinese has no blanks between words."""
    wanted = text.casefold()
    return any(
        f" {title}".casefold().find(f" {wanted}") >= 0 or (not wanted.isascii() and wanted in str(title).casefold())
        for title in titles
    )
