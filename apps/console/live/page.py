"""Live: what happens, as it happens. The rows come over the socket; see `live_feed`."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.backbone import messages
from apps.console import frame

SEE = "backbone.view_message"


@frame.staff(SEE)
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    types = sorted(messages.events | messages.commands)
    services = sorted({one.service for one in (messages.events | messages.commands).values()})
    return frame.page(request, "console/live/page.html", _("Live"), types=types, services=services)
