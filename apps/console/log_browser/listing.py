"""The list of messages, newest first."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.backbone.models import Message
from apps.console import frame, lines
from apps.console.log_browser import search
from apps.console.log_browser.filters import FiltersForm, types

SEE = "backbone.view_message"


@frame.staff(SEE)
@require_GET
def events(request: HttpRequest) -> HttpResponse:
    form = FiltersForm(request.GET)
    found = search.find(request, form)
    return frame.page(
        request,
        "console/log_browser/events.html",
        _("Events"),
        form=form,
        types=types(),
        found=found,
        page=found.page,
        rows=lines.lines((row, place(row)) for row in found.page.rows),
        narrowed=form.narrows,
    )


def place(message: Message) -> int:
    """Its position; 0 while it has none."""
    numbered = getattr(message, "numbered", None)
    return numbered.pk if numbered else 0
