"""Who comes to the console: nobody, staff without a role, staff with permissions, the administrator."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client


def person(name: str, *permissions: str) -> Any:
    """Staff with these permissions and no others."""
    user = get_user_model().objects.create_user(name, password=name, is_staff=True)
    for permission in permissions:
        label, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
    return user


def client_of(name: str = "looker", *permissions: str) -> Client:
    client = Client()
    client.force_login(person(name, *permissions))
    return client


def administrator() -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("admin", password="admin"))
    return client
