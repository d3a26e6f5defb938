"""What each consumer has taken, what it waits for, and how far it has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Inbox(models.Model):
    """One message that a consumer has taken into its care."""

    class State(models.TextChoices):
        DONE = "done", _("done")
        WAITING = "waiting", _("waiting for its next try")
        PARKED = "parked", _("parked behind an earlier message")
        DEAD = "dead", _("dead letter")
        QUARANTINED = "quarantined", _("quarantined")
        DISCARDED = "discarded", _("discarded")

    consumer = models.CharField(max_length=60)
    message_id = models.UUIDField()
    state = models.CharField(max_length=11, choices=State.choices, default=State.DONE)
    type = models.CharField(max_length=100, blank=True)
    position = models.BigIntegerField(default=0)
    key = models.CharField(max_length=150, blank=True)
    """What it must stay in order with: the stream, or the saga's instance; empty for commands."""
    tries = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    raw = models.BinaryField(null=True)
    """The bytes as they came, while it is not done."""
    error_class = models.CharField(max_length=150, blank=True)
    error_place = models.CharField(max_length=200, blank=True)
    """`apps/orders/handlers.py:41 confirm`: the innermost line of ours."""
    error = models.TextField(blank=True)
    traceback = models.TextField(blank=True)
    note = models.TextField(blank=True)
    """Why a person discarded or requeued it, and who."""
    repair = models.ForeignKey(
        "Repair", on_delete=models.SET_NULL, null=True, related_name="letters", db_index=False, db_constraint=False
    )
    """What a person last did with it; such a row is kept when it is done, to say what became of it."""
    received_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("inbox entry")
        verbose_name_plural = _("inbox")
        constraints = [models.UniqueConstraint(fields=["consumer", "message_id"], name="inbox_once")]
        indexes = [
            models.Index(fields=["consumer", "position"], name="inbox_by_position"),
            models.Index(
                fields=["state", "consumer", "due_at"], condition=~models.Q(state="done"), name="inbox_not_done"
            ),
            models.Index(
                fields=["consumer", "due_at", "position"], condition=models.Q(state="waiting"), name="inbox_due"
            ),
            models.Index(fields=["consumer", "key"], condition=models.Q(state="parked"), name="inbox_parked"),
            models.Index(
                fields=["consumer", "error_class", "error_place", "id", "updated_at", "received_at"],
                condition=models.Q(state__in=["dead", "quarantined"]),
                name="inbox_given_up",
            ),
            models.Index(fields=["id"], condition=models.Q(state__in=["dead", "quarantined"]), name="inbox_dead_by_id"),
            models.Index(
                fields=["repair", "state", "id"], condition=models.Q(repair__isnull=False), name="inbox_repaired"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type or 'unreadable'} in {self.consumer}: {self.state}"


class Blocked(models.Model):
    """A key whose line stands still until `head` is done, requeued or discarded."""

    consumer = models.CharField(max_length=60)
    key = models.CharField(max_length=150)
    head = models.UUIDField()
    head_position = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "key"], name="blocked_once")]


class Subscription(models.Model):
    """A consumer hears a type from `since_position` on (exclusive)."""

    consumer = models.CharField(max_length=60)
    type = models.CharField(max_length=100)
    since_position = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "type"], name="subscription_once")]


class Receipt(models.Model):
    """Up to `watermark`, a consumer is known to have everything that it subscribed to."""

    consumer = models.CharField(primary_key=True, max_length=60)
    watermark = models.BigIntegerField(default=0)
    idle_at = models.DateTimeField(null=True)
    """When its queue was last seen empty."""


class Redelivery(models.Model):
    """A message that was found lost for a consumer, and published again."""

    consumer = models.CharField(max_length=60)
    message_id = models.UUIDField()
    position = models.BigIntegerField()
    times = models.IntegerField(default=0)
    next_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "message_id"], name="redelivery_once")]


class Checkpoint(models.Model):
    """The position that a reader of the log has reached."""

    name = models.CharField(primary_key=True, max_length=100)
    position = models.BigIntegerField(default=0)
