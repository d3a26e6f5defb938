"""Payments, operations and the ledger to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.console import show, states
from apps.console.admin.exact import ExactSearch, since
from apps.console.admin.readonly import ReadOnly
from apps.payments.models import LedgerEntry, Operation, Payment


class ReviewFilter(admin.SimpleListFilter):
    """What home counts: outcomes that nobody knows yet."""

    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("outcome unknown or to review"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Operation]) -> QuerySet[Operation]:
        return queryset.filter(status__in=REVIEWED) if self.value() == "open" else queryset


REVIEWED = (Operation.Status.UNKNOWN, Operation.Status.NEEDS_REVIEW)


@admin.register(Payment)
class PaymentAdmin(ExactSearch, ReadOnly):
    list_display = ("identity", "state_", "order", "authorized", "captured", "refunded", "payment_method", "created")
    list_filter = ("status", since("created_at"), "currency")
    search_identities = ("payment_id", "order_id")
    search_prefixes = ("gateway_reference",)
    search_help_text = _("id of a payment or of an order, gateway's reference")
    ordering = ("-created_at",)
    fieldsets = (
        (None, {"fields": ("payment_id", "state_", "order", "authorized", "captured", "refunded", "voided")}),
        (_("Gateway"), {"fields": ("payment_method", "gateway", "gateway_reference", "expires", "closing")}),
        (_("Operations"), {"fields": ("operations", "bookings")}),
    )
    readonly_fields = (
        "state_",
        "order",
        "authorized",
        "captured",
        "refunded",
        "voided",
        "expires",
        "operations",
        "bookings",
    )

    @display(description=_("Payment"))
    def identity(self, payment: Payment) -> SafeString | str:
        return show.identity(payment.payment_id)

    @display(description=_("State"), ordering="status")
    def state_(self, payment: Payment) -> SafeString | str:
        return states.badge(payment.status, payment.get_status_display())

    @display(description=_("Order"))
    def order(self, payment: Payment) -> SafeString | str:
        return show.order_link(payment.order_id)

    @display(description=_("Authorized"))
    def authorized(self, payment: Payment) -> str:
        return show.money(payment.authorized_minor, payment.currency)

    @display(description=_("Captured"))
    def captured(self, payment: Payment) -> str:
        return show.money(payment.captured_minor, payment.currency)

    @display(description=_("Refunded"))
    def refunded(self, payment: Payment) -> str:
        return show.money(payment.refunded_minor, payment.currency)

    @display(description=_("Voided"))
    def voided(self, payment: Payment) -> str:
        return show.money(payment.voided_minor, payment.currency)

    @display(description=_("Created"), ordering="created_at")
    def created(self, payment: Payment) -> SafeString | str:
        return show.instant(payment.created_at)

    @display(description=_("Authorized until"))
    def expires(self, payment: Payment) -> SafeString | str:
        return show.instant(payment.expires_at)

    @display(description=_("At the gateway"))
    def operations(self, payment: Payment) -> SafeString | str:
        rows = Operation.objects.filter(payment_id=payment.pk).order_by("requested_at")
        return format_html_join(
            "",
            '<div class="move">{} {} {} {}</div>',
            (
                (
                    show.instant(row.requested_at),
                    row.get_kind_display(),
                    show.money(row.amount_minor, row.currency),
                    states.badge(row.status, row.get_status_display()),
                )
                for row in rows
            ),
        )

    @display(description=_("In the ledger"))
    def bookings(self, payment: Payment) -> SafeString | str:
        rows = LedgerEntry.objects.filter(payment_id=payment.pk).order_by("id")
        return format_html_join(
            "",
            '<div class="move">{} <code>{}</code> → <code>{}</code> {} {}</div>',
            (
                (
                    show.instant(row.occurred_at),
                    row.debit,
                    row.credit,
                    show.money(row.amount_minor, row.currency),
                    row.phase,
                )
                for row in rows
            ),
        )


@admin.register(Operation)
class OperationAdmin(ExactSearch, ReadOnly):
    list_display = ("identity", "kind", "state_", "order", "amount", "code", "tries", "requested", "changed")
    list_filter = (ReviewFilter, "status", "kind", since("requested_at"))
    search_identities = ("operation_id", "payment_id", "order_id")
    search_help_text = _("id of an operation, of a payment or of an order")
    ordering = ("-requested_at",)
    fields = (
        "operation_id",
        "kind",
        "state_",
        "order",
        "payment",
        "amount",
        "reason",
        "code",
        "tries",
        "requested",
        "changed",
    )
    readonly_fields = ("state_", "order", "payment", "amount", "requested", "changed")

    @display(description=_("Operation"))
    def identity(self, operation: Operation) -> SafeString | str:
        return show.identity(operation.operation_id)

    @display(description=_("State"), ordering="status")
    def state_(self, operation: Operation) -> SafeString | str:
        return states.badge(operation.status, operation.get_status_display())

    @display(description=_("Order"))
    def order(self, operation: Operation) -> SafeString | str:
        return show.order_link(operation.order_id)

    @display(description=_("Payment"))
    def payment(self, operation: Operation) -> SafeString:
        address = reverse("console:payment", args=[operation.payment_id])
        return format_html('<a class="link" href="{}">{}</a>', address, operation.payment_id)

    @display(description=_("Amount"), ordering="amount_minor")
    def amount(self, operation: Operation) -> str:
        return show.money(operation.amount_minor, operation.currency)

    @display(description=_("Requested"), ordering="requested_at")
    def requested(self, operation: Operation) -> SafeString | str:
        return show.instant(operation.requested_at)

    @display(description=_("Changed"), ordering="changed_at")
    def changed(self, operation: Operation) -> SafeString | str:
        return show.instant(operation.changed_at)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ExactSearch, ReadOnly):
    list_display = ("at", "debit", "credit", "amount", "phase", "type", "order")
    list_filter = (since("occurred_at"), "phase", "currency")
    search_identities = ("order_id", "payment_id")
    search_prefixes = ("debit", "credit")
    search_help_text = _("id of an order or of a payment, beginning of an account")
    ordering = ("-id",)
    fields = ("at", "debit", "credit", "amount", "phase", "type", "order", "payment_id")
    readonly_fields = ("at", "amount", "order")

    @display(description=_("At"))
    def at(self, entry: LedgerEntry) -> SafeString | str:
        return show.instant(entry.occurred_at)

    @display(description=_("Amount"))
    def amount(self, entry: LedgerEntry) -> str:
        return show.money(entry.amount_minor, entry.currency)

    @display(description=_("Order"))
    def order(self, entry: LedgerEntry) -> SafeString | str:
        return show.order_link(entry.order_id)
