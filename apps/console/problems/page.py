"""One list of anything that needs a person, by kind and service."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.console import frame
from apps.console.problems import counting
from apps.console.problems.kind import Kind, Problem
from apps.console.schedules.forms import TokenForm

LONGEST = 50


@dataclass(frozen=True)
class Choice:
    """One value of a filter, how many problems it leaves, and the address that sets it."""

    word: object
    icon: str
    number: int
    link: str
    here: bool


@dataclass(frozen=True)
class Section:
    """The problems of one kind."""

    kind: Kind
    rows: list[Problem]

    @property
    def number(self) -> int:
        return sum(row.number for row in self.rows)


@frame.staff()
@require_GET
def problems(request: HttpRequest) -> HttpResponse:
    kind, service = (request.GET.get(name, "")[:LONGEST] for name in ("kind", "service"))
    every = [Section(each, each.problems()) for each in counting.visible(request.user)]
    of_service = [Section(each.kind, rows_of(each, service)) for each in every]
    return frame.page(
        request,
        "console/problems/list.html",
        _("Problems"),
        sections=[each for each in of_service if each.rows and kind in ("", each.kind.name)],
        kinds=kinds(of_service, kind, service),
        services=services(every, kind, service),
        number=sum(each.number for each in every),
        quiet=[each.kind for each in every if not each.rows],
        filtered=bool(kind or service),
        token=TokenForm(),
    )


def rows_of(section: Section, service: str) -> list[Problem]:
    return [row for row in section.rows if service in ("", row.service)]


def kinds(sections: list[Section], kind: str, service: str) -> list[Choice]:
    total = sum(each.number for each in sections)
    found = [Choice(_("All"), "", total, query(service=service), not kind)]
    return found + [
        Choice(
            each.kind.title,
            each.kind.icon,
            each.number,
            query(kind=each.kind.name, service=service),
            each.kind.name == kind,
        )
        for each in sections
    ]


def services(sections: list[Section], kind: str, service: str) -> list[Choice]:
    """Every service that has a problem of this kind."""
    rows = [row for each in sections if kind in ("", each.kind.name) for row in each.rows]
    numbers: dict[str, int] = {}
    for row in rows:
        numbers[row.service] = numbers.get(row.service, 0) + row.number
    named = sorted((name, number) for name, number in numbers.items() if name)
    found = [Choice(_("Every service"), "", sum(numbers.values()), query(kind=kind), not service)]
    return found + [Choice(name, "", number, query(kind=kind, service=name), name == service) for name, number in named]


def query(**fields: str) -> str:
    return f"?{urlencode({name: value for name, value in fields.items() if value})}"
