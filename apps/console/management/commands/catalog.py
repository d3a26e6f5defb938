"""`manage.py catalog`: the strings in use into the catalog of Traditional Chinese, and the catalog compiled."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.console.languages import catalog


class Command(BaseCommand):
    help = "Brings locale/zh_Hant up to date with the strings in use, and compiles it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; complain of what lacks a translation")

    def handle(self, *arguments: Any, check: bool, **options: Any) -> None:
        if not check:
            catalog.write()
        complaints = list(catalog.complaints())
        for one in complaints:
            self.stderr.write(one)
        if check and complaints:
            raise CommandError(f"{len(complaints)} strings need a translator.")
