"""Payments' read models: what was asked of the gateway, what came of it, and how it is booked."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Payment(models.Model):
    """One order's payment. Amounts are in the currency's minor unit."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        AUTHORIZED = "authorized", _("authorized")
        DECLINED = "declined", _("declined")
        CAPTURED = "captured", _("captured")
        PARTIALLY_REFUNDED = "partially_refunded", _("partially refunded")
        REFUNDED = "refunded", _("refunded")
        VOIDED = "voided", _("voided")

    payment_id = models.UUIDField(primary_key=True)
    order_id = models.UUIDField(_("order"), db_index=True)
    status = models.CharField(_("status"), max_length=18, choices=Status.choices)
    currency = models.CharField(_("currency"), max_length=3)
    authorized_minor = models.BigIntegerField(_("authorized"), default=0)
    captured_minor = models.BigIntegerField(_("captured"), default=0)
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)
    voided_minor = models.BigIntegerField(_("voided"), default=0)
    payment_method = models.CharField(_("card"), max_length=200)
    gateway = models.CharField(_("gateway"), max_length=30, blank=True)
    gateway_reference = models.CharField(_("gateway's reference"), max_length=100, blank=True)
    expires_at = models.DateTimeField(_("authorized until"), null=True)
    closing = models.CharField(_("ends because"), max_length=30, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True)
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at"], name="payment_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(authorized_minor__gte=F("captured_minor") + F("voided_minor")),
                name="payment_taken_was_authorized",
            ),
            models.CheckConstraint(
                condition=Q(captured_minor__gte=F("refunded_minor")), name="payment_refunded_was_captured"
            ),
        ]

    def __str__(self) -> str:
        return str(self.payment_id)

    @property
    def held_minor(self) -> int:
        return self.authorized_minor - self.captured_minor - self.voided_minor


class Operation(models.Model):
    """One thing asked of the gateway; its id is the idempotency key."""

    class Kind(models.TextChoices):
        AUTHORIZE = "authorize", _("authorize")
        CAPTURE = "capture", _("capture")
        VOID = "void", _("void")
        REFUND = "refund", _("refund")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("requested")
        UNKNOWN = "unknown", _("outcome unknown")
        NEEDS_REVIEW = "needs_review", _("needs review")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")

    operation_id = models.UUIDField(primary_key=True)
    payment_id = models.UUIDField(_("payment"), db_index=True)
    order_id = models.UUIDField(_("order"), db_index=True)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.REQUESTED)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    code = models.CharField(_("gateway's code"), max_length=200, blank=True)
    tries = models.IntegerField(_("tries without an answer"), default=0)
    requested_at = models.DateTimeField(_("requested"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("payment operation")
        verbose_name_plural = _("payment operations")
        ordering = ["-requested_at"]
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=Q(status__in=["requested", "unknown", "needs_review"]),
                name="operation_open",
            ),
            models.Index(fields=["-requested_at"], name="operation_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order_id"], condition=Q(kind="capture") & ~Q(status="failed"), name="order_captured_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.operation_id}"


class LedgerEntry(models.Model):
    """One transfer: the amount debited to one account and credited to another. Only ever added to."""

    id = models.CharField(primary_key=True, max_length=42)
    """`<message id>-<number>`: the event's, which makes the rows of a replay the same."""
    debit = models.CharField(_("debit"), max_length=30)
    credit = models.CharField(_("credit"), max_length=30)
    phase = models.CharField(_("phase"), max_length=7)
    """`posted`, or `pending`: authorized only."""
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    payment_id = models.UUIDField(_("payment"), db_index=True)
    order_id = models.UUIDField(_("order"))
    type = models.CharField(_("event"), max_length=100)
    occurred_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="ledger_amount_is_positive")]

    def __str__(self) -> str:
        return f"{self.debit} → {self.credit}"


class OrderSummary(models.Model):
    """As much of an order as payments needs to know it by."""

    order_id = models.UUIDField(primary_key=True)
    number = models.CharField(_("order"), max_length=50)
    customer = models.CharField(_("customer"), max_length=200)
    status = models.CharField(_("status"), max_length=20)
    """The order's lifecycle: placed, confirmed, rejected, expired, cancelling, cancelled, completed."""
    total_minor = models.BigIntegerField(_("total"))
    currency = models.CharField(_("currency"), max_length=3)
    placed_at = models.DateTimeField(_("placed"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("order summary")
        verbose_name_plural = _("order summaries")
        ordering = ["-placed_at"]

    def __str__(self) -> str:
        return self.number


class Claim(models.Model):
    """Who may carry an operation to the gateway now. No read model: it is written before each sending."""

    operation_id = models.UUIDField(primary_key=True)
    holder = models.UUIDField()
    """The command that sends it."""
    token = models.IntegerField(default=1)
    """Raised with each claim; an answer without news that comes under an older one is dropped."""
    first_sent_at = models.DateTimeField()
    leased_until = models.DateTimeField()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return str(self.operation_id)
