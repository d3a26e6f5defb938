"""What a problem is, and what a kind of problem can say: how many there are, and which."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode


@dataclass(frozen=True)
class Remedy:
    """The one safe thing to do about a problem: a form that posts, a link, or a command for the shell."""

    label: Any
    icon: str = ""
    post: str = ""
    """Where the form goes."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    command: str = ""
    permission: str = ""
    once: bool = False
    """The form wants a token of its own, so that it starts one run however often it is sent."""


@dataclass(frozen=True)
class Problem:
    """One row of the list: what, where, since when, how many, why; the page of exactly that; what to do."""

    kind: str
    state: str
    """Which icon and color it has."""
    what: Any
    where: str
    service: str
    since: datetime | None
    number: int
    why: Any
    link: str
    remedy: Remedy | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of problem."""

    name: str
    title: Any
    icon: str
    good: Any
    """What is said when there is none."""
    permission: str
    count: Callable[[], int]
    problems: Callable[[], list[Problem]]
    """Their numbers add up to the count."""


def address(name: str, *arguments: Any, **query: Any) -> str:
    """Nothing where there is no such page."""
    try:
        return reverse(name, args=arguments) + (f"?{urlencode(query)}" if query else "")
    except NoReverseMatch:
        return ""
