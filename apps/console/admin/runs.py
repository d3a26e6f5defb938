"""The saga runs have pages of their own; what the admin would show of them leads there."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from apps.backbone.models import SagaInstance
from apps.console.admin.readonly import ReadOnly

NAMES = {"state": "state", "saga": "kind"}
"""The filters that old links hold, and what they are called now."""


@admin.register(SagaInstance)
class SagaInstanceAdmin(ReadOnly):
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        kept = {NAMES[name]: str(value) for name, value in request.GET.items() if name in NAMES}
        return redirect(reverse("console:runs") + (f"?{urlencode(kept)}" if kept else ""))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("console:run", int(object_id)) if object_id.isdecimal() else redirect("console:runs")
