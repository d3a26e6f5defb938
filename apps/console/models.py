"""What the console keeps of its own: mail that stays on a page, the keys of the HTTP API and the replies it gave."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Mail(models.Model):
    """One mail that was sent while no mail server is named; kept here instead."""

    sender = models.CharField(_("from"), max_length=254)
    recipients = models.TextField(_("to"))
    subject = models.CharField(_("subject"), max_length=998)
    body = models.TextField(_("text"))
    sent_at = models.DateTimeField(_("sent"), db_index=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mail")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject


class ChosenLanguage(models.Model):
    """The language that one person has last chosen for the console; who has chosen none has no row."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="chosen_language"
    )
    code = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.code


class ApiToken(models.Model):
    """A key to the HTTP API for one user. Only its digest is kept: who loses it needs a new one."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256, as hexadecimal digits; the key itself is random, so nothing slower is needed."""
    created_at = models.DateTimeField(_("created"))
    used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class StoredReply(models.Model):
    """What the API answered to one `Idempotency-Key`, written in the transaction of the command that it answers."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    """SHA-256 of method, path and body."""
    status = models.IntegerField()
    body = models.TextField()
    location = models.CharField(max_length=200)
    order_id = models.UUIDField(db_index=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="reply_once")]

    def __str__(self) -> str:
        return self.key
