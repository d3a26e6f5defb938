"""What the checkout does about what it has heard."""

from datetime import timedelta

from apps.backbone.messages import Command, Event
from apps.backbone.saga import SagaRetryAsked, Timer
from apps.inventory.events import StockReservationCommitted, StockReservationReleased, StockReserved
from apps.orders.commands import RejectOrder
from apps.orders.events import OrderPlaced, OrderRequestRefused
from apps.payments.events import PaymentAuthorized, PaymentOutcomeUnknown, PaymentVoided, PaymentVoidFailed
from apps.sagas.checkout.facts import Checkout, CheckoutGaveUp, CheckoutVoidDue
from apps.sagas.checkout.requests import authorize, commit, confirm, extend, reject, release, reserve, void


def react(event: Event, state: Checkout) -> list[Command | Timer]:
    match state.step:
        case "undoing":
            return undo(event, state)
        case "rejecting":
            return [] if isinstance(event, OrderRequestRefused) and event.asked == RejectOrder.type else [reject(state)]
        case "done":
            return answer_late(event, state)
    return go_on(event, state)


def go_on(event: Event, state: Checkout) -> list[Command | Timer]:
    match event, state.step:
        case OrderPlaced(), "reserving":
            gave_up = CheckoutGaveUp(order_id=state.order_id)
            return [reserve(state), Timer(message=gave_up, at=state.due_at)]
        case StockReserved(), "authorizing":
            return [authorize(state)]
        case PaymentOutcomeUnknown(operation="authorize"), "authorizing":
            return [extend(state)]
        case SagaRetryAsked(), "reserving":
            return [reserve(state)]
        case SagaRetryAsked(), "authorizing" if state.money != "unknown":
            return [authorize(state)]
        case ((PaymentAuthorized() | StockReserved() | SagaRetryAsked()), "committing"):
            return [commit(state)]
        case ((StockReservationCommitted() | PaymentAuthorized() | SagaRetryAsked()), "confirming"):
            return [confirm(state)]
    return []


def undo(event: Event, state: Checkout) -> list[Command | Timer]:
    """Ask for everything back that is not back yet, and for what was granted too late to be of use."""
    match event:
        case PaymentVoidFailed():
            due = CheckoutVoidDue(order_id=state.order_id)
            return [Timer(message=due, after=timedelta(minutes=min(2 ** (state.voids - 1), 60)))]
        case StockReservationReleased() | PaymentVoided() | PaymentOutcomeUnknown() | OrderPlaced():
            return []
    steps: list[Command | Timer] = []
    if state.stock != "none":
        steps.append(release(state))
    if state.money not in ("none", "gone"):
        steps.append(void(state))
    return steps


def answer_late(event: Event, state: Checkout) -> list[Command | Timer]:
    """A success that nobody wants any more; a cancelled order's are the cancellation's business."""
    if state.order not in ("rejected", "expired"):
        return []
    match event:
        case StockReserved() | StockReservationCommitted():
            return [release(state)]
        case PaymentAuthorized():
            return [void(state)]
    return []
