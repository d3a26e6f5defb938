"""The four roles that every shop begins with, each with what the one before it may and something more."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

SEEN = (
    "admin",
    "auth",
    "backbone",
    "console",
    "django_celery_beat",
    "django_celery_results",
    "inventory",
    "orders",
    "payments",
)
"""The apps whose things every role may see: all but the sessions, which are keys."""


@dataclass(frozen=True)
class Role:
    name: str
    title: Any
    about: Any
    adds: tuple[str, ...]
    """What it may beyond the role before it."""


VIEWER = Role("viewer", _("Viewer"), _("Sees everything, changes nothing."), ())
OPERATOR = Role(
    "operator",
    _("Operator"),
    _("Runs the shop from day to day: places and steers orders, moves stock, runs jobs."),
    (
        "orders.add_order",
        "orders.change_order",
        "inventory.change_stocklevel",
        "inventory.add_product",
        "backbone.change_sagainstance",
        "backbone.change_jobrun",
    ),
)
SUPERVISOR = Role(
    "supervisor",
    _("Supervisor"),
    _("Also decides about money, repairs what failed, and sets the schedules and the gateway."),
    (
        "payments.change_payment",
        "backbone.change_inbox",
        "django_celery_beat.change_periodictask",
        "payments.change_faultprofile",
    ),
)
ADMIN = Role(
    "admin",
    _("Admin"),
    _("Also lets people in, gives them roles and makes API tokens."),
    (
        "auth.add_user",
        "auth.change_user",
        "auth.add_group",
        "auth.change_group",
        "auth.delete_group",
        "console.add_apitoken",
        "console.delete_apitoken",
    ),
)
ROLES = (VIEWER, OPERATOR, SUPERVISOR, ADMIN)
TITLES = {role.name: role.title for role in ROLES}


def title(name: str) -> str:
    """A role's word; a group of the shop's own is called what it is."""
    return str(TITLES.get(name, name))


def beyond_seeing(role: Role) -> set[str]:
    """What the role may do, those before it included."""
    return {permission for each in ROLES[: ROLES.index(role) + 1] for permission in each.adds}


def seeing() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label__in=SEEN, codename__startswith="view_")


def permissions(role: Role) -> list[Permission]:
    """All of the role's permissions that there are."""
    wanted = beyond_seeing(role)
    labels = {one.partition(".")[0] for one in wanted}
    known = Permission.objects.filter(content_type__app_label__in=labels).select_related("content_type")
    return [*seeing(), *(one for one in known if f"{one.content_type.app_label}.{one.codename}" in wanted)]
