"""What the checkout asks of the others; the ids are the same however often it asks."""

from typing import Literal
from uuid import UUID

from apps.backbone.saga import identity
from apps.inventory.commands import CommitReservation, ExtendReservation, ReleaseReservation, ReserveStock
from apps.orders.commands import ConfirmOrder, RejectOrder
from apps.payments.commands import AuthorizePayment, VoidPayment
from apps.sagas.checkout.facts import Checkout

EXTENSION_MINUTES = 30
"""Asked for each time an authorization's outcome is found unknown; inventory grants 60 in all."""


def reservation_of(order_id: UUID) -> UUID:
    return identity("checkout", order_id, "reserve")


def payment_of(order_id: UUID) -> UUID:
    return identity("checkout", order_id, "payment")


def reserve(state: Checkout) -> ReserveStock:
    return ReserveStock(reservation_id=reservation_of(state.order_id), order_id=state.order_id, lines=state.lines)


def extend(state: Checkout) -> ExtendReservation:
    return ExtendReservation(
        reservation_id=reservation_of(state.order_id), order_id=state.order_id, minutes=EXTENSION_MINUTES
    )


def commit(state: Checkout) -> CommitReservation:
    return CommitReservation(reservation_id=reservation_of(state.order_id), order_id=state.order_id)


def release(state: Checkout) -> ReleaseReservation:
    reason: Literal["given_up", "rejected"] = "given_up" if state.order == "expired" else "rejected"
    return ReleaseReservation(reservation_id=reservation_of(state.order_id), order_id=state.order_id, reason=reason)


def authorize(state: Checkout) -> AuthorizePayment:
    return AuthorizePayment(
        payment_id=payment_of(state.order_id),
        order_id=state.order_id,
        operation_id=identity("checkout", state.order_id, "authorize"),
        amount=state.total,
        payment_method=state.payment_method,
    )


def void(state: Checkout) -> VoidPayment:
    return VoidPayment(
        payment_id=payment_of(state.order_id),
        order_id=state.order_id,
        operation_id=identity("checkout", state.order_id, f"void-{state.voids}"),
        reason="given_up" if state.order == "expired" else "rejected",
    )


def confirm(state: Checkout) -> ConfirmOrder:
    return ConfirmOrder(
        order_id=state.order_id,
        reservation_id=reservation_of(state.order_id),
        payment_id=payment_of(state.order_id),
        authorized=state.total,
    )


def reject(state: Checkout) -> RejectOrder:
    return RejectOrder(
        order_id=state.order_id,
        reason=state.failure or "payment_failed",
        detail=state.detail,
        shortages=state.shortages,
    )
