"""Mail kept on a page of the console: what EMAIL_BACKEND is while no mail server is named."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from apps.backbone import clock
from apps.console.models import Mail


class KeptMail(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        Mail.objects.bulk_create(
            Mail(
                sender=one.from_email,
                recipients=", ".join(one.recipients()),
                subject=one.subject[:998],
                body=one.body,
                sent_at=clock.now(),
            )
            for one in email_messages
        )
        return len(email_messages)
