"""Import pages: upload a file, look at what is in it and what is wrong, then start it as a job."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanWidget,
)

from apps.backbone import log, slots
from apps.backbone.models import JobRun
from apps.console import frame, operators
from apps.console.imports import files
from apps.console.imports.job import COLUMNS, ImportOrders, known_for, row_of
from apps.console.imports.layouts import LAYOUTS
from apps.console.imports.orders import Imported, read, rows_left_out
from apps.console.imports.reading import MOST_BYTES, FileFault
from apps.console.runs.jobs import harmless
from apps.console.start.fields import Once
from apps.orders.models import Order

JOB = "console.import-orders"
SHOWN_ORDERS = 10
SHOWN_FINDINGS = 100
RECENT = 10
ADDING = {"create_products": "inventory.add_product", "stock": "inventory.change_stocklevel"}


class OptionsForm(forms.Form):
    layout = forms.ChoiceField(
        label=gettext_lazy("Layout"),
        required=False,
        choices=[("", gettext_lazy("told by the columns")), *((name, one.title) for name, one in LAYOUTS.items())],
        widget=UnfoldAdminSelectWidget,
    )
    reject = forms.ChoiceField(
        label=gettext_lazy("A row with an error"),
        choices=[
            ("all", gettext_lazy("stops the whole file")),
            ("rows", gettext_lazy("leaves out its own order only")),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    create_products = forms.BooleanField(
        label=gettext_lazy("Add the products that are missing"), required=False, widget=UnfoldBooleanWidget
    )
    stock = forms.IntegerField(
        label=gettext_lazy("First receive so many of every product"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("Into the first warehouse. Empty: none."),
    )

    def arguments(self, digest: str, name: str) -> ImportOrders:
        chosen = {name: self.cleaned_data[name] for name in OptionsForm.base_fields}
        return ImportOrders(digest=digest, name=name[:200], **chosen)

    def clean_stock(self) -> int:
        return self.cleaned_data["stock"] or 0


class UploadForm(OptionsForm):
    file = forms.FileField(label=gettext_lazy("CSV file"), widget=UnfoldAdminFileFieldWidget)
    field_order = ("file",)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is over %(most)d MiB. Split it.") % {"most": MOST_BYTES >> 20})
        return file


@frame.staff("orders.view_order", to_send="orders.add_order")
def import_orders(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid() and may_add(request, form) and (digest := taken(form)):
        asked = form.arguments(digest, form.cleaned_data["file"].name)
        return redirect(f"{reverse('console:import-preview', args=[digest])}?{query_of(asked)}")
    runs = JobRun.objects.filter(job=JOB).order_by("-pk")[:RECENT]
    response = frame.page(
        request,
        "console/imports/upload.html",
        _("Import orders"),
        form=form,
        runs=[(run, msgspec.json.decode(run.arguments).get("name", "")) for run in runs],
    )
    response.status_code = 422 if form.is_bound else 200
    return response


def may_add(request: HttpRequest, form: OptionsForm) -> bool:
    for field, permission in ADDING.items():
        if form.cleaned_data[field] and not request.user.has_perm(permission):
            form.add_error(field, frame.lack(request.user, permission))
    return form.is_valid()


def taken(form: UploadForm) -> str:
    """The stored file's digest; nothing, and the reason beside the field, if it cannot be read at all."""
    raw = form.cleaned_data["file"].read()
    try:
        read(raw, form.cleaned_data["layout"])
    except FileFault as fault:
        form.add_error("file", str(fault))
        return ""
    return files.keep(raw)


def query_of(asked: ImportOrders) -> str:
    given = {name: value for name, value in msgspec.structs.asdict(asked).items() if value and name != "digest"}
    return urlencode({name: "on" if value is True else value for name, value in given.items()})


@frame.staff("orders.view_order", to_send="orders.add_order")
def preview(request: HttpRequest, digest: str) -> HttpResponse:
    """What the file holds; nothing has happened yet. Its button starts the import."""
    token = Once(request.POST or None)
    try:
        asked, imported = looked_into(request, digest)
    except FileFault as fault:
        return show(request, "gone.html", fault=str(fault))
    if asked is None or imported is None:
        return redirect("console:import-orders")
    needed = ("orders.add_order", *(ADDING[field] for field in ADDING if getattr(asked, field)))
    if request.method == "POST":
        frame.require(request, *needed)
    if token.is_bound and token.is_valid() and startable(imported, asked):
        return redirect("console:job", begin(request, asked, token.identity("run")).pk)
    refused = frame.lack(request.user, *needed)
    return show(request, "preview.html", asked=asked, token=token, refused=refused, **told(imported, asked))


