"""The page of workers and queues."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.console import frame
from apps.console.workers import queues
from apps.console.workers.broker import asker
from apps.console.workers.presences import seats

SEE = "backbone.view_process"


@frame.staff(SEE)
@require_GET
def workers(request: HttpRequest, name: str = "") -> HttpResponse:
    """`name` comes with old addresses of single processes; they stand in the list."""
    answer = asker.ask(queues.names())
    found = queues.queues(answer)
    return frame.page(
        request,
        "console/workers/page.html",
        _("Workers & queues"),
        seats=seats(),
        broker=answer,
        queues=found,
        waiting=sum(one.waiting for one in found),
        version=settings.WAYBILL_VERSION,
    )
