"""What needs a person, counted: each number leads to the list of exactly those."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from apps.console.home.addresses import first_of
from apps.console.problems import counting


@dataclass(frozen=True)
class Card:
    """One kind of problem: how many, and the list of exactly those."""

    name: str
    title: Any
    number: int
    icon: str
    link: str
    good: Any
    """What is said when there is none."""


def cards(request: HttpRequest) -> list[Card]:
    """Only those whose list this person may open, what is worst first."""
    counted = counts(request)
    return [
        Card(kind.name, kind.title, counted[kind.name], kind.icon, link(kind.name), kind.good)
        for kind in counting.visible(request.user)
    ]


def link(kind: str) -> str:
    return first_of("console:dead-letters") if kind == "dead_letters" else first_of("console:problems", kind=kind)


def counts(request: HttpRequest) -> dict[str, int]:
    """Asked for once by each request: the menu and the page say the same."""
    if not hasattr(request, "problem_counts"):
        request.problem_counts = counting.counts(request.user)  # type: ignore[attr-defined]
    found: dict[str, int] = request.problem_counts  # type: ignore[attr-defined]
    return found


def count_problems(request: HttpRequest) -> int:
    return sum(counts(request).values())


def count_dead_letters(request: HttpRequest) -> int:
    return counts(request).get("dead_letters", 0)
