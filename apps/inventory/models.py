"""What screens read of stock; written by projections only."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """Something that can be sold."""

    sku = models.CharField(_("SKU"), primary_key=True, max_length=64)
    title = models.CharField(_("title"), max_length=200)
    price_minor = models.BigIntegerField(_("price"))
    currency = models.CharField(_("currency"), max_length=3)
    reorder_point = models.IntegerField(_("reorder point"), default=0)
    active = models.BooleanField(_("active"), default=True)
    added_at = models.DateTimeField(_("added"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["sku"]
        indexes = [models.Index(fields=["title"], name="product_by_title", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return f"{self.sku} {self.title}"


class Warehouse(models.Model):
    """A place that stock is kept in; the lowest priority number serves first."""

    warehouse_id = models.CharField(_("warehouse"), primary_key=True, max_length=64)
    name = models.CharField(_("name"), max_length=200)
    priority = models.IntegerField(_("priority"))
    opened_at = models.DateTimeField(_("opened"))

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["priority", "warehouse_id"]

    def __str__(self) -> str:
        return self.name


class StockLevel(models.Model):
    """What one warehouse holds of one product. Reserved and committed are parts of what is on hand."""

    id = models.CharField(primary_key=True, max_length=129)
    """`<sku> <warehouse>`: neither has a blank in it."""
    product = models.ForeignKey(
        Product, models.DO_NOTHING, db_column="sku", db_constraint=False, verbose_name=_("product")
    )
    warehouse = models.ForeignKey(Warehouse, models.DO_NOTHING, db_constraint=False, verbose_name=_("warehouse"))
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)
    committed = models.IntegerField(_("committed"), default=0)
    low = models.BooleanField(_("low"), default=False)
    """Fell below the reorder point, and has not recovered since."""
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
            models.CheckConstraint(condition=Q(committed__gte=0), name="stock_committed_not_negative"),
            models.CheckConstraint(
                condition=Q(on_hand__gte=F("reserved") + F("committed")), name="stock_held_is_on_hand"
            ),
        ]
        indexes = [models.Index(fields=["-low", "id"], name="stock_low_first")]

    def __str__(self) -> str:
        return self.id

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved - self.committed


class Movement(models.Model):
    """How much one event changed one level. Only ever added to: a level is the sum of its movements."""

    id = models.CharField(primary_key=True, max_length=42)
    """`<message id>-<number>`: the event's, which makes the rows of a replay the same."""
    sku = models.CharField(_("SKU"), max_length=64)
    warehouse_id = models.CharField(_("warehouse"), max_length=64)
    type = models.CharField(_("event"), max_length=100)
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)
    committed = models.IntegerField(_("committed"), default=0)
    order_id = models.UUIDField(_("order"), null=True)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    """The delivery's number, or the reason of an adjustment."""
    actor = models.CharField(_("by"), max_length=100)
    occurred_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-id"]
        indexes = [models.Index(fields=["sku", "warehouse_id", "id"], name="movement_by_level")]

    def __str__(self) -> str:
        return f"{self.type} {self.sku} {self.warehouse_id}"


class Reservation(models.Model):
    """What is, or was, held for one order."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("reserved")
        COMMITTED = "committed", _("committed")
        RELEASED = "released", _("released")
        EXPIRED = "expired", _("expired")
        REJECTED = "rejected", _("rejected")
        ISSUED = "issued", _("issued")

    reservation_id = models.UUIDField(primary_key=True)
    order_id = models.UUIDField(_("order"), db_index=True)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices)
    allocations = models.JSONField(_("allocations"), default=list)
    """`[{"sku", "warehouse_id", "quantity"}]`, also after it has ended."""
    shortages = models.JSONField(_("shortages"), default=list)
    """`[{"sku", "asked", "available"}]`: why it was rejected."""
    shipment_id = models.UUIDField(_("shipment"), null=True)
    reserved_at = models.DateTimeField(_("reserved"), null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-reserved_at"]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(status="active"), name="reservation_due"),
            models.Index(fields=["-reserved_at"], name="reservation_newest"),
        ]

    def __str__(self) -> str:
        return str(self.reservation_id)


class OrderSummary(models.Model):
    """As much of an order as the warehouse needs to know it by."""

    order_id = models.UUIDField(primary_key=True)
    number = models.CharField(_("order"), max_length=50)
    customer = models.CharField(_("customer"), max_length=200)
    status = models.CharField(_("status"), max_length=20)
    """The order's lifecycle: placed, confirmed, rejected, expired, cancelling, cancelled, completed."""
    placed_at = models.DateTimeField(_("placed"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("order summary")
        verbose_name_plural = _("order summaries")
        ordering = ["-placed_at"]

    def __str__(self) -> str:
        return self.number
