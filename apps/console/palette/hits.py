"""What the palette finds: a word, what kind of thing it is, and where it leads."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

MOST = 10
LAST = "\U0010ffff"


@dataclass(frozen=True)
class Hit:
    title: Any
    kind: Any
    icon: str
    link: str
    about: Any = ""


def beginning(field: str, text: str) -> Q:
    """As `startswith`, by an index on both databases: SQLite's LIKE has none, and its text sorts by code point."""
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + LAST})
    return Q(**{f"{field}__startswith": text})


def spellings(text: str) -> set[str]:
    """Names begin with capitals; people type without them."""
    return {text, text.lower(), text.upper(), text.capitalize(), text.title()}


def beginnings(field: str, texts: set[str]) -> Q:
    wanted = Q()
    for text in texts:
        wanted |= beginning(field, text)
    return wanted


def fair(kinds: list[list[Hit]]) -> list[Hit]:
    """At most ten, from each kind in turn, so that no kind hides another."""
    chosen: list[list[Hit]] = [[] for _kind in kinds]
    for place in range(MOST):
        for mine, hits in zip(chosen, kinds, strict=True):
            if place < len(hits) and sum(map(len, chosen)) < MOST:
                mine.append(hits[place])
    return [hit for mine in chosen for hit in mine]
