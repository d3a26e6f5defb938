"""The runs of sagas, and the timers they set."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SagaInstance(models.Model):
    """One run of one saga."""

    class Status(models.TextChoices):
        RUNNING = "running", _("running")
        COMPLETED = "completed", _("completed")
        COMPENSATED = "compensated", _("compensated")
        STUCK = "stuck", _("stuck")

    saga = models.CharField(max_length=50)
    key = models.UUIDField()
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.RUNNING)
    state = models.TextField()
    version = models.IntegerField(default=0)
    """How many events it has seen."""
    waits_for = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    deadline = models.DateTimeField(null=True)
    """When it counts as stuck unless something moves it; null when it has ended."""
    correlation_id = models.UUIDField(db_index=True)
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saga run")
        verbose_name_plural = _("saga runs")
        constraints = [models.UniqueConstraint(fields=["saga", "key"], name="saga_once")]
        indexes = [
            models.Index(
                fields=["status", "deadline"],
                condition=~models.Q(status__in=["completed", "compensated"]),
                name="saga_overdue",
            ),
            models.Index(fields=["-started_at", "-id"], name="saga_newest"),
            models.Index(fields=["saga", "-started_at", "-id"], name="saga_newest_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.saga} {self.key}"


class Timer(models.Model):
    """A message that will be appended to the log when it is due."""

    message_id = models.UUIDField(primary_key=True)
    type = models.CharField(max_length=100)
    stream = models.CharField(max_length=150)
    body = models.TextField()
    due_at = models.DateTimeField(db_index=True)
    correlation_id = models.UUIDField(db_index=True)
    causation_id = models.UUIDField()
    actor = models.CharField(max_length=100)
