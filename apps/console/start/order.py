"""The form that places an order: what, for whom, on which card; leads to the order's page."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanWidget

from apps.backbone.log import open_message, send, transaction
from apps.backbone.messages import Money, zero
from apps.backbone.models import Message
from apps.console import frame
from apps.console.cards import CARDS
from apps.console.start.buyer import BuyerForm, as_registered
from apps.console.start.checks import MOST_LINES, Fault, Products, faults_of_order, products_of
from apps.console.start.fields import (
    AmountField,
    Lines,
    NumberField,
    QuantityField,
    SkuField,
    TextField,
    TooFine,
    currency_of_amounts,
    lines_of,
    minor,
    one_more,
    sent_before,
)
from apps.console.start.looks import find_products
from apps.orders.commands import NewLine, PlaceOrder, RegisterCustomer
from apps.orders.models import Customer

FIELDS = {"customer_name": "name", "payment_method": "card"}
"""Where a fault of the command belongs in the form, if not at the field of its own name."""


class OrderForm(BuyerForm):
    customer_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    register = forms.BooleanField(label=gettext_lazy("Keep as a customer"), required=False, widget=UnfoldBooleanWidget)
    card = forms.ChoiceField(label=gettext_lazy("Test card"), choices=CARDS, widget=UnfoldAdminSelectWidget)
    shipping = AmountField(label=gettext_lazy("Shipping"), required=False)
    tax = NumberField(label=gettext_lazy("Tax, %"), required=False, max_value=100, decimal_places=2)
    reference = TextField(label=gettext_lazy("Reference"), required=False)

    def clean_customer_id(self) -> UUID | None:
        customer_id: UUID | None = self.cleaned_data["customer_id"]
        if customer_id and not Customer.objects.filter(pk=customer_id).exists():
            raise forms.ValidationError(_("There is no such customer."))
        return customer_id

    @property
    def payment(self) -> list[forms.BoundField]:
        return [self[name] for name in ("card", "shipping", "tax", "reference")]


class OrderLineForm(forms.Form):
    sku = SkuField()
    quantity = QuantityField(initial=1)
    discount = AmountField(label=gettext_lazy("Discount"), required=False)


OrderLines = lines_of(OrderLineForm, MOST_LINES)


@frame.staff("orders.view_order", to_send="orders.add_order")
def place_order(request: HttpRequest) -> HttpResponse:
    if message_id := sent_before(request.POST):
        return again(request, message_id)
    if "more" in request.POST:
        form, formset = OrderForm(initial=request.POST.dict()), one_more(OrderLines, request.POST)
    else:
        form = OrderForm(request.POST or None, initial=started(request))
        formset = OrderLines(request.POST or None, prefix="lines")
    if form.is_bound and form.is_valid() and formset.is_valid() and (command := checked(form, formset)):
        carry_out(form, command, frame.actor(request))
        return redirect("console:order", command.order_id)
    response = frame.page(
        request,
        "console/start/order.html",
        _("Place order"),
        form=form,
        formset=formset,
        products=find_products(""),
        currency=currency_of_amounts(),
    )
    response.status_code = 422 if form.is_bound else 200
    return response


def again(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The button was pressed twice, or the page was kept: it leads to the one order that it placed."""
    placed = open_message(Message.objects.get(message_id=message_id))
    messages.info(request, _("This form has placed this order already. For another one, begin a new form."))
    return redirect("console:order", placed.order_id)


def started(request: HttpRequest) -> dict[str, Any]:
    """A registered customer's name and address, if the page was asked for with one."""
    try:
        found = Customer.objects.filter(pk=UUID(request.GET.get("customer", ""))).first()
    except ValueError:
        return {}
    return as_registered(found) | {"customer_id": found.pk} if found else {}


def carry_out(form: OrderForm, command: PlaceOrder, by: str) -> None:
    with transaction():
        if form.cleaned_data["register"] and command.customer_id and not form.cleaned_data["customer_id"]:
            registered = RegisterCustomer(
                customer_id=command.customer_id,
                name=command.customer_name,
                email=command.email,
                address=command.ship_to,
            )
            send(registered, actor=by, message_id=form.identity("register"))
        send(command, actor=by, message_id=form.identity("command"))


def checked(form: OrderForm, formset: Lines) -> PlaceOrder | None:
    """The command, or nothing and each fault beside its field."""
    products = products_of(line["sku"] for _number, line in formset.filled)
    try:
        command = command_of(form, formset, products)
    except TooFine as error:
        form.add_error(None, str(error))
        return None
    faults = faults_of_order(command, products)
    numbers = [number for number, _line in formset.filled]
    for fault in faults:
        show_fault(form, formset, fault, numbers)
    return None if faults else command


def command_of(form: OrderForm, formset: Lines, products: Products) -> PlaceOrder:
    asked = form.cleaned_data
    currency = next((product.currency for product in products.values()), "EUR")
    customer_id = asked["customer_id"] or (form.identity("customer") if asked["register"] else None)
    return PlaceOrder(
        order_id=form.identity("order"),
        channel="console",
        customer_id=customer_id,
        customer_name=asked["name"],
        email=asked["email"],
        lines=tuple(new_lines(formset, products, currency, int((asked["tax"] or 0) * 100))),
        shipping=minor(asked["shipping"], currency),
        ship_to=form.address,
        payment_method=asked["card"],
        reference=asked["reference"],
    )


def new_lines(formset: Lines, products: Products, currency: str, tax: int) -> Iterable[NewLine]:
    for _number, line in formset.filled:
        product = products.get(line["sku"])
        yield NewLine(
            sku=line["sku"],
            title=product.title if product else line["sku"],
            quantity=line["quantity"],
            unit_price=Money(product.price_minor, product.currency) if product else zero(currency),
            discount=minor(line["discount"], currency),
            tax_basis_points=tax,
        )


def show_fault(form: OrderForm, formset: Lines, fault: Fault, numbers: list[int]) -> None:
    """`lines.0.sku` beside the first filled line's SKU; `ship_to.city` beside the city."""
    part, _dot, rest = fault.field.partition(".")
    if part == "lines" and rest:
        number, _dot, name = rest.partition(".")
        line = formset.forms[numbers[int(number)]]
        line.add_error(name if name in line.fields else None, fault.why)
        return
    name = FIELDS.get(fault.field, rest or part)
    form.add_error(name if name in form.fields else None, fault.why)
