"""The forms behind the order page's buttons."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.utils.translation import gettext as _, gettext_lazy
from moneyed import get_currency
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.console import show
from apps.console.orders.sheet import Sheet
from apps.orders.models import Hold


class ActionForm(forms.Form):
    """A form of the order page. `token` makes a second press of the same button nothing."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, found: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = found
        self.fields["token"].initial = uuid4
        self.fit()

    def fit(self) -> None:
        """Choices and limits that depend on the order."""

    def identity(self, part: str) -> UUID:
        token: UUID = self.cleaned_data["token"]
        return uuid5(token, part)


def text(label: Any, *, required: bool = True, longest: int = 200, **attributes: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=longest, widget=UnfoldAdminTextInputWidget(attrs=attributes)
    )


class CancelForm(ActionForm):
    reason = text(gettext_lazy("Reason"))


class HoldForm(ActionForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=Hold.Reason.choices, initial="manual", widget=UnfoldAdminSelectWidget
    )
    note = text(gettext_lazy("Note"), required=False, longest=500)


class ReleaseForm(ActionForm):
    hold = forms.ChoiceField(label=gettext_lazy("Hold"), widget=UnfoldAdminSelectWidget)

    def fit(self) -> None:
        standing = self.sheet.standing_holds
        self.fields["hold"].choices = [  # type: ignore[attr-defined]
            (str(hold.pk), f"{hold.get_reason_display()} {hold.note}".strip()) for hold in standing
        ]


class DispatchForm(ActionForm):
    carrier = text(gettext_lazy("Carrier"))
    tracking_number = text(gettext_lazy("Tracking number"), required=False)


class OutcomeForm(ActionForm):
    operation = forms.ChoiceField(label=gettext_lazy("Asked of the gateway"), widget=UnfoldAdminSelectWidget)
    result = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        choices=(("succeeded", gettext_lazy("succeeded")), ("failed", gettext_lazy("failed"))),
        widget=UnfoldAdminSelectWidget,
    )
    answer = text(gettext_lazy("The gateway's reference, or its code if it failed"), longest=100)
    reason = text(gettext_lazy("Reason"))

    def fit(self) -> None:
        self.fields["operation"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one.get_kind_display()} {one.pk}") for one in self.sheet.in_review
        ]


class RefundForm(ActionForm):
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=14, widget=UnfoldAdminTextInputWidget)
    reason = text(gettext_lazy("Reason"))

    def fit(self) -> None:
        unit = Decimal(get_currency(self.sheet.order.currency).sub_unit)
        self.fields["amount"].initial = (Decimal(self.sheet.refundable_minor) / unit).quantize(1 / unit)
        self.fields["amount"].label = _("Amount in %(currency)s") % {"currency": self.sheet.order.currency}

    def clean_amount(self) -> int:
        minor = self.cleaned_data["amount"] * get_currency(self.sheet.order.currency).sub_unit
        if minor != int(minor):
            raise forms.ValidationError(_("More decimal places than the currency has."))
        if not 0 < minor <= self.sheet.refundable_minor:
            most = show.money(self.sheet.refundable_minor, self.sheet.order.currency)
            raise forms.ValidationError(_("More than nothing, and at most %(most)s.") % {"most": most})
        return int(minor)
