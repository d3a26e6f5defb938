"""`manage.py topology`: which message goes to whom. `--declare` also makes the exchanges and queues."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.backbone import topology


class Command(BaseCommand):
    help = "Print every message type with those who hear it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--declare", action="store_true", help="declare exchanges, queues and bindings as well")

    def handle(self, *args: Any, declare: bool, **options: Any) -> None:
        if declare:
            with topology.connect() as connection:
                topology.declare(connection)
        hearings = list(topology.hearings())
        width = max((len(one.type) for one in hearings), default=0)
        for one in hearings:
            self.stdout.write(f"{one.type:<{width}}  →  {', '.join(one.consumers)}")
