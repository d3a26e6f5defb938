"""Keys to the HTTP API: made here and shown once, taken away by deleting them."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from apps.backbone import clock
from apps.console.admin.noted import Noted
from apps.console.admin.refusing import Refusing
from apps.console.api import auth
from apps.console.models import ApiToken


@admin.register(ApiToken)
class ApiTokens(Refusing, Noted, ModelAdmin):
    thing = "token"
    list_display = ("name", "user", "created_at", "used_at")
    fields = ("user", "name")
    search_fields = ("name", "user__username")
    list_select_related = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        """Everybody's for a superuser, else one's own: a token may do what its user may."""
        rows: QuerySet[ApiToken] = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(user_id=request.user.pk)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user" and not request.user.is_superuser:
            kwargs["queryset"] = get_user_model().objects.filter(pk=request.user.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def refused_save(self, request: HttpRequest, obj: Any, add: bool) -> str:
        return super().refused_save(request, obj, add) if add else _("A token is not changed: delete it, make another.")

    def save_model(self, request: HttpRequest, obj: ApiToken, form: ModelForm, change: bool) -> None:  # type: ignore[type-arg]
        key = auth.new_key()
        obj.digest, obj.created_at = auth.digest_of(key), clock.now()
        super().save_model(request, obj, form, change)
        messages.warning(request, _("The token, to be seen only now: %(key)s") % {"key": key})
