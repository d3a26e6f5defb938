"""Why an order does not go on: each thing that it waits for, since when, until when, and where to look."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from apps.backbone import clock
from apps.backbone.models import Inbox, SagaInstance
from apps.console import reasons
from apps.console.orders.sheet import Sheet
from apps.payments.models import Operation

GOING = (SagaInstance.Status.RUNNING, SagaInstance.Status.STUCK)


@dataclass(frozen=True)
class Wait:
    """One thing that is waited for. `state` gives it its icon and color."""

    state: str
    text: str
    since: datetime | None = None
    until: datetime | None = None
    link: str = ""
    link_text: str = ""

    @property
    def overdue(self) -> bool:
        return bool(self.until and self.until <= clock.now())


def waits(found: Sheet) -> list[Wait]:
    """What needs a person first."""
    return [
        *of_troubles(found.troubles),
        *of_holds(found),
        *of_people(found),
        *of_operations(found.operations),
        *of_runs(found.runs),
    ]


def of_troubles(troubles: list[Inbox]) -> Iterator[Wait]:
    for one in troubles:
        said = {"type": one.type or _("unreadable"), "consumer": one.consumer, "error": one.error_class}
        text = {
            Inbox.State.WAITING: _("%(consumer)s could not take %(type)s (%(error)s) and tries again."),
            Inbox.State.PARKED: _("%(type)s stands behind an earlier message that %(consumer)s could not take."),
        }.get(Inbox.State(one.state), _("%(consumer)s could not take %(type)s (%(error)s): it waits for a person."))
        yield Wait(one.state, text % said, one.updated_at, one.due_at, dead_letter(one), _("look at it"))


def dead_letter(one: Inbox) -> str:
    try:
        return reverse("console:dead-letter", args=[one.pk])
    except NoReverseMatch:
        return reverse("console:dead-letters")


def of_holds(found: Sheet) -> Iterator[Wait]:
    for hold in found.standing_holds:
        note = f": {reasons.words(hold.note)}" if hold.note else ""
        yield Wait("held", _("On hold (%(reason)s)") % {"reason": hold.get_reason_display()} + note, hold.held_at)


def of_runs(runs: list[SagaInstance]) -> Iterator[Wait]:
    for run in runs:
        if run.status in GOING and run.waits_for:
            told = {"saga": run.saga, "what": reasons.words(run.waits_for)}
            text = _("%(saga)s waits for %(what)s") % told
            yield Wait(run.status, text, run.moved_at, run.deadline, run_page(run), _("its run"))


def run_page(run: SagaInstance) -> str:
    for name in ("console:run", "admin:backbone_sagainstance_change"):
        try:
            return reverse(name, args=[run.pk])
        except NoReverseMatch:
            continue
    return ""


def of_operations(operations: list[Operation]) -> Iterator[Wait]:
    texts: dict[str, Any] = {
        "requested": _("The gateway was asked to %(kind)s and has not answered yet"),
        "unknown": _("The gateway's answer to %(kind)s was lost; it is asked again"),
        "needs_review": _("Nobody knows what became of %(kind)s: look it up at the gateway and record the outcome"),
    }
    for one in operations:
        if one.status in texts:
            yield Wait(one.status, texts[one.status] % {"kind": one.get_kind_display()}, one.changed_at)


def of_people(found: Sheet) -> Iterator[Wait]:
    """Where the next step is somebody's."""
    shipment = found.shipment
    if found.order.status != "confirmed" or found.standing_holds:
        return
    if shipment is None:
        yield Wait("unfulfilled", _("Somebody has to ship it"), found.order.confirmed_at)
    elif shipment.status == "pending":
        yield Wait("pending", _("Somebody has to pack it"), shipment.created_at)
    elif shipment.status == "ready":
        yield Wait("ready", _("Somebody has to hand it to a carrier"), shipment.ready_at)
    elif shipment.status == "dispatched":
        yield Wait("dispatched", _("On its way: somebody has to say that it arrived"), shipment.dispatched_at)