def begin(request: HttpRequest, asked: ImportOrders, key: UUID) -> JobRun:
    """A second press of the same button starts nothing more, and is no second act."""
    with log.transaction():
        known = JobRun.objects.filter(key=key).first()
        if known:
            return known
        operators.acted(request, "start", about=f"job:{JOB}", file=asked.name)
        return slots.start(JOB, asked, frame.actor(request), key=key)


def looked_into(request: HttpRequest, digest: str) -> tuple[ImportOrders | None, Imported | None]:
    """The stored file, read as the address asks for; nothing if what it asks for is not to be had."""
    given = request.POST if request.method == "POST" else request.GET
    options = OptionsForm(given)
    if not options.is_valid():
        return None, None
    asked = options.arguments(digest, given.get("name", ""))
    return asked, read(files.load(digest), asked.layout, known_for(asked.options))


@frame.staff("orders.view_order")
@require_GET
def errors_file(request: HttpRequest, digest: str) -> HttpResponse:
    """Every finding as a CSV file: what to mend, line by line."""
    return file_of(request, digest, "errors", lambda _raw, imported: listed(imported))


@frame.staff("orders.view_order")
@require_GET
def left_out_file(request: HttpRequest, digest: str) -> HttpResponse:
    """The rows of the orders with errors alone, to be mended and uploaded without the others."""
    return file_of(request, digest, "left-out", rows_left_out)


def listed(imported: Imported) -> Iterable[list[Any]]:
    return [COLUMNS, *([harmless(cell) for cell in row_of(finding)] for finding in imported.findings)]


def file_of(
    request: HttpRequest, digest: str, name: str, rows: Callable[[bytes, Imported], Iterable[list[Any]]]
) -> HttpResponse:
    try:
        _asked, imported = looked_into(request, digest)
        if imported is None:
            return redirect("console:import-orders")
        written = io.StringIO()
        csv.writer(written).writerows(rows(files.load(digest), imported))
    except FileFault as fault:
        return show(request, "gone.html", fault=str(fault))
    headers = {"Content-Disposition": f'attachment; filename="{name}-{digest[:8]}.csv"'}
    return HttpResponse(written.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


def show(request: HttpRequest, template: str, **more: Any) -> HttpResponse:
    return frame.page(request, f"console/imports/{template}", _("Import orders"), **more)


def startable(imported: Imported, asked: ImportOrders) -> bool:
    return bool(imported.orders) and not (imported.errors and asked.reject == "all")


def told(imported: Imported, asked: ImportOrders) -> dict[str, Any]:
    return {
        "imported": imported,
        "layout": LAYOUTS[imported.layout].title,
        "orders": [(order, *sum_of(order)) for order in imported.orders[:SHOWN_ORDERS]],
        "sums": sorted(sums(imported).items()),
        "errors": imported.errors[:SHOWN_FINDINGS],
        "notes": [finding for finding in imported.findings if finding.kind == "note"][:SHOWN_FINDINGS],
        "note_count": len(imported.findings) - len(imported.errors),
        "seen": seen_before(imported),
        "startable": startable(imported, asked),
        "query": query_of(asked),
        "bad_rows": imported.bad_rows,
        "shown": SHOWN_FINDINGS,
    }


def sums(imported: Imported) -> Counter[str]:
    found: Counter[str] = Counter()
    for order in imported.orders:
        amount, currency = sum_of(order)
        found[currency] += amount
    return found


def sum_of(order: Any) -> tuple[int, str]:
    lines = sum((line.unit_price * line.quantity - line.discount).amount_minor for line in order.lines)
    return lines + order.buyer.shipping.amount_minor, order.buyer.shipping.currency


def seen_before(imported: Imported) -> int:
    """How many of its references orders of another file have, so that one file mended does not come in twice."""
    references = {order.reference: imported.order_id(order.reference) for order in imported.orders}
    some = list(references)[:1000]
    known = Order.objects.filter(reference__in=some, channel="import").values_list("reference", "order_id")
    return sum(references[reference] != order_id for reference, order_id in known)
