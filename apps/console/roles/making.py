"""Roles are groups: the four are made once, after the permissions, and then belong to the shop's administrators."""

from typing import Any

from django.contrib.auth.models import Group

from apps.console.roles.table import ROLES, permissions


def make_missing(**_signal: Any) -> None:
    """After every migration: whichever of the four is not there; one that is there is left as it is."""
    there = set(Group.objects.values_list("name", flat=True))
    for role in ROLES:
        if role.name not in there:
            Group.objects.create(name=role.name).permissions.set(permissions(role))


def put_back() -> None:
    """All four as they were made; other groups, and who is in which, stay."""
    for role in ROLES:
        Group.objects.get_or_create(name=role.name)[0].permissions.set(permissions(role))
