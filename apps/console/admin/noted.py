"""What is changed through the admin's own forms is an operator's action in the log, too."""

from contextlib import nullcontext
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from apps.backbone import log
from apps.console import operators


class Noted:
    """Mixed in before a `ModelAdmin`: each addition, change and deletion is said with what was changed, in one unit."""

    thing = ""
    """What the actions are called by: `person` makes `add-person`, `change-person`, `remove-person`."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with unit(request):
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with unit(request):
            return super().delete_view(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with unit(request):
            return super().changelist_view(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self.say(request, "add", obj)
        return super().log_addition(request, obj, message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self.say(request, "change", obj, **changed(message))
        return super().log_change(request, obj, message)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            self.say(request, "remove", obj)
        return super().log_deletions(request, queryset)  # type: ignore[misc]

    def say(self, request: HttpRequest, verb: str, obj: Model, **details: Any) -> None:
        name: dict[str, Any] = {self.thing: str(obj)}
        operators.acted(request, f"{verb}-{self.thing}", f"{self.thing}-{obj.pk}", **name, **details)


def unit(request: HttpRequest) -> Any:
    return log.transaction() if request.method == "POST" else nullcontext()


def changed(message: Any) -> dict[str, str]:
    """The names of the fields that were changed, never what is in them."""
    fields = (
        [name for part in message if isinstance(part, dict) for name in part.get("changed", {}).get("fields", [])]
        if isinstance(message, list)
        else []
    )
    return {"changed": ", ".join(map(str, fields))} if fields else {}
