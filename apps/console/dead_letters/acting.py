"""Trying again and discarding: one letter, some that were chosen, or all of a filter after a second look."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.backbone.models import Repair
from apps.console import frame
from apps.console.dead_letters import filters, repairs
from apps.console.dead_letters.filters import Asked, Wanted
from apps.console.dead_letters.pages import REPAIR, SEE, choices

LONGEST_REASON = 500
MOST_ROWS = 1000


@frame.staff(SEE)
@require_GET
def confirm(request: HttpRequest, action: str) -> HttpResponse:
    """Says once more what is meant and how many that is, before anything happens."""
    asked = filters.read(request.GET)
    return frame.page(
        request,
        "console/dead_letters/confirm.html",
        _("Try dead letters again") if action == "retry" else _("Discard dead letters"),
        action=action,
        count=asked.wanted.letters().count(),
        few=repairs.FEW,
        user_name=request.user.get_username(),
        **choices(asked),
    )


@frame.staff(SEE, REPAIR)
@require_POST
def act(request: HttpRequest, action: str) -> HttpResponse:
    """`row`, once or often: those; else all that the filter means."""
    asked, rows = filters.read(request.POST), chosen(request.POST)
    if "row" in request.POST and not rows:
        messages.error(request, _("Choose letters first."))
        return redirect(back(asked))
    wanted = Wanted(rows=rows, **asked.wanted.group) if rows else asked.wanted
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    if why := objection(request, action, wanted, reason):
        messages.error(request, why)
        return redirect(again(request, action, asked, rows))
    repair = repairs.begin(request, action, wanted, reason)
    return told(request, repair, rows)


def chosen(given: QueryDict) -> tuple[int, ...]:
    return tuple(int(row) for row in given.getlist("row")[:MOST_ROWS] if row.isdecimal() and len(row) < 19)


def objection(request: HttpRequest, action: str, wanted: Wanted, reason: str) -> str:
    """Why it is not done yet; nothing if it is."""
    if action == Repair.Action.DISCARD and not reason:
        return _("Say why: the reason stays with the message.")
    if wanted.rows or request.POST.get("typed", "").strip().lower() == action:
        return ""
    if wanted.letters().count() > repairs.WORD_ABOVE:
        return _("These are many: type the word %(word)s, then it is done.") % {"word": action}
    return ""


def again(request: HttpRequest, action: str, asked: Asked, rows: tuple[int, ...]) -> str:
    if len(rows) == 1:
        return reverse("console:dead-letter", args=rows)
    return back(asked) if rows else f"{reverse('console:dead-letters-confirm', args=[action])}?{asked.query}"


def back(asked: Asked) -> str:
    return f"{reverse('console:dead-letter-group')}?{asked.query}"


def told(request: HttpRequest, repair: Repair, rows: tuple[int, ...]) -> HttpResponse:
    """One letter's page says what became of it; several have a page of their own."""
    if repair.asked == 0:
        messages.info(request, _("Nothing was done: somebody else has been here first."))
        return redirect("console:dead-letters")
    if repair.run is None:
        messages.success(request, said(repair))
    return redirect("console:dead-letter", rows[0]) if len(rows) == 1 else redirect("console:repair", repair.pk)


def said(repair: Repair) -> str:
    number: dict[str, Any] = {"number": repair.asked}
    if repair.action == Repair.Action.RETRY:
        return (
            ngettext("%(number)d message is tried again.", "%(number)d messages are tried again.", repair.asked)
            % number
        )
    return ngettext("%(number)d message is discarded.", "%(number)d messages are discarded.", repair.asked) % number
