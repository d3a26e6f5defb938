"""Forms for what is sold and where it is kept: add a product, change one, open a warehouse."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _, gettext_lazy
from moneyed import CURRENCIES
from unfold.widgets import UnfoldBooleanWidget

from apps.console import frame
from apps.console.start.fields import (
    AmountField,
    Once,
    QuantityField,
    TextField,
    TooFine,
    minor,
    only_currency,
)
from apps.console.start.stock import offer
from apps.inventory.commands import LONGEST_SKU, LONGEST_TITLE, AddProduct, ChangeProduct, OpenWarehouse, is_code
from apps.inventory.models import Product, Warehouse

SEE, CHANGE = "inventory.view_product", "inventory.add_product"


class CodeField(TextField):
    """A SKU or a warehouse's id: it stands in addresses and stream names, so it has no blanks."""

    def __init__(self, **more: Any) -> None:
        super().__init__(longest=LONGEST_SKU, attributes={"autocomplete": "off"}, **more)

    def clean(self, value: Any) -> str:
        code = super().clean(value)
        if code and not is_code(code):
            raise forms.ValidationError(_("Write it without blanks."))
        return code


class CurrencyField(TextField):
    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Currency"), longest=3, help_text=gettext_lazy("Three letters, such as EUR.")
        )

    def clean(self, value: Any) -> str:
        code = super().clean(value).upper()
        if code not in CURRENCIES:
            raise forms.ValidationError(_("There is no currency %(code)s.") % {"code": code})
        return code


class PricedForm(Once):
    """What a product has that may change later."""

    title = TextField(label=gettext_lazy("Title"), longest=LONGEST_TITLE)
    price = AmountField(label=gettext_lazy("Price"))
    currency = CurrencyField()
    reorder_point = QuantityField(
        lowest=0,
        initial=0,
        label=gettext_lazy("Reorder point"),
        help_text=gettext_lazy("Below so many available in a warehouse, its stock counts as low; 0: never."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"price", "currency"} <= cleaned.keys():
            try:
                cleaned["money"] = minor(cleaned["price"], cleaned["currency"])
            except TooFine as error:
                self.add_error("price", str(error))
        return cleaned


class AddForm(PricedForm):
    sku = CodeField(label=gettext_lazy("SKU"), help_text=gettext_lazy("For good: orders and stock are known by it."))
    field_order = ("token", "sku")

    def clean_sku(self) -> str:
        sku: str = self.cleaned_data["sku"]
        if Product.objects.filter(pk=sku).exists():
            raise forms.ValidationError(_("Another product has it."))
        return sku


class ChangeForm(PricedForm):
    active = forms.BooleanField(label=gettext_lazy("It is sold"), required=False, widget=UnfoldBooleanWidget)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not any(cleaned[name] != self.initial[name] for name in self.initial):
            raise forms.ValidationError(_("Nothing would change."))
        return cleaned


class WarehouseForm(Once):
    warehouse_id = CodeField(label=gettext_lazy("Id"), help_text=gettext_lazy("For good, and short: graz."))
    name = TextField(label=gettext_lazy("Name"), longest=LONGEST_TITLE)
    priority = QuantityField(
        lowest=0,
        label=gettext_lazy("Priority"),
        help_text=gettext_lazy("Orders are served from the lowest number first."),
    )

    def clean_warehouse_id(self) -> str:
        code: str = self.cleaned_data["warehouse_id"]
        if Warehouse.objects.filter(pk=code).exists():
            raise forms.ValidationError(_("Another warehouse has it."))
        return code


@frame.staff(SEE, to_send=CHANGE)
def add_product(request: HttpRequest) -> HttpResponse:
    form = AddForm(request.POST or None, initial={"currency": only_currency()})
    return offer(request, "catalog.html", _("Add a product"), form, added)


def added(form: AddForm) -> AddProduct:
    asked = form.cleaned_data
    return AddProduct(
        sku=asked["sku"], title=asked["title"], price=asked["money"], reorder_point=asked["reorder_point"]
    )


@frame.staff(SEE, to_send=CHANGE)
def change_product(request: HttpRequest, sku: str) -> HttpResponse:
    def changed(form: ChangeForm) -> ChangeProduct:
        asked = form.cleaned_data
        return ChangeProduct(
            sku=sku,
            title=asked["title"],
            price=asked["money"],
            reorder_point=asked["reorder_point"],
            active=asked["active"],
        )

    form = ChangeForm(request.POST or None, initial=as_it_is(get_object_or_404(Product, pk=sku)))
    return offer(request, "catalog.html", _("Change %(sku)s") % {"sku": sku}, form, changed)


def as_it_is(product: Product) -> dict[str, Any]:
    unit = CURRENCIES[product.currency].sub_unit
    return {
        "title": product.title,
        "price": (Decimal(product.price_minor) / unit).quantize(Decimal(1) / unit),
        "currency": product.currency,
        "reorder_point": product.reorder_point,
        "active": product.active,
    }


@frame.staff("inventory.view_warehouse", to_send=CHANGE)
def open_warehouse(request: HttpRequest) -> HttpResponse:
    form = WarehouseForm(request.POST or None, initial={"priority": Warehouse.objects.count() + 1})
    return offer(request, "catalog.html", _("Open a warehouse"), form, opened)


def opened(form: WarehouseForm) -> OpenWarehouse:
    asked = form.cleaned_data
    return OpenWarehouse(warehouse_id=asked["warehouse_id"], name=asked["name"], priority=asked["priority"])
