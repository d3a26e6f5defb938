"""`manage.py consume [NAME …]`: read event queues, all of them if none is named, until stopped."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.backbone import garbage
from apps.backbone.consumer import consume, event_consumers
from apps.backbone.stopping import stop_on_signals
from apps.backbone.topology import subscribe


class Command(BaseCommand):
    help = "Run event consumers, each in a thread with a connection of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(event_consumers())}")

    def handle(self, *args: Any, names: list[str], **options: Any) -> None:
        known = event_consumers()
        unknown = sorted(set(names) - set(known))
        if unknown:
            raise CommandError(f"No consumer {', '.join(unknown)}. There are: {', '.join(known)}")
        garbage.seldom()
        subscribe()
        stop = stop_on_signals()
        threads = consume(names or known, stop)
        stop.wait()
        for thread in threads:
            thread.join(timeout=15)
