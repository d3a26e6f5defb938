"""Orders from a CSV file into the shop that runs on WAYBILL_DATA or DATABASE_URL; prints a JSON summary."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.backbone.shop import need_shop
from apps.console.imports.job import known_for
from apps.console.imports.layouts import LAYOUTS
from apps.console.imports.orders import Imported, read
from apps.console.imports.reading import FileFault
from apps.console.imports.sending import Options, Sender, Stopped

FIRST = 20
"""So many errors are named in the summary."""


class Terminal:
    """Follows an import on stderr, one line that grows."""

    actor = "import"
    cancelled = False

    def __init__(self, show: bool) -> None:
        self.show = show

    def note(self, text: str) -> None:
        if self.show:
            sys.stderr.write(f"· {text}\n")

    def progress(self, done: int, total: int | None = None, cursor: Any = None) -> None:
        if self.show:
            sys.stderr.write(f"\r· {done}/{total}" + ("\n" if done == total else ""))
            sys.stderr.flush()


class Command(BaseCommand):
    help = "Import orders from a CSV file; started again after a kill, it goes on where it was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--layout", choices=sorted(LAYOUTS), default="", help="default: told by the columns")
        parser.add_argument("--create-products", action="store_true", help="add the products that are missing")
        parser.add_argument("--stock", type=int, default=0, metavar="N", help="first receive N of every product")
        parser.add_argument("--reject", choices=["all", "rows"], default="all", help="what a bad row takes along")
        parser.add_argument("--dry-run", action="store_true", help="read and check only")
        parser.add_argument("--wait", action="store_true", help="until every order is decided")

    def handle(self, *, file: Path, layout: str, dry_run: bool, wait: bool, **options: Any) -> None:
        asked = Options(
            create_products=options["create_products"], stock=max(options["stock"], 0), reject=options["reject"]
        )
        need_shop()
        try:
            imported = read(file.read_bytes(), layout, known_for(asked))
            if dry_run:
                self.say(summary(file, imported) | {"dry_run": True})
                return
            sender = Sender(imported, asked, Terminal(options["verbosity"] > 0))
            self.say(summary(file, imported) | sender.run(wait=wait).told())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except FileFault as fault:
            raise CommandError(f"{file}: {fault}") from None
        except Stopped as stopped:
            self.say(summary(file, imported) | {"stopped": str(stopped)})
            raise CommandError(str(stopped)) from None

    def say(self, told: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))


def summary(file: Path, imported: Imported) -> dict[str, Any]:
    return {
        "file": file.name,
        "layout": imported.layout,
        "rows": imported.rows,
        "orders": len(imported.orders),
        "rejected_orders": len(imported.rejected),
        "skipped_rows": len(imported.findings) - len(imported.errors),
        "errors": [
            {"line": error.row, "order": error.reference, "column": error.column, "why": error.why}
            for error in imported.errors[:FIRST]
        ],
    }
