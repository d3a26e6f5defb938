"""What screens read of orders, shipments and customers; written by projections only, but for the numbers' counter."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """Somebody who orders under a name; guests have none of these."""

    customer_id = models.UUIDField(primary_key=True)
    name = models.CharField(_("name"), max_length=200)
    email = models.CharField(_("email"), max_length=200, db_index=True)
    address = models.JSONField(_("address"), null=True)
    registered_at = models.DateTimeField(_("registered"))

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["name"]
        indexes = [models.Index(fields=["name"], name="customer_by_name", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """One order: its life, and what its money and its goods have come to."""

    class Status(models.TextChoices):
        PLACED = "placed", _("placed")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")
        EXPIRED = "expired", _("expired")
        CANCELLING = "cancelling", _("being cancelled")
        CANCELLED = "cancelled", _("cancelled")
        COMPLETED = "completed", _("completed")

    class PaymentStatus(models.TextChoices):
        """Follows the payment's events alone."""

        UNPAID = "unpaid", _("unpaid")
        PENDING = "pending", _("pending")
        AUTHORIZED = "authorized", _("authorized")
        CAPTURED = "captured", _("captured")
        PARTIALLY_REFUNDED = "partially_refunded", _("partially refunded")
        REFUNDED = "refunded", _("refunded")
        VOIDED = "voided", _("voided")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("unknown")

    class FulfilmentStatus(models.TextChoices):
        """Follows the stock's events alone; how far a shipment is, the shipment says."""

        UNFULFILLED = "unfulfilled", _("unfulfilled")
        RESERVED = "reserved", _("reserved")
        COMMITTED = "committed", _("committed")
        FULFILLED = "fulfilled", _("fulfilled")

    class Channel(models.TextChoices):
        API = "api", _("API")
        CONSOLE = "console", _("console")
        IMPORT = "import", _("import")
        DEMO = "demo", _("demo")

    order_id = models.UUIDField(primary_key=True)
    number = models.CharField(_("number"), max_length=30, unique=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    customer_id = models.UUIDField(_("customer"), null=True, db_index=True)
    customer_name = models.CharField(_("customer"), max_length=200)
    email = models.CharField(_("email"), max_length=200, blank=True)
    ship_to = models.JSONField(_("ship to"))
    bill_to = models.JSONField(_("bill to"))
    payment_method = models.CharField(_("payment method"), max_length=200)

    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PLACED)
    payment_status = models.CharField(
        _("payment"), max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.UNPAID
    )
    fulfilment_status = models.CharField(
        _("fulfilment"), max_length=20, choices=FulfilmentStatus.choices, default=FulfilmentStatus.UNFULFILLED
    )
    reason = models.TextField(_("reason"), blank=True)
    """Why it was rejected or cancelled."""
    standing_holds = models.IntegerField(_("holds"), default=0)
    reservation_id = models.UUIDField(null=True)
    payment_id = models.UUIDField(null=True)

    currency = models.CharField(_("currency"), max_length=3)
    subtotal_minor = models.BigIntegerField(_("subtotal"))
    discount_minor = models.BigIntegerField(_("discount"))
    shipping_minor = models.BigIntegerField(_("shipping"))
    tax_minor = models.BigIntegerField(_("tax"))
    total_minor = models.BigIntegerField(_("total"))
    authorized_minor = models.BigIntegerField(_("authorized"), default=0)
    captured_minor = models.BigIntegerField(_("captured"), default=0)
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)

    placed_at = models.DateTimeField(_("placed"))
    payment_due_at = models.DateTimeField(_("payment due"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    changed_at = models.DateTimeField(_("changed"))
    """By an event of the order itself."""
    version = models.BigIntegerField(default=0)
    """Of the order's stream."""

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-placed_at", "-order_id"]
        indexes = [
            models.Index(fields=["-placed_at", "-order_id"], name="order_newest"),
            models.Index(fields=["status", "-placed_at", "-order_id"], name="order_by_status"),
            models.Index(fields=["payment_status", "-placed_at", "-order_id"], name="order_by_payment"),
            models.Index(fields=["email"], name="order_by_email"),
            models.Index(fields=["reference"], condition=~Q(reference=""), name="order_by_reference"),
            models.Index(fields=["payment_due_at"], condition=Q(status="placed"), name="order_due"),
            models.Index(fields=["-placed_at", "-order_id"], condition=Q(standing_holds__gt=0), name="order_on_hold"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One line of an order, as it was agreed; all amounts in the order's currency."""

    line_id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(
        Order, models.DO_NOTHING, db_constraint=False, related_name="lines", verbose_name=_("order")
    )
    number = models.IntegerField(_("line"))
    sku = models.CharField(_("SKU"), max_length=64, db_index=True)
    title = models.CharField(_("title"), max_length=200)
    quantity = models.IntegerField(_("quantity"))
    unit_price_minor = models.BigIntegerField(_("unit price"))
    discount_minor = models.BigIntegerField(_("discount"))
    tax_minor = models.BigIntegerField(_("tax"))
    total_minor = models.BigIntegerField(_("total"))

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order", "number"]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"


class Shipment(models.Model):
    """One parcel of an order, on its way from created to delivered."""

    class Status(models.TextChoices):
        PENDING = "pending", _("to pack")
        PACKED = "packed", _("packed")
        READY = "ready", _("ready to leave")
        DISPATCHED = "dispatched", _("dispatched")
        DELIVERED = "delivered", _("delivered")
        CANCELLED = "cancelled", _("cancelled")
        LOST = "lost", _("lost")

    shipment_id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(
        Order, models.DO_NOTHING, db_constraint=False, related_name="shipments", verbose_name=_("order")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    carrier = models.CharField(_("carrier"), max_length=200, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"))
    packed_at = models.DateTimeField(_("packed"), null=True)
    ready_at = models.DateTimeField(_("ready"), null=True)
    dispatched_at = models.DateTimeField(_("dispatched"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["-created_at", "-shipment_id"]
        indexes = [models.Index(fields=["status", "-created_at"], name="shipment_by_status")]

    def __str__(self) -> str:
        return str(self.shipment_id)


class Hold(models.Model):
    """One reason why an order stands still, until it is released."""

    class Reason(models.TextChoices):
        FRAUD = "fraud", _("fraud")
        ADDRESS = "address", _("address")
        PAYMENT = "payment", _("payment")
        STOCK = "stock", _("stock")
        MANUAL = "manual", _("manual")

    hold_id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(
        Order, models.DO_NOTHING, db_constraint=False, related_name="holds", verbose_name=_("order")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    note = models.TextField(_("note"), blank=True)
    held_by = models.CharField(_("held by"), max_length=100)
    held_at = models.DateTimeField(_("held"))
    released_by = models.CharField(_("released by"), max_length=100, blank=True)
    released_at = models.DateTimeField(_("released"), null=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["held_at"]

    def __str__(self) -> str:
        return self.reason


class OrderNumber(models.Model):
    """The last number given out in one channel; no gaps are promised."""

    channel = models.CharField(primary_key=True, max_length=10)
    last = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.channel} {self.last}"
