"""Forms for stock: receive what has come in, adjust what the shelf showed to be wrong."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from apps.backbone.log import send
from apps.backbone.messages import Command
from apps.console import frame
from apps.console.start.fields import (
    AmountField,
    Lines,
    Once,
    QuantityField,
    SkuField,
    TextField,
    TooFine,
    WarehouseField,
    lines_of,
    minor,
    one_more,
    sent_before,
)
from apps.console.start.looks import find_products, level_of
from apps.inventory.commands import AdjustStock, ReceiveStock
from apps.inventory.events import ReceiptLine
from apps.inventory.models import Product

SEE, CHANGE = "inventory.view_stocklevel", "inventory.change_stocklevel"
MOST_LINES = 200
REASONS = [
    ("damage", gettext_lazy("damaged")),
    ("theft", gettext_lazy("stolen")),
    ("found", gettext_lazy("found")),
    ("count", gettext_lazy("counted")),
    ("correction", gettext_lazy("correction")),
]


class ReceiptForm(Once):
    warehouse = WarehouseField()
    reference = TextField(label=gettext_lazy("Delivery note or purchase order"), longest=100, required=False)


class ReceiptLineForm(forms.Form):
    sku = SkuField()
    quantity = QuantityField()
    unit_cost = AmountField(label=gettext_lazy("Cost of one"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        product = known_product(self, cleaned.get("sku", ""))
        if product and "unit_cost" in cleaned:
            try:
                cleaned["cost"] = minor(cleaned["unit_cost"], product.currency)
            except TooFine as error:
                self.add_error("unit_cost", str(error))
        return cleaned


ReceiptLines = lines_of(ReceiptLineForm, MOST_LINES)


class AdjustForm(Once):
    sku = SkuField()
    warehouse = WarehouseField()
    expected = QuantityField(
        lowest=0,
        label=gettext_lazy("On hand now"),
        help_text=gettext_lazy("Another number by the time this is carried out, and nothing is changed."),
    )
    delta = QuantityField(
        lowest=-1_000_000,
        label=gettext_lazy("Change"),
        help_text=gettext_lazy("-2: two less than there were; 5: five more."),
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=REASONS, widget=UnfoldAdminSelectWidget)
    note = TextField(label=gettext_lazy("Note"), required=False)

    def clean_delta(self) -> int:
        delta: int = self.cleaned_data["delta"]
        if delta == 0:
            raise forms.ValidationError(_("Nothing would change."))
        return delta

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        known_product(self, cleaned.get("sku", ""))
        level = level_of(cleaned.get("sku", ""), cleaned.get("warehouse", ""))
        known = level.on_hand if level else 0
        if {"sku", "expected", "delta"} <= cleaned.keys():
            if known != cleaned["expected"]:
                self.add_error("expected", _("There are %(known)d on hand.") % {"known": known})
            elif known + cleaned["delta"] < 0:
                self.add_error("delta", _("There are only %(known)d on hand.") % {"known": known})
        return cleaned


def known_product(form: forms.Form, sku: str) -> Product | None:
    product = Product.objects.filter(pk=sku).first() if sku else None
    if sku and product is None:
        form.add_error("sku", _("There is no product %(sku)s.") % {"sku": sku})
    return product


@frame.staff(SEE, to_send=CHANGE)
def receive_stock(request: HttpRequest) -> HttpResponse:
    if message_id := sent_before(request.POST):
        return redirect("console:sent", message_id)
    if "more" in request.POST:
        form, formset = ReceiptForm(initial=request.POST.dict()), one_more(ReceiptLines, request.POST)
    else:
        form, formset = ReceiptForm(request.POST or None), ReceiptLines(request.POST or None, prefix="lines")
    if form.is_bound and form.is_valid() and formset.is_valid():
        return carry_out(request, form, receipt_of(form, formset, frame.actor(request)))
    return show(request, "receipt.html", _("Receive stock"), form, formset=formset)


def receipt_of(form: ReceiptForm, formset: Lines, by: str) -> ReceiveStock:
    return ReceiveStock(
        receipt_id=form.identity("receipt"),
        warehouse_id=form.cleaned_data["warehouse"],
        lines=tuple(
            ReceiptLine(sku=line["sku"], quantity=line["quantity"], unit_cost=line["cost"])
            for _number, line in formset.filled
        ),
        by=by,
        reference=form.cleaned_data["reference"],
    )


@frame.staff(SEE, to_send=CHANGE)
def adjust_stock(request: HttpRequest) -> HttpResponse:
    def adjustment(form: AdjustForm) -> AdjustStock:
        asked = form.cleaned_data
        return AdjustStock(
            adjustment_id=form.identity("adjustment"),
            warehouse_id=asked["warehouse"],
            sku=asked["sku"],
            delta=asked["delta"],
            reason=asked["reason"],
            by=frame.actor(request),
            note=asked["note"],
            expected=asked["expected"],
        )

    form = AdjustForm(request.POST or None, initial=started(request))
    return offer(request, "adjustment.html", _("Adjust stock"), form, adjustment)


def started(request: HttpRequest) -> dict[str, Any]:
    """A link from a stock level names product and warehouse; what is on hand there is filled in."""
    sku, warehouse_id = request.GET.get("sku", ""), request.GET.get("warehouse", "")
    level = level_of(sku, warehouse_id)
    return {"sku": sku, "warehouse": warehouse_id} | ({"expected": level.on_hand} if level else {})


def offer(
    request: HttpRequest, template: str, title: str, form: Once, command_of: Callable[[Any], Command]
) -> HttpResponse:
    """A form of fields alone: what becomes of its command once it was sent, before that the form and what is wrong."""
    if message_id := sent_before(request.POST):
        return redirect("console:sent", message_id)
    if form.is_bound and form.is_valid():
        return carry_out(request, form, command_of(form))
    return show(request, template, title, form)


def carry_out(request: HttpRequest, form: Once, command: Command) -> HttpResponse:
    """Send it once, however often the button was pressed, and show what becomes of it."""
    message_id = form.identity("command")
    send(command, actor=frame.actor(request), message_id=message_id)
    return redirect("console:sent", message_id)


def show(request: HttpRequest, template: str, title: str, form: forms.Form, **more: Any) -> HttpResponse:
    response = frame.page(request, f"console/start/{template}", title, form=form, products=find_products(""), **more)
    response.status_code = 422 if form.is_bound else 200
    return response
