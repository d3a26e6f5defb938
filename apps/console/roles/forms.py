"""Forms for people: a new one, and another role for one who is there."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from apps.console.roles import grants


class RoleForm(forms.Form):
    """Only roles that the giver covers are known to it."""

    role = forms.ChoiceField(label=_("Role"), required=False, widget=forms.Select(attrs={"class": "input"}))

    def __init__(self, *args: Any, giver: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = {role.group.name: role for role in grants.given_by(giver)}
        self.fields["role"].choices = choices(self.roles.values())  # type: ignore[attr-defined]

    def groups(self) -> list[Group]:
        name = self.cleaned_data["role"]
        return [self.roles[name].group] if name else []


def choices(roles: Any) -> list[tuple[str, Any]]:
    return [("", _("no role")), *((role.group.name, role.title) for role in roles)]


class PersonForm(RoleForm, UserCreationForm):  # type: ignore[type-arg]
    """Somebody new on the staff: name, role, first password."""

    field_order = ("username", "email", "role", "password1", "password2")

    class Meta:
        model = get_user_model()
        fields = ("username", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def save(self, commit: bool = True) -> Any:
        self.instance.is_staff = True
        person = super().save(commit)
        person.groups.set(self.groups())
        return person
