"""The import as a job: what the web starts, staff follow, and a restart takes up again at its cursor."""

from typing import Literal

import msgspec
from django.utils.translation import gettext as _, gettext_lazy

from apps.backbone.slots import JobFailed, Jobs, Run
from apps.console.imports import files
from apps.console.imports.orders import Finding, Imported, read
from apps.console.imports.outcome import Outcome
from apps.console.imports.reading import FileFault
from apps.console.imports.sending import Options, Sender, Stopped
from apps.inventory.models import Product

jobs = Jobs("console")
NAME = "import-orders"
COLUMNS = [
    gettext_lazy("Line"),
    gettext_lazy("Order"),
    gettext_lazy("Column"),
    gettext_lazy("What"),
    gettext_lazy("Why"),
]
"""Of the findings, wherever they are told row by row."""


class ImportOrders(msgspec.Struct, kw_only=True):
    """Which stored file, and what to do with it."""

    digest: str
    name: str = ""
    """The file's name where it came from."""
    layout: str = ""
    create_products: bool = False
    stock: int = 0
    reject: Literal["all", "rows"] = "all"

    @property
    def options(self) -> Options:
        return Options(create_products=self.create_products, stock=self.stock, reject=self.reject)


@jobs.on(NAME, title=gettext_lazy("Import orders"), arguments=ImportOrders, by_form=False)
def import_orders(run: Run) -> None:
    """Each order counts once, however often the run is interrupted."""
    asked: ImportOrders = run.arguments
    try:
        imported = read(files.load(asked.digest), asked.layout, known_for(asked.options))
        report(run, imported)
        sender = Sender(imported, asked.options, run, since=run.cursor or 0)
        run.note(told(sender.run(wait=True), imported))
    except (FileFault, Stopped) as fault:
        if not run.cancelled:
            raise JobFailed(str(fault)) from None
        run.note(str(fault))


def known_for(options: Options) -> frozenset[str] | None:
    """The SKUs that an order may name; None if those that are missing are going to be created."""
    if options.create_products:
        return None
    return frozenset(Product.objects.filter(active=True).values_list("sku", flat=True))


def report(run: Run, imported: Imported) -> None:
    if imported.findings:
        run.report([str(name) for name in COLUMNS], [row_of(finding) for finding in imported.findings])


def row_of(finding: Finding) -> list[str]:
    what = _("error") if finding.kind == "error" else _("skipped")
    return [str(finding.row), finding.reference, finding.column, what, finding.why]


def told(outcome: Outcome, imported: Imported) -> str:
    return _("%(orders)d orders: %(confirmed)d confirmed, %(rejected)d rejected, %(left)d left out of the import") % {
        "orders": outcome.orders,
        "confirmed": outcome.confirmed,
        "rejected": outcome.rejected,
        "left": len(imported.rejected),
    }
