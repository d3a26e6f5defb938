"""What has changed in a list of runs since a browser drew it: runs that came, and those shown that look different."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.backbone.models import JobRun, SagaInstance
from apps.console import frame
from apps.console.runs import listing
from apps.console.runs.rows import Row, rows_of

MOST_SHOWN = 300
"""Rows that one page may ask after."""


@frame.staff(listing.SEE)
@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """The page tells each row that it shows with its digest, and hears of the others of its first page and of changes.

    Below the first page nothing is new: only what is shown there is renewed.
    """
    wanted, shown = listing.asked(request), known(request.GET.get("shown", ""))
    first = [] if request.GET.get("older") else listing.page(request, wanted)[0]
    missing = shown.keys() - {row.mark for row in first}
    there = [*first, *found(missing, wanted)]
    context: dict[str, Any] = {
        "new": [row for row in first if row.mark not in shown],
        "renewed": [row for row in there if shown.get(row.mark, row.digest) != row.digest],
        "chips": listing.chips(request, wanted),
    }
    return render(request, "console/runs/news.html", context)


def known(given: str) -> dict[str, str]:
    """`s12.0a1b2c3d,j7.…` → the digest of each row that is shown."""
    pairs = (one.partition(".") for one in given.split(",")[:MOST_SHOWN])
    return {mark: digest for mark, _dot, digest in pairs if mark[:1] in ("s", "j") and is_number(mark[1:])}


def is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


def found(marks: set[str], wanted: listing.Wanted) -> list[Row]:
    """Rows that the filter no longer means, or that newer ones have pushed from the first page."""
    numbers = {kind: [int(mark[1:]) for mark in marks if mark[0] == kind] for kind in ("s", "j")}
    sagas = SagaInstance.objects.filter(pk__in=numbers["s"])
    jobs = JobRun.objects.filter(pk__in=numbers["j"]) if wanted.sees_jobs else JobRun.objects.none()
    return rows_of([*sagas, *jobs])
