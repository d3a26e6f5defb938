"""`manage.py rebuild NAME …`: replay the log into a read model. `--check` only compares."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.backbone.projector import projections
from apps.backbone.rebuild import rebuild, verify
from apps.backbone.shop import need_shop


class Command(BaseCommand):
    help = "Rebuild read models from the log, in a shadow that is then swapped in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="+", metavar="NAME", help=f"{', '.join(sorted(projections))}, or all")
        parser.add_argument(
            "--check", action="store_true", help="compare the replay with the live rows, change nothing"
        )

    def handle(self, *args: Any, names: list[str], check: bool, **options: Any) -> None:
        wanted = sorted(projections) if names == ["all"] else names
        unknown = sorted(set(wanted) - projections.keys())
        if unknown:
            raise CommandError(f"No read model {', '.join(unknown)}. There are: {', '.join(sorted(projections))}")
        need_shop()
        different = [name for name in wanted if not self.one(name, check)]
        if check and different:
            raise CommandError(f"Not what the log says: {', '.join(different)}")

    def one(self, name: str, check: bool) -> bool:
        started = time.perf_counter()
        done = verify(projections[name]) if check else rebuild(projections[name], self.progress)
        seconds = time.perf_counter() - started
        rows = "rows differ" if done.changed else "rows are the same"
        self.stdout.write(f"{name}: {done.events} events in {seconds:.1f} s, {rows}")
        return not done.changed

    def progress(self, done: int, total: int) -> None:
        self.stderr.write(f"  position {done:,} of {total:,}")
