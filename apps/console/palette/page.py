"""What the dialog shows for the letters typed so far."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.console import frame
from apps.console.palette.finding import find


@frame.staff()
@require_GET
def found(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:200]
    hits = find(request, text if text.isprintable() else "")
    return render(request, "console/palette/found.html", {"hits": hits, "text": text})
