"""The simulated gateway's own book. Waybill never reads it but to compare."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SimulatedCharge(models.Model):
    """One authorization that was asked for, and what has happened to it since."""

    reference = models.CharField(_("reference"), primary_key=True, max_length=40)
    key = models.UUIDField(_("idempotency key"), unique=True)
    card = models.CharField(_("card"), max_length=200)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    approved = models.BooleanField(_("approved"))
    code = models.CharField(_("code"), max_length=64, blank=True)
    soft = models.BooleanField(_("soft decline"), default=False)
    captured_minor = models.BigIntegerField(_("captured"), default=0)
    voided_minor = models.BigIntegerField(_("voided"), default=0)
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)
    expires_at = models.DateTimeField(_("expires"), null=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        db_table = "gateway_charge"
        verbose_name = _("charge at the simulated gateway")
        verbose_name_plural = _("charges at the simulated gateway")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gte=F("captured_minor") + F("voided_minor")),
                name="charge_taken_was_authorized",
            ),
            models.CheckConstraint(
                condition=Q(captured_minor__gte=F("refunded_minor")), name="charge_refunded_was_captured"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def held_minor(self) -> int:
        return self.amount_minor - self.captured_minor - self.voided_minor if self.approved else 0


class SimulatedOperation(models.Model):
    """One capture, void or refund that was asked for, with the answer that its key gives for ever."""

    key = models.UUIDField(_("idempotency key"), primary_key=True)
    charge = models.ForeignKey(SimulatedCharge, models.PROTECT, related_name="operations", verbose_name=_("charge"))
    kind = models.CharField(_("kind"), max_length=9)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    succeeded = models.BooleanField(_("succeeded"))
    code = models.CharField(_("code"), max_length=64, blank=True)
    retryable = models.BooleanField(_("retryable"), default=False)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        db_table = "gateway_operation"
        verbose_name = _("operation at the simulated gateway")
        verbose_name_plural = _("operations at the simulated gateway")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SimulatedLoss(models.Model):
    """A request that was lost on its way in, remembered only so that the next one arrives."""

    key = models.UUIDField(primary_key=True)

    class Meta:
        db_table = "gateway_loss"

    def __str__(self) -> str:
        return str(self.key)


def rate(name: Any) -> Any:
    return models.FloatField(name, default=0, validators=[MinValueValidator(0), MaxValueValidator(1)])


class FaultProfile(models.Model):
    """How badly the simulated gateway behaves; one row. Rates are from 0 to 1."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    latency_p50_ms = models.PositiveIntegerField(_("latency, median (ms)"), default=0)
    latency_p99_ms = models.PositiveIntegerField(_("latency, 99th percentile (ms)"), default=0)
    decline_rate = rate(_("declined cards"))
    error_rate = rate(_("server errors (5xx)"))
    lost_request_rate = rate(_("replies lost before the charge"))
    lost_reply_rate = rate(_("replies lost after the charge"))
    seed = models.PositiveIntegerField(_("seed"), default=1, help_text=_("The same seed gives the same faults."))

    class Meta:
        db_table = "gateway_fault_profile"
        verbose_name = _("fault profile of the simulated gateway")
        verbose_name_plural = _("fault profile of the simulated gateway")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="fault_profile_is_one")]

    def __str__(self) -> str:
        return str(_("Fault profile"))
