"""A repair's own page: how far it is, and what became of each of its letters."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.backbone.models import JobRun, Repair
from apps.console import frame, lines, paging
from apps.console.dead_letters import fates, filters, repairs
from apps.console.dead_letters.pages import SEE, with_lines
from apps.console.problems.kind import address

ENDED = (JobRun.State.FAILED, JobRun.State.CANCELLED)


@frame.staff(SEE)
@require_GET
def repair(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Its letters by state, as the index has them: what failed again stands first.

    How far it is is read before them: a page that says that nothing changes any more has a list that does not.
    """
    found = get_object_or_404(Repair.objects.select_related("run"), pk=repair_id)
    told = progress(found)
    fate = request.GET.get("fate", "")
    rows = repairs.letters_of(found).defer("raw", "traceback")
    if fate in repairs.FATES:
        rows = rows.filter(repairs.FATES[fate])
    page = paging.page(request, rows, ("state", "pk"))
    return frame.page(
        request,
        "console/dead_letters/repair.html",
        _("Tried again") if found.action == repairs.RETRY else _("Discarded"),
        letters=[(row, line, *fates.fate(row)) for row, line in with_lines(page.rows)],
        page=page,
        fate=fate,
        **told,
    )


def progress(found: Repair) -> dict[str, Any]:
    """What changes while it goes on."""
    wanted = filters.decode(found.wanted)
    group = {name: getattr(found, name) for name in filters.GROUP} if found.consumer else {}
    return {
        "repair": found,
        "standing": fates.standing(found),
        "wanted": wanted,
        "who": lines.names([found.actor]).get(found.actor, found.actor),
        "joined": repairs.joined(found, group),
        "joined_link": address("console:dead-letter-group", **group, joined=found.pk),
        "group_link": address("console:dead-letter-group", **group) if group else "",
        "stopped": found.run is not None and found.run.state in ENDED,
    }


@frame.staff(SEE)
@require_GET
def now(request: HttpRequest, repair_id: int) -> HttpResponse:
    """The part that changes. Once nothing changes any more the whole page comes again, with its list."""
    found = get_object_or_404(Repair.objects.select_related("run"), pk=repair_id)
    told = progress(found)
    response = render(request, "console/dead_letters/now.html", told)
    if not told["standing"].going:
        response.headers["HX-Refresh"] = "true"
    return response
