"""Mail that was kept here because no mail server is named."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.console import show
from apps.console.admin.readonly import ReadOnly
from apps.console.models import Mail


@admin.register(Mail)
class MailAdmin(ReadOnly):
    list_display = ("subject", "recipients", "sent")
    search_fields = ("recipients__icontains", "subject__icontains")
    ordering = ("-id",)
    list_before_template = "console/mail.html"
    fields = ("sender", "recipients", "subject", "sent", "text")
    readonly_fields = ("sent", "text")
    why_no_form = _("To be read only: the letter stands here as it was sent.")

    @display(description=_("Sent"), ordering="id")
    def sent(self, mail: Mail) -> SafeString | str:
        return show.instant(mail.sent_at)

    @display(description=_("Text"))
    def text(self, mail: Mail) -> SafeString:
        return format_html('<pre class="letter">{}</pre>', mail.body)
