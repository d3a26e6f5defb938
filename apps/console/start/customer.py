"""Forms for a customer: register one, and change one who has moved."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from apps.console import frame
from apps.console.start.buyer import BuyerForm, as_registered
from apps.console.start.checks import faults_of_address, faults_of_email
from apps.console.start.stock import offer
from apps.orders.commands import ChangeCustomer, RegisterCustomer
from apps.orders.events import Address
from apps.orders.models import Customer

SEE, ADD, CHANGE = "orders.view_customer", "orders.add_order", "orders.change_order"
WHERE = ("street", "postal_code", "city", "region", "country")
"""Left empty together: no address is known."""


class CustomerForm(BuyerForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in WHERE:
            self.fields[name].required = False

    @property
    def known_address(self) -> Address | None:
        return self.address if any(self.cleaned_data[name] for name in WHERE) else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            faults = list(faults_of_email("email", cleaned["email"]))
            faults += faults_of_address("address", self.known_address) if self.known_address else ()
            for fault in faults:
                self.add_error(fault.field.rpartition(".")[2], fault.why)
        return cleaned

    def told(self) -> dict[str, Any]:
        return {
            "name": self.cleaned_data["name"],
            "email": self.cleaned_data["email"],
            "address": self.known_address,
        }


class ChangeForm(CustomerForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        same = all(cleaned.get(name) == self.initial.get(name, "") for name in ("name", "email", *WHERE))
        if same and not self.errors:
            raise forms.ValidationError(_("Nothing would change."))
        return cleaned


@frame.staff(SEE, to_send=ADD)
def add_customer(request: HttpRequest) -> HttpResponse:
    def added(form: CustomerForm) -> RegisterCustomer:
        return RegisterCustomer(customer_id=form.identity("customer"), **form.told())

    return offer(request, "customer.html", _("Add a customer"), CustomerForm(request.POST or None), added)


@frame.staff(SEE, to_send=CHANGE)
def change_customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    def changed(form: ChangeForm) -> ChangeCustomer:
        return ChangeCustomer(customer_id=customer_id, **form.told())

    customer = get_object_or_404(Customer, pk=customer_id)
    form = ChangeForm(request.POST or None, initial=as_registered(customer))
    return offer(request, "customer.html", _("Change %(name)s") % {"name": customer.name}, form, changed)
