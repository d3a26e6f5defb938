"""What people did: their actions in the console and the commands that they sent themselves, newest first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import BooleanField, Count, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.backbone.models import Message
from apps.console import frame, lines, operators, paging

SEE = "backbone.view_message"
COMMANDS = "commands"
SIZE = 50
UUID_TEXT = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PAGES = (
    (rf"order-({UUID_TEXT})", "console:order"),
    (rf"payment-({UUID_TEXT})", "console:payment"),
    (r"schedule:([a-z0-9-]+)", "console:schedule"),
    (r"job:[\w.-]+:(\d+)", "console:job"),
    (r"(?:user|person)-(\d+)", "admin:auth_user_change"),
    (r"gateway", "console:gateway"),
)
SAID_BY_PEOPLE = RawSQL(  # SQLite takes a partial index only where its condition stands word for word
    """("source" = '/console' AND "actor" LIKE 'user:%%' ESCAPE '\\')""", [], output_field=BooleanField()
)


@dataclass(frozen=True)
class Act:
    line: lines.Line
    did: str
    about: str
    leads: str
    """The address of what it is about; empty if that has no page."""
    details: str
    reason: str
    led_to: int
    """Messages that name this one as their cause."""


@frame.staff(SEE)
@require_GET
def operator_actions(request: HttpRequest) -> HttpResponse:
    given = frame.given(request, "who", "what")
    page = paging.page(request, found(**given), order="-seq", size=SIZE)
    return frame.page(
        request,
        "console/roles/trail.html",
        _("What people did"),
        page=page,
        acts=acts(page.rows),
        given=given,
        people=[(f"user:{one.pk}", one.get_username()) for one in staff()],
        kinds=[(COMMANDS, _("sent a command")), *((name, operators.did(name)) for name in operators.DID)],
    )


def found(who: str, what: str) -> QuerySet[Message]:
    rows = Message.objects.filter(SAID_BY_PEOPLE).exclude(kind="command", causation_id__isnull=False)
    if who:
        rows = rows.filter(actor=who)
    if what == COMMANDS:
        return rows.filter(kind="command")
    return rows.filter(doing(what)) if what in operators.DID else rows


def doing(action: str) -> Q:
    """The action is the first field of the event's text."""
    return Q(type=operators.OperatorActed.type, body__startswith=f'{{"action":"{action}"')


def staff() -> QuerySet[Any]:
    return get_user_model().objects.filter(is_staff=True).order_by("username")


def acts(rows: Sequence[Message]) -> list[Act]:
    effects = counted([row.message_id for row in rows])
    return [told(line, effects.get(line.message_id, 0)) for line in lines.lines((row, 0) for row in rows)]


def counted(causes: Sequence[UUID]) -> dict[UUID | None, int]:
    rows = Message.objects.filter(causation_id__in=causes).order_by().values_list("causation_id")
    return dict(rows.annotate(Count("pk")))


def told(line: lines.Line, led_to: int) -> Act:
    fields = lines.opened(line.body)
    if line.type != operators.OperatorActed.type:
        return Act(line, line.type, "", "", line.about, "", led_to)
    about, details = fields.get("about", ""), " · ".join(operators.named(fields.get("details", {})))
    return Act(line, operators.did(fields["action"]), about, page_of(about), details, fields.get("reason", ""), led_to)


def page_of(about: str) -> str:
    """`order-<id>`, `schedule:<name>`, `job:<job>:<run>`, `person-<id>`: each has its page."""
    for pattern, name in PAGES:
        if found := re.fullmatch(pattern, about):
            return reverse(name, args=found.groups())
    return ""
