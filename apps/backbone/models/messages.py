"""The log: messages, their positions, their streams."""

from django.db import models
from django.utils.translation import gettext_lazy as _

SAID_BY_PEOPLE = models.Q(source="/console", actor__startswith="user:")


class Message(models.Model):
    """One message, event or command, as it was said. Inserted once; the database refuses to change it."""

    seq = models.BigAutoField(primary_key=True)
    """The insert number. No cursor: rows commit late. Readers go by `Position`."""
    message_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=7)
    type = models.CharField(max_length=100)
    source = models.CharField(max_length=50)
    target = models.CharField(max_length=50, blank=True)
    stream = models.CharField(max_length=150, blank=True)
    version = models.BigIntegerField(default=0)
    schema_version = models.IntegerField(default=1)
    body = models.TextField()
    correlation_id = models.UUIDField(db_index=True)
    causation_id = models.UUIDField(null=True, db_index=True)
    actor = models.CharField(max_length=100)
    traceparent = models.CharField(max_length=60, blank=True)
    occurred_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("log")
        indexes = [
            models.Index(fields=["type", "-seq"], name="message_by_type"),
            models.Index(fields=["-seq", "actor"], condition=SAID_BY_PEOPLE, name="message_by_people"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["stream", "version"], condition=models.Q(kind="event"), name="message_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"


class Unnumbered(models.Model):
    """A message that is committed, or about to be, and has no position yet."""

    seq = models.BigIntegerField(primary_key=True)


class Position(models.Model):
    """A message's number in the whole log: dense, from 1, in an order that no reader can miss."""

    position = models.BigIntegerField(primary_key=True)
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="numbered", db_constraint=False)
    """Unchecked: the check would lock and rewrite each message's row, which nobody can delete anyway."""
    numbered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")


class Stream(models.Model):
    """One stream's last version and folded state; its row is what a writer locks."""

    name = models.CharField(primary_key=True, max_length=150)
    version = models.BigIntegerField(default=0)
    state = models.TextField(blank=True)
    state_version = models.BigIntegerField(default=0)
    """The version up to which `state` is folded."""
    state_shape = models.CharField(max_length=16, blank=True)
    """A digest of the state's schema; another one means: fold again."""
