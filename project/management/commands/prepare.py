"""Prepares the shop's database: `manage.py prepare [--demo]`. A second time it changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from project.preparation import FIRST_USER, prepare


class Command(BaseCommand):
    help = "Migrate, create the first staff user, and with --demo fill an empty shop."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty shop with a demo")

    def handle(self, *, demo: bool, **options: Any) -> None:
        password = prepare(lambda step: self.stdout.write(f"· {step}"), demo=demo)
        if password:
            self.stdout.write(f"  {FIRST_USER}: {password}")
