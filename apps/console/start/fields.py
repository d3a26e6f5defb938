"""The fields that the start forms share: products by SKU, amounts in whole units, a token against sending twice."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _, gettext_lazy
from moneyed import CURRENCIES
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.backbone.messages import Money
from apps.backbone.models import Message
from apps.inventory.models import Product, Warehouse


class Once(forms.Form):
    """A form whose token makes a second press of its button nothing."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def identity(self, part: str) -> UUID:
        token: UUID = self.cleaned_data["token"]
        return uuid5(token, part)


class Lines(forms.BaseFormSet):  # type: ignore[type-arg]
    """Lines of a form: the first must be filled in, a later one that is empty is passed over."""

    def initial_form_count(self) -> int:
        return 0

    default_error_messages = forms.BaseFormSet.default_error_messages | {
        "too_few_forms": gettext_lazy("Add at least one product."),
    }

    @property
    def filled(self) -> list[tuple[int, dict[str, Any]]]:
        """Each line that says something, with its number."""
        return [(number, form.cleaned_data) for number, form in enumerate(self.forms) if form.cleaned_data]


def lines_of(line: type[forms.Form], most: int) -> type[Lines]:
    made: type[Lines] = forms.formset_factory(
        line, Lines, extra=0, min_num=1, validate_min=True, max_num=most, validate_max=True, absolute_max=most + 1
    )
    return made


def one_more(formset: type[Lines], data: Any) -> Lines:
    """The lines as they were filled in so far, without complaints, and an empty one."""
    count = data.get("lines-TOTAL_FORMS", "")
    names = list(formset.form.base_fields)
    rows = [
        {name: data.get(f"lines-{number}-{name}", "") for name in names}
        for number in range(min(int(count) if count.isdecimal() and len(count) < 5 else 1, formset.max_num - 1))
    ]
    more = formset(initial=[*rows, {}], prefix="lines")
    more.extra = len(rows)
    return more


def sent_before(data: Any) -> UUID | None:
    """The id of the command that this form has sent already."""
    try:
        message_id = uuid5(UUID(data.get("token", "")), "command")
    except ValueError:
        return None
    return message_id if Message.objects.filter(message_id=message_id).exists() else None


class TextField(forms.CharField):
    """One line; control characters never get further than this."""

    def __init__(self, *, longest: int = 200, attributes: dict[str, Any] | None = None, **more: Any) -> None:
        super().__init__(max_length=longest, widget=UnfoldAdminTextInputWidget(attrs=attributes), **more)

    def clean(self, value: Any) -> str:
        cleaned: str = super().clean(value)
        if not cleaned.isprintable():
            raise forms.ValidationError(_("Has a control character."))
        return cleaned


class SkuField(TextField):
    """A product, found by SKU or title while typing."""

    def __init__(self, **more: Any) -> None:
        attributes = {
            "list": "products",
            "autocomplete": "off",
            "hx-get": reverse_lazy("console:find-products"),
            "hx-trigger": "input changed delay:200ms, focus once",
            "hx-target": "#products",
            "hx-sync": "this:replace",
        }
        super().__init__(label=gettext_lazy("Product (SKU)"), longest=64, attributes=attributes, **more)


class QuantityField(forms.IntegerField):
    def __init__(self, *, lowest: int = 1, **more: Any) -> None:
        more = {"label": gettext_lazy("Quantity"), "widget": UnfoldAdminIntegerFieldWidget()} | more
        super().__init__(min_value=lowest, max_value=1_000_000, **more)


class NumberField(forms.DecimalField):
    """A number from 0 up; `5,50` means what `5.50` does, but `1,234` could mean two things."""

    default_error_messages = {"invalid": gettext_lazy("Write it like 5.50.")}

    def __init__(self, **more: Any) -> None:
        widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"})
        super().__init__(min_value=0, max_digits=14, widget=widget, **more)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"\s*\d+,\d{1,2}\s*", value):
            value = value.replace(",", ".")
        return super().to_python(value)


class AmountField(NumberField):
    """An amount in whole units, `12.50`; `minor` turns it into the currency's smallest."""

    in_currency = True


class WarehouseField(forms.ChoiceField):
    def __init__(self, **more: Any) -> None:
        super().__init__(label=gettext_lazy("Warehouse"), choices=warehouses, widget=UnfoldAdminSelectWidget, **more)


def warehouses() -> list[tuple[str, str]]:
    return list(Warehouse.objects.values_list("warehouse_id", "name"))


def currency_of_amounts() -> str:
    """The one currency that the shop sells in, or how to know it."""
    return only_currency() or _("the product's currency")


def only_currency() -> str:
    """Of all that is sold; nothing if there are several, or none."""
    found = list(Product.objects.filter(active=True).values_list("currency", flat=True).distinct().order_by()[:2])
    return found[0] if len(found) == 1 else ""


class TooFine(ValueError):
    """The amount has more decimal places than its currency."""


def minor(amount: Decimal | None, currency: str) -> Money:
    found = (amount or Decimal(0)) * CURRENCIES[currency].sub_unit
    if found != found.to_integral_value():
        raise TooFine(_("%(currency)s has no such fractions.") % {"currency": currency})
    return Money(int(found), currency)
