"""Start: a card for each workflow that staff can begin."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.console import frame
from apps.console.start import ways


@dataclass(frozen=True)
class Card:
    title: Any
    about: Any
    icon: str
    address: str
    lacks: str
    """Why this person may not, in words; nothing if they may."""


@frame.staff()
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    groups = [(title, made) for title, some in ways.groups() if (made := cards_of(request, some))]
    return frame.page(request, "console/start/start.html", _("Start"), groups=groups)


def cards(request: HttpRequest) -> list[Card]:
    """All of them, as one list."""
    return [card for _title, some in ways.groups() for card in cards_of(request, some)]


def cards_of(request: HttpRequest, some: list[ways.Way]) -> list[Card]:
    return [
        Card(way.title, way.about, way.icon, way.address, frame.lack(request.user, way.permission))
        for way in some
        if way.address
    ]
