"""`manage.py contracts`: write the message contracts into `contracts/`; `--check` only compares."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.backbone.contracts import differences, write


class Command(BaseCommand):
    help = "Generate one JSON Schema per message type, and asyncapi.yaml."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the files are not what the code says")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        folder = settings.BASE_DIR / "contracts"
        if not check:
            write(folder)
        wrong = differences(folder)
        if wrong:
            raise CommandError(f"Not what the code says (manage.py contracts writes them): {', '.join(wrong)}")
        self.stdout.write("contracts are up to date")
