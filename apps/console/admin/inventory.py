"""Products, warehouses, levels, movements and reservations, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.console import show, states
from apps.console.admin.exact import ExactSearch, since
from apps.console.admin.readonly import ReadOnly
from apps.inventory.models import Movement, Product, Reservation, StockLevel, Warehouse


def allocated(rows: list[dict[str, Any]]) -> SafeString | str:
    """2 × tea from A"""
    found = format_html_join(", ", "{} × {} ({})", ((row["quantity"], row["sku"], row["warehouse_id"]) for row in rows))
    return found or "–"


class FromForm(ReadOnly):
    """What is added by a form of the console's own, which sends a command."""

    form_page: str

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("inventory.add_product")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return redirect(self.form_page)


@admin.register(Product)
class ProductAdmin(FromForm):
    form_page = "console:add-product"
    list_display = ("sku", "title", "price", "reorder_point", "sold", "added")
    list_filter = ("active",)
    search_fields = ("sku__istartswith", "title__icontains")
    ordering = ("sku",)
    fields = ("sku", "title", "price", "reorder_point", "sold", "added")
    readonly_fields = ("price", "sold", "added")

    @display(description=_("Price"), ordering="price_minor")
    def price(self, product: Product) -> str:
        return show.money(product.price_minor, product.currency)

    @display(description=_("Sold"), ordering="active")
    def sold(self, product: Product) -> SafeString | str:
        return states.badge("yes" if product.active else "no")

    @display(description=_("Added"), ordering="added_at")
    def added(self, product: Product) -> SafeString | str:
        return show.instant(product.added_at)


@admin.register(Warehouse)
class WarehouseAdmin(FromForm):
    form_page = "console:open-warehouse"
    list_display = ("warehouse_id", "name", "priority", "opened")
    search_fields = ("warehouse_id__istartswith", "name__icontains")
    fields = ("warehouse_id", "name", "priority", "opened")
    readonly_fields = ("opened",)

    @display(description=_("Opened"), ordering="opened_at")
    def opened(self, warehouse: Warehouse) -> SafeString | str:
        return show.instant(warehouse.opened_at)


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnly):
    list_display = ("sku", "title", "warehouse", "on_hand", "reserved", "committed", "available", "enough", "changed")
    list_display_links = ("sku",)
    list_filter = ("low", "warehouse")
    list_select_related = ("product", "warehouse")
    search_fields = ("product__sku__istartswith", "product__title__icontains")
    ordering = ("id",)
    fields = (
        "sku",
        "title",
        "warehouse",
        "on_hand",
        "reserved",
        "committed",
        "available",
        "enough",
        "changed",
        "moves",
    )
    readonly_fields = ("sku", "title", "available", "enough", "changed", "moves")

    @display(description=_("SKU"), ordering="id")
    def sku(self, level: StockLevel) -> str:
        return level.product_id

    @display(description=_("Product"))
    def title(self, level: StockLevel) -> str:
        return level.product.title

    @display(description=_("Available"))
    def available(self, level: StockLevel) -> int:
        return level.available

    @display(description=_("State"), ordering="low")
    def enough(self, level: StockLevel) -> SafeString | str:
        return states.badge("low" if level.low else "enough")

    @display(description=_("Changed"), ordering="changed_at")
    def changed(self, level: StockLevel) -> SafeString | str:
        return show.instant(level.changed_at)

    @display(description=_("Last movements"))
    def moves(self, level: StockLevel) -> SafeString | str:
        rows = Movement.objects.filter(sku=level.product_id, warehouse_id=level.warehouse_id).order_by("-id")[:20]
        return format_html_join(
            "",
            '<div class="move">{} <code>{}</code> {:+} · {:+} · {:+} {}</div>',
            (
                (
                    show.instant(row.occurred_at),
                    row.type,
                    row.on_hand,
                    row.reserved,
                    row.committed,
                    show.order_link(row.order_id) if row.order_id else row.reference,
                )
                for row in rows
            ),
        )


@admin.register(Movement)
class MovementAdmin(ExactSearch, ReadOnly):
    list_display = ("at", "sku", "warehouse_id", "type", "on_hand", "reserved", "committed", "order", "reference")
    list_filter = (since("occurred_at"), "warehouse_id")
    search_identities = ("order_id",)
    search_prefixes = ("sku",)
    search_help_text = _("SKU, or id of an order")
    ordering = ("-id",)
    fields = list_display
    readonly_fields = ("at", "order")

    @display(description=_("At"))
    def at(self, movement: Movement) -> SafeString | str:
        return show.instant(movement.occurred_at)

    @display(description=_("Order"))
    def order(self, movement: Movement) -> SafeString | str:
        return show.order_link(movement.order_id)


@admin.register(Reservation)
class ReservationAdmin(ExactSearch, ReadOnly):
    list_display = ("identity", "state_", "order", "held", "expires", "changed")
    list_filter = ("status", since("reserved_at"))
    search_identities = ("reservation_id", "order_id")
    search_help_text = _("id of a reservation or of an order")
    ordering = ("-reserved_at",)
    fields = ("reservation_id", "state_", "order", "held", "short", "reserved", "expires", "changed")
    readonly_fields = ("state_", "order", "held", "short", "reserved", "expires", "changed")

    @display(description=_("Reservation"))
    def identity(self, reservation: Reservation) -> SafeString | str:
        return show.identity(reservation.reservation_id)

    @display(description=_("State"), ordering="status")
    def state_(self, reservation: Reservation) -> SafeString | str:
        return states.badge(reservation.status, reservation.get_status_display())

    @display(description=_("Order"))
    def order(self, reservation: Reservation) -> SafeString | str:
        return show.order_link(reservation.order_id)

    @display(description=_("Holds"))
    def held(self, reservation: Reservation) -> SafeString | str:
        return allocated(reservation.allocations)

    @display(description=_("Short of"))
    def short(self, reservation: Reservation) -> SafeString | str:
        rows = reservation.shortages
        return (
            format_html_join(", ", "{}: {} / {}", ((row["sku"], row["available"], row["asked"]) for row in rows)) or "–"
        )

    @display(description=_("Reserved"), ordering="reserved_at")
    def reserved(self, reservation: Reservation) -> SafeString | str:
        return show.instant(reservation.reserved_at)

    @display(description=_("Expires"), ordering="expires_at")
    def expires(self, reservation: Reservation) -> SafeString | str:
        return show.instant(reservation.expires_at)

    @display(description=_("Changed"), ordering="changed_at")
    def changed(self, reservation: Reservation) -> SafeString | str:
        return show.instant(reservation.changed_at)
