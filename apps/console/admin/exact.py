"""Searches and filters that an index answers, however long the list."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.backbone import clock


def identity(term: str) -> UUID | None:
    try:
        return UUID(term.strip())
    except ValueError:
        return None


class ExactSearch:
    """Search for whole ids, and for the beginning of what `search_prefixes` names; never inside texts."""

    search_identities: tuple[str, ...] = ()
    search_prefixes: tuple[str, ...] = ()
    search_fields: tuple[str, ...] = ("pk",)
    """Shows the search box; the look-ups are those below."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not term.strip():
            return queryset, False
        return queryset.filter(self.search(term.strip())), False

    def search(self, term: str) -> Q:
        found = identity(term)
        fields = self.search_identities if found else self.search_prefixes
        wanted = Q(pk__in=[])
        for field in fields:
            wanted |= Q(**{field: found}) if found else Q(**{f"{field}__istartswith": term})
        return wanted


class Since(admin.SimpleListFilter):
    """How far back the list goes."""

    title = _("time")
    parameter_name = "since"
    field = "occurred_at"
    spans = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("hour", _("last hour")),
            ("today", _("today")),
            ("day", _("last 24 hours")),
            ("week", _("last 7 days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "today":
            start = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
        elif self.value() in self.spans:
            start = clock.now() - self.spans[self.value()]
        else:
            return queryset
        return queryset.filter(**{f"{self.field}__gte": start})


def since(field: str) -> type[Since]:
    return type("SinceField", (Since,), {"field": field})
