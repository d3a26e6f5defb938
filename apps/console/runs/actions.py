"""What staff may ask of a run: to try again, to cancel its order, to undo what it has done; and why not the rest."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from apps.backbone import log
from apps.backbone.messages import Command
from apps.backbone.saga import SagaCompensationAsked, SagaRetryAsked, Steering, Timer
from apps.console import frame, reasons
from apps.console.runs import letters
from apps.console.runs.standing import Action, Asked, Offer, Standing
from apps.orders.commands import CancelOrder, CancelShipment
from apps.orders.models import Order

STEER_RUN, STEER_ORDER = "backbone.change_sagainstance", "orders.change_order"
REPAIR = "backbone.change_inbox"
LEFT = ("dispatched", "delivered", "lost")


def offers(standing: Standing, user: Any) -> list[Offer]:
    return [offer(action, standing, user) for action in ACTIONS]


def offer(action: Action, standing: Standing, user: Any) -> Offer:
    if against := frame.lack(user, *action.permissions) or action.why_not(standing):
        return Offer(action, against)
    return Offer(action, "", action.question(standing))


def types(commands: list[Command | Timer]) -> str:
    return ", ".join(one.message.type if isinstance(one, Timer) else one.type for one in commands)


def retry_asked(standing: Standing, reason: str = "") -> SagaRetryAsked:
    return SagaRetryAsked(saga=standing.scope.run.saga, key=standing.scope.run.key, reason=reason)


def compensation_asked(standing: Standing, reason: str = "") -> SagaCompensationAsked:
    return SagaCompensationAsked(saga=standing.scope.run.saga, key=standing.scope.run.key, reason=reason)


def why_not_retry(standing: Standing) -> str:
    if standing.letters or standing.would(retry_asked(standing)):
        return ""
    if standing.ended:
        return _("The run has ended, and none of its messages was given up.")
    waits_for = reasons.words(standing.scope.run.waits_for)
    return _("There is nothing to ask again: it waits for %(what)s.") % {"what": waits_for}


def question_of_retry(standing: Standing) -> str:
    if number := len(standing.letters):
        told = {"number": number, "types": ", ".join(dict.fromkeys(row.type for row in standing.letters))}
        return (
            ngettext(
                "Tries the message again that failed: %(types)s.",
                "Tries the %(number)d messages again that failed: %(types)s.",
                number,
            )
            % told
        )
    asks = types(standing.would(retry_asked(standing)))
    return _("Asks again for what it waits for: %(types)s. What was done already is not done twice.") % {"types": asks}


def retry(asked: Asked) -> str:
    if failed := asked.standing.letters:
        return letters.try_again(asked.request, failed, asked.reason)
    say(asked, retry_asked(asked.standing, asked.reason), "retry")
    return _("The run asks again.")


def say(asked: Asked, event: Steering, action: str) -> None:
    log.append(asked.standing.scope.stream, [event], asked.cause, message_ids=[asked.identity(action)])


def why_not_discard(standing: Standing) -> str:
    return "" if standing.given_up else _("None of its messages was given up.")


def question_of_discard(standing: Standing) -> str:
    number = len(standing.given_up)
    told = {"number": number, "types": ", ".join(dict.fromkeys(row.type for row in standing.given_up))}
    return (
        ngettext(
            "Discards the message that was given up: %(types)s. What comes after it goes on without it. "
            "This cannot be undone.",
            "Discards the %(number)d messages that were given up: %(types)s. What comes after them goes on "
            "without them. This cannot be undone.",
            number,
        )
        % told
    )


def discard(asked: Asked) -> str:
    return letters.discard(asked.request, asked.standing.given_up, asked.reason)


def why_not_cancel(standing: Standing) -> str:
    order = standing.order
    if standing.scope.run.saga == "cancellation":
        return _("It is the cancellation: it only goes forward.")
    if order is None:
        return _("There is no order to cancel.")
    if order.status not in (Order.Status.PLACED, Order.Status.CONFIRMED):
        return _("The order is %(status)s.") % {"status": order.get_status_display()}
    left = any(one.status in LEFT for one in standing.shipments)
    return _("A shipment has left.") if left else ""


def question_of_cancel(standing: Standing) -> str:
    return _("Cancels the whole order: stock is given back, money is voided or refunded. This cannot be undone.")


def cancel(asked: Asked) -> str:
    order_id = UUID(asked.standing.scope.order_id)
    command = CancelOrder(order_id=order_id, reason=asked.reason, by=asked.by)
    log.send(command, asked.cause, source="/console", message_id=asked.identity("cancel"))
    return _("The order was asked to cancel. A run of its own does it.")


def why_not_compensate(standing: Standing) -> str:
    saga = standing.scope.run.saga
    if standing.ended:
        return _("The run has ended.")
    if saga == "shipping":
        return "" if standing.going() else _("No shipment is there that has not left.")
    if saga == "checkout":
        return why_not_call_off(standing)
    if saga == "cancellation":
        return _("It is itself the way back: it only goes forward.")
    return _("It has done nothing that could be undone.")


def why_not_call_off(standing: Standing) -> str:
    if standing.would(compensation_asked(standing)) and not is_going_back(standing):
        return ""
    if is_going_back(standing):
        return _("It is on its way back already.")
    return _("The payment may have gone through, or the order be confirmed any moment; cancel the order instead.")


def is_going_back(standing: Standing) -> bool:
    return getattr(standing.state, "step", "") in ("undoing", "rejecting")


def question_of_compensate(standing: Standing) -> str:
    if standing.scope.run.saga == "shipping":
        return _("Calls the shipment off; money that was captured for it is refunded. This cannot be undone.")
    asks = types(standing.would(compensation_asked(standing)))
    return _("Undoes what was done (%(types)s) and rejects the order. This cannot be undone.") % {"types": asks}


def compensate(asked: Asked) -> str:
    shipment = asked.standing.going()
    if asked.standing.scope.run.saga == "shipping" and shipment is not None:
        command = CancelShipment(order_id=UUID(asked.standing.scope.order_id), shipment_id=shipment.pk)
        log.send(command, asked.cause, source="/console", message_id=asked.identity("compensate"))
        return _("The shipment was asked to be called off.")
    say(asked, compensation_asked(asked.standing, asked.reason), "compensate")
    return _("The run undoes what it has done.")


BOTH = (STEER_RUN, STEER_ORDER)
ACTIONS = (
    Action("retry", gettext_lazy("Retry"), "redo", (STEER_RUN,), why_not_retry, question_of_retry, retry),
    Action("discard", gettext_lazy("Discard"), "delete", (STEER_RUN, REPAIR), why_not_discard, question_of_discard,
           discard, dangerous=True),
    Action("cancel", gettext_lazy("Cancel"), "do_not_disturb_on", BOTH, why_not_cancel, question_of_cancel, cancel,
           dangerous=True),
    Action("compensate", gettext_lazy("Compensate"), "undo", BOTH, why_not_compensate, question_of_compensate,
           compensate, dangerous=True),
)  # fmt: skip
BY_NAME = {action.name: action for action in ACTIONS}
