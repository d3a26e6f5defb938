"""Orders, customers and shipments to look at; an order opens its own page, and adding one is placing one."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.console import frame, show, states
from apps.console.admin.exact import ExactSearch, identity, since
from apps.console.admin.readonly import ReadOnly
from apps.console.orders.listing import address_of
from apps.orders.models import Customer, Order, Shipment


@admin.register(Order)
class OrderAdmin(ReadOnly):
    """The admin's addresses of orders lead to the console's own pages."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        frame.require(request, "orders.view_order")
        return redirect(f"{reverse('console:orders')}{address_of(request.GET)}")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.add_order")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return redirect("console:place-order")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = identity(object_id)
        return redirect("console:order", found) if found else redirect("console:orders")


@admin.register(Customer)
class CustomerAdmin(ReadOnly):
    """Customers have pages and forms of their own; the admin's addresses lead there."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("console:customers")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = identity(object_id)
        return redirect("console:customer", found) if found else redirect("console:customers")


@admin.register(Shipment)
class ShipmentAdmin(ExactSearch, ReadOnly):
    list_display = ("identity", "state_", "order_", "carrier", "tracking_number", "created")
    list_filter = ("status", since("created_at"))
    list_select_related = ("order",)
    search_identities = ("shipment_id", "order_id")
    search_prefixes = ("tracking_number",)
    search_help_text = _("tracking number, id of a shipment or of an order")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        shipment: Model | None = self.get_object(request, object_id)
        if isinstance(shipment, Shipment):
            return HttpResponseRedirect(reverse("console:order", args=[shipment.order_id]))
        return redirect("admin:orders_shipment_changelist")

    @display(description=_("Shipment"))
    def identity(self, shipment: Shipment) -> SafeString | str:
        return show.identity(shipment.shipment_id)

    @display(description=_("State"), ordering="status")
    def state_(self, shipment: Shipment) -> SafeString | str:
        return states.badge(shipment.status, shipment.get_status_display())

    @display(description=_("Order"))
    def order_(self, shipment: Shipment) -> SafeString | str:
        return show.order_link(shipment.order_id, shipment.order.number)

    @display(description=_("Created"), ordering="created_at")
    def created(self, shipment: Shipment) -> SafeString | str:
        return show.instant(shipment.created_at)
