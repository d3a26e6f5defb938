"""What staff may want of an order: each with its form, what stands against it, and what it does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from apps.backbone.messages import Command
from apps.console import frame
from apps.console.orders import intents, objections
from apps.console.orders.forms import (
    ActionForm,
    CancelForm,
    DispatchForm,
    HoldForm,
    OutcomeForm,
    RefundForm,
    ReleaseForm,
)
from apps.console.orders.sheet import Sheet

STEER = "orders.change_order"
REFUND = "payments.change_payment"
RARE = ("pack", "drop", "lost", "outcome")
"""Shown only when they can be done."""


@dataclass(frozen=True)
class Action:
    """One thing that staff may want of an order."""

    name: str
    word: Any
    icon: str
    form: type[ActionForm]
    why_not: Callable[[Sheet], str]
    """Why it cannot be done now; nothing if it can."""
    commands: Callable[[ActionForm, str], list[Command]]
    permission: str = STEER
    dangerous: bool = False
    warning: Any = ""
    """What it does, said before it is done; also made of the order as it stands."""

    def warn(self, found: Sheet) -> str:
        return str(self.warning(found) if callable(self.warning) else self.warning)


@dataclass(frozen=True)
class Offer:
    """An action as the page shows it."""

    action: Action
    refusal: str
    form: ActionForm
    warning: str
    opened: bool = False


def warn_of_shipping(found: Sheet) -> str:
    return found.spent or _("Packs the whole order and captures the money.")


def warn_of_dropping(found: Sheet) -> str:
    if found.payment and found.payment.captured_minor:
        return _(
            "The money is taken already and goes back to the card. It cannot be taken a second time: "
            "a new shipment of this order would end on hold for its payment."
        )
    return _("Nothing is taken from the card yet. The order can be shipped again.")


ACTIONS = (
    Action("ship", gettext_lazy("Ship"), "package_2", ActionForm, objections.why_not_ship, intents.ship,
           warning=warn_of_shipping),
    Action("pack", gettext_lazy("Pack"), "inventory", ActionForm, objections.why_not_pack, intents.pack,
           warning=gettext_lazy("Packs the shipment and captures the money.")),
    Action("dispatch", gettext_lazy("Dispatch"), "local_shipping", DispatchForm, objections.why_not_dispatch,
           intents.dispatch),
    Action("delivered", gettext_lazy("Mark delivered"), "home_pin", ActionForm, objections.why_not_delivered,
           intents.deliver, warning=gettext_lazy("Completes the order.")),
    Action("hold", gettext_lazy("Hold"), "pause_circle", HoldForm, objections.why_not_hold, intents.hold,
           warning=gettext_lazy("Nothing is packed, captured or dispatched until every hold is released.")),
    Action("release", gettext_lazy("Release"), "play_circle", ReleaseForm, objections.why_not_release,
           intents.release),
    Action("refund", gettext_lazy("Refund"), "currency_exchange", RefundForm, objections.why_not_refund,
           intents.refund, REFUND, True,
           warning=gettext_lazy("The money goes back to the customer's card. This cannot be undone.")),
    Action("outcome", gettext_lazy("Record outcome"), "flag", OutcomeForm, objections.why_not_outcome,
           intents.record, REFUND, True,
           warning=gettext_lazy("Look it up at the gateway first: the first final answer wins. It cannot be undone.")),
    Action("drop", gettext_lazy("Call off shipment"), "backspace", ActionForm, objections.why_not_drop, intents.drop,
           STEER, True, warning=warn_of_dropping),
    Action("lost", gettext_lazy("Parcel lost"), "report", ActionForm, objections.why_not_lost, intents.lost,
           STEER, True, warning=gettext_lazy("Ends the shipment and completes the order. The money stays captured.")),
    Action("cancel", gettext_lazy("Cancel order"), "do_not_disturb_on", CancelForm, objections.why_not_cancel,
           intents.cancel, STEER, True,
           warning=gettext_lazy("Stock is given back, money is voided or refunded. This cannot be undone.")),
)  # fmt: skip
BY_NAME = {action.name: action for action in ACTIONS}


def offers(found: Sheet, user: Any, bound: tuple[str, ActionForm] | None = None, wanted: str = "") -> list[Offer]:
    """Every action, those that can be done first; `bound` was just refused by its form, `wanted` comes opened."""
    made = [offer(action, found, user, bound, wanted) for action in ACTIONS]
    shown = [one for one in made if one.action.name not in RARE or not one.refusal]
    return sorted(shown, key=lambda one: bool(one.refusal))


def offer(action: Action, found: Sheet, user: Any, bound: tuple[str, ActionForm] | None, wanted: str) -> Offer:
    against = refusal(action, found, user)
    if bound and bound[0] == action.name:
        return Offer(action, against, bound[1], action.warn(found), opened=True)
    form = action.form(found, auto_id=f"{action.name}-%s")
    opened = wanted == action.name and not against
    if opened:
        autofocus(form.visible_fields())
    return Offer(action, against, form, action.warn(found), opened)


def autofocus(fields: Iterable[Any]) -> None:
    for field in list(fields)[:1]:
        field.field.widget.attrs["autofocus"] = True


def refusal(action: Action, found: Sheet, user: Any) -> str:
    """The missing permission first: to know of the state would be of no use."""
    return frame.lack(user, action.permission) or action.why_not(found)
