"""The template tags of the pages about tasks and workers: links to messages and runs."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.backbone.models import SagaInstance
from apps.console import lines, show

register = template.Library()


@register.simple_tag
def message_link(line: lines.Line, text: Any) -> SafeString:
    return show.message_link(line.seq, text)


@register.simple_tag
def run_link(run: SagaInstance) -> SafeString:
    address = reverse("console:run", args=[run.pk])
    return format_html('<a class="link" href="{}">{}</a>', address, run.saga.replace("_", " "))
