"""What people do with dead letters."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Repair(models.Model):
    """One act of a person on messages that were given up: which, what, who, why. The messages point back at it."""

    class Action(models.TextChoices):
        RETRY = "retry", _("tried again")
        DISCARD = "discard", _("discarded")

    action = models.CharField(max_length=7, choices=Action.choices)
    actor = models.CharField(max_length=100)
    reason = models.CharField(max_length=500, blank=True)
    wanted = models.TextField(default="{}")
    """The filter, or the rows chosen by hand, as JSON."""
    consumer = models.CharField(max_length=60, blank=True)
    error_class = models.CharField(max_length=150, blank=True)
    error_place = models.CharField(max_length=200, blank=True)
    """The group that it was begun from; all three empty if from none."""
    run = models.OneToOneField("JobRun", on_delete=models.SET_NULL, null=True, related_name="repair")
    """The job that does it; none for a few, which the request itself does."""
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    asked = models.BigIntegerField(default=0)
    """How many there were when it was asked for."""
    mended = models.BigIntegerField(default=0)
    passed_over = models.BigIntegerField(default=0)
    """Chosen, but no longer given up when their turn came: somebody else was first."""
    overtaken = models.BigIntegerField(default=0)
    """Failed again, and have since been taken up by a later repair."""

    class Meta:
        verbose_name = _("repair of dead letters")
        verbose_name_plural = _("repairs of dead letters")
        indexes = [models.Index(fields=["consumer", "error_class", "error_place", "-id"], name="repair_by_group")]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"
