"""What the roles may do, as a table; and who may give which role to whom."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.translation import gettext as _, gettext_lazy

from apps.console.roles import table, words

CHANGE = "auth.change_user"
AREAS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Shop"),
        ("orders.add_order", "orders.change_order", "inventory.change_stocklevel", "inventory.add_product"),
    ),
    (gettext_lazy("Money"), ("payments.change_payment",)),
    (
        gettext_lazy("Workflows"),
        ("backbone.change_sagainstance", "backbone.change_jobrun", "django_celery_beat.change_periodictask"),
    ),
    (gettext_lazy("Repair"), ("backbone.change_inbox", "payments.change_faultprofile")),
    (
        gettext_lazy("People"),
        ("auth.add_user", "auth.change_user", "auth.change_group", "console.add_apitoken"),
    ),
)
"""What the console can do, in the order of its menu."""


@dataclass(frozen=True)
class Standing:
    """One role as the page shows it."""

    group: Group
    title: str
    about: Any
    number: int
    """How many people have it."""
    may: frozenset[str] = field(repr=False)
    sees_all: bool


@dataclass(frozen=True)
class Row:
    """One action, and which of the roles may do it, in the order of the roles."""

    does: str
    allowed: list[bool]


def standings() -> list[Standing]:
    seen = names(table.seeing().select_related("content_type"))
    groups = Group.objects.order_by("pk").prefetch_related("permissions__content_type", "user_set")
    return [standing(group, seen) for group in groups]


def standing(group: Group, seen: frozenset[str]) -> Standing:
    role = next((one for one in table.ROLES if one.name == group.name), None)
    may = names(group.permissions.all())
    return Standing(
        group=group,
        title=table.title(group.name),
        about=role.about if role else "",
        number=len(group.user_set.all()),
        may=may,
        sees_all=seen <= may,
    )


def names(permissions: Iterable[Any]) -> frozenset[str]:
    return frozenset(f"{one.content_type.app_label}.{one.codename}" for one in permissions)


def matrix(roles: list[Standing]) -> list[tuple[Any, list[Row]]]:
    """Area by area, action by action: role by role."""
    looking = Row(_("see everything"), [role.sees_all for role in roles])
    return [
        (_("Looking"), [looking]),
        *((area, [Row(words.does(one), [one in role.may for role in roles]) for one in ones]) for area, ones in AREAS),
    ]


def own(user: Any) -> tuple[list[str], list[str]]:
    """What this person may do, and what not."""
    every = [one for _area, ones in AREAS for one in ones]
    may = [one for one in every if user.has_perm(one)]
    return [words.does(one) for one in may], [words.does(one) for one in every if one not in may]


def refusal(user: Any, person: Any) -> str:
    """Why this user may not change that person's role; nothing if they may."""
    if why := words.lack(user, CHANGE):
        return why
    if person.is_superuser:
        return _("A superuser may do everything, whatever their role.")
    if person.pk == user.pk:
        return _("Nobody changes their own role.")
    return "" if reaches(user, person) else _("They may do more than you.")


def reaches(user: Any, person: Any) -> bool:
    """May the user do all that the person may, or might once they are active again?"""
    held = Permission.objects.filter(Q(group__user=person) | Q(user=person)).select_related("content_type")
    return bool(user.is_superuser) or (not person.is_superuser and covers(user, names(held)))


def covers(user: Any, permissions: Iterable[str]) -> bool:
    """May this user do all of it? Nobody gives or takes what they do not have."""
    return bool(user.is_superuser) or set(permissions) <= user.get_all_permissions()


def given_by(user: Any) -> list[Standing]:
    """The roles that this user may give."""
    return [role for role in standings() if covers(user, role.may)]
