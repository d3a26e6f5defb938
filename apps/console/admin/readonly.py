"""Lists and pages to look at: nothing is added, changed or deleted here, and no list counts its rows."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

PER_PAGE = 50


class ReadOnly(ModelAdmin):
    """A read model is written by its projection, the log by nobody twice."""

    list_per_page = PER_PAGE
    show_full_result_count = False
    paginator = InfinitePaginator
    show_facets = False
    actions = None
    list_filter_sheet = False
    list_filter_submit = False
    list_fullwidth = True
    empty_title: Any = ""
    empty_text: Any = ""
    why_no_form: Any = _("To be read only: what happens in the shop writes it.")
    """Said where a form has its buttons."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **more: Any) -> HttpResponse:
        return super().render_change_form(request, {**context, "why_no_form": self.why_no_form}, **more)  # type: ignore[no-any-return]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
