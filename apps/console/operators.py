"""What people do in the console beside sending commands, as events in the log: who, what, about what, and why."""

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.backbone import log
from apps.backbone.messages import Envelope, Event
from apps.console import frame

LONGEST = 500
"""Of a reason and of each detail, in characters."""


class OperatorActed(Event):
    """A person did something in the console. Who it was is the envelope's actor."""

    action: str
    about: str = ""
    """A stream, or the id of what was acted on."""
    reason: str = ""
    details: dict[str, str] = {}


DID: dict[str, str | Promise] = {
    "requeue": gettext_lazy("tried again"),
    "discard": gettext_lazy("discarded"),
    "retry": gettext_lazy("retried"),
    "cancel": gettext_lazy("cancelled"),
    "compensate": gettext_lazy("compensated"),
    "pause": gettext_lazy("paused"),
    "resume": gettext_lazy("resumed"),
    "run-now": gettext_lazy("ran now"),
    "run-missed": gettext_lazy("ran what was missed"),
    "ignore-missed": gettext_lazy("ignored what was missed"),
    "start": gettext_lazy("started"),
    "schedule": gettext_lazy("scheduled"),
    "reschedule": gettext_lazy("changed the schedule"),
    "rebuild": gettext_lazy("rebuilt"),
    "gateway": gettext_lazy("changed the gateway's faults"),
    "add-person": gettext_lazy("added a person"),
    "change-person": gettext_lazy("changed a person"),
    "remove-person": gettext_lazy("removed a person"),
    "change-password": gettext_lazy("set a password"),
    "give-role": gettext_lazy("gave a role"),
    "add-role": gettext_lazy("added a role"),
    "change-role": gettext_lazy("changed what a role may do"),
    "remove-role": gettext_lazy("removed a role"),
    "add-token": gettext_lazy("made an API token"),
    "remove-token": gettext_lazy("took an API token away"),
}


def acted(
    request: HttpRequest,
    action: str,
    about: str = "",
    reason: str = "",
    cause: Envelope | None = None,
    identity: UUID | None = None,
    **details: Any,
) -> Envelope:
    """Write down what the person behind the request does; hand the envelope on as the cause of what that brings about.

    Call it first inside the `log.transaction()` that does the work, so that either both are kept or neither. With a
    `cause` (the message that was given up, the last of a run) it shows in that one's picture. No secrets in it.
    With an `identity` of its own, made from the form's, a deed can be recognized that was done already.
    """
    told = {name: str(value)[:LONGEST] for name, value in details.items()}
    event = OperatorActed(action=action, about=about, reason=reason[:LONGEST], details=told)
    named = [identity] if identity else []
    with log.transaction():
        said = log.append(f"operator-{request.user.pk}", [event], cause, actor=frame.actor(request), message_ids=named)
    return said[0]


def did(action: str) -> str:
    """`run-now` -> ran now"""
    return str(DID.get(action) or action.replace("-", " "))


def sentence(fields: dict[str, Any]) -> str:
    """One line of an `operator.acted`: discarded · order-… · why"""
    told = msgspec.convert(fields, OperatorActed)
    return " · ".join(part for part in (did(told.action), told.about, *named(told.details), told.reason) if part)


def named(details: dict[str, str]) -> list[str]:
    """`{"decline_rate": "0.5"}` -> decline rate 0.5"""
    return [f"{name.replace('_', ' ')} {value}" for name, value in details.items()]
