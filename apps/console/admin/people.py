"""People and roles in the console's look, for what the page of people and roles does not do itself."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm

from apps.console import show
from apps.console.admin.noted import Noted
from apps.console.admin.refusing import Refusing
from apps.console.roles.grants import reaches
from apps.console.roles.table import SEEN
from apps.console.roles.words import DOES, does

admin.site.unregister(User)
admin.site.unregister(Group)


class InWords:
    """The permissions that some page asks for, as sentences; the others would promise what they do not give."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **more: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **more)  # type: ignore[misc]
        if field is not None and db_field.related_model is Permission:
            field.queryset = field.queryset.filter(asked_for()).select_related("content_type")
            field.label_from_instance = sentence
        return field


def asked_for() -> Q:
    asked = Q(content_type__app_label__in=SEEN, codename__startswith="view_")
    for label, codename in (permission.split(".") for permission in DOES):
        asked |= Q(content_type__app_label=label, codename=codename)
    return asked


def sentence(permission: Permission) -> str:
    model = permission.content_type.model_class()
    return does(f"{permission.content_type.app_label}.{permission.codename}") if model else permission.codename


@admin.register(User)
class PeopleAdmin(Refusing, Noted, InWords, UserAdmin, ModelAdmin):
    """Nobody is deleted, for the log names them: they are made inactive."""

    thing = "person"
    deletes = False
    form = UserChangeForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "is_active", "is_staff", "is_superuser", "seen")
    list_filter = ("groups", "is_active", "is_staff", "is_superuser")

    @display(description=gettext_lazy("Last log-in"), ordering="last_login")
    def seen(self, person: User) -> SafeString | str:
        return show.instant(person.last_login)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("console:add-person"))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody changes a person who may do more than themselves."""
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (obj is None or reaches(request.user, obj))

    def refused_save(self, request: HttpRequest, obj: User | None, add: bool) -> str:
        lacks = super().refused_save(request, obj, add)
        return lacks or ("" if self.has_change_permission(request, obj) else _("They may do more than you."))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Roles are given on their own page, where nobody gives more than they have."""
        if request.user.is_superuser:
            return super().get_readonly_fields(request, obj)
        return (*super().get_readonly_fields(request, obj), "is_superuser", "groups", "user_permissions")


@admin.register(Group)
class RoleAdmin(Refusing, Noted, InWords, GroupAdmin, ModelAdmin):
    thing = "role"
