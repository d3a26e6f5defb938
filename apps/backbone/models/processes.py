"""Who is alive."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Process(models.Model):
    """A process that lives, or did: what the banner and the workers page go by."""

    name = models.CharField(primary_key=True, max_length=150)
    """`consumer orders.events@host:4711`"""
    role = models.CharField(max_length=30, db_index=True)
    host = models.CharField(max_length=100)
    pid = models.IntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    busy_with = models.CharField(max_length=200, blank=True)
    busy_since = models.DateTimeField(null=True)
    version = models.CharField(max_length=60, blank=True)
    """`0.1.0+76cc297`: the release and the commit that it runs."""

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")

    def __str__(self) -> str:
        return self.name
