"""What a person may not do on the admin's own forms stands there all the same, with the reason in words."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from apps.console import frame


class Refusing:
    """Mixed in before a `ModelAdmin` whose forms somebody may send: the row of buttons says who may not, and why."""

    deletes = True
    """Whether there is such a thing as deleting one."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, obj: Model | None = None, **more: Any
    ) -> HttpResponse:
        refused = {"save": self.refused_save(request, obj, add), "delete": ""}
        if obj is not None and self.deletes:
            refused["delete"] = frame.lack(request.user, self.permission("delete"))
        told = {**context, "refused_here": refused}
        return super().render_change_form(request, told, add=add, obj=obj, **more)  # type: ignore[misc,no-any-return]

    def refused_save(self, request: HttpRequest, obj: Model | None, add: bool) -> str:
        return frame.lack(request.user, self.permission("add" if add else "change"))

    def permission(self, verb: str) -> str:
        options = self.opts  # type: ignore[attr-defined]
        return f"{options.app_label}.{verb}_{options.model_name}"
