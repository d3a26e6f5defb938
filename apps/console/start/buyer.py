"""Who buys, and where it goes: the fields that an order and a customer share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.console.start.fields import Once, TextField
from apps.orders.events import Address
from apps.orders.models import Customer

BUYER = ("name", "email", "street", "postal_code", "city", "region", "country")


class BuyerForm(Once):
    name = TextField(label=gettext_lazy("Name"))
    email = TextField(label=gettext_lazy("Email"))
    street = TextField(label=gettext_lazy("Street and number"))
    postal_code = TextField(label=gettext_lazy("Postal code"))
    city = TextField(label=gettext_lazy("City"))
    region = TextField(label=gettext_lazy("Region"), required=False)
    country = TextField(label=gettext_lazy("Country (two letters)"), longest=2)

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    @property
    def address(self) -> Address:
        asked = self.cleaned_data
        return Address(**{name: asked[name] for name in BUYER if name != "email"})

    @property
    def buyer(self) -> list[forms.BoundField]:
        return [self[name] for name in BUYER]


def as_registered(customer: Customer) -> dict[str, Any]:
    """What the form begins with."""
    return (customer.address or {}) | {"name": customer.name, "email": customer.email}
