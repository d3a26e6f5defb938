"""`manage.py roles`: who has which role; `--reset` puts the four roles back as they were made."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from apps.backbone.shop import need_shop
from apps.console.roles import making, table


class Command(BaseCommand):
    help = "Show the roles and who has them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="put the four roles back as they were made")

    def handle(self, *args: Any, reset: bool, **options: Any) -> None:
        need_shop()
        if reset:
            making.put_back()
            self.stdout.write(_("The four roles are as they were made; other groups and all people stay as they are."))
        for group in Group.objects.order_by("pk").prefetch_related("user_set"):
            people = ", ".join(sorted(person.get_username() for person in group.user_set.all()))
            self.stdout.write(f"{table.title(group.name)}: {people or _('nobody')}")
