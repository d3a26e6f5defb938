"""What the shipping of an order asks of the others; the ids are the same however often it asks."""

from uuid import UUID

from apps.backbone.saga import identity
from apps.inventory.commands import IssueStock
from apps.orders.commands import HoldOrder, MarkShipmentReady
from apps.payments.commands import CapturePayment, RefundPayment
from apps.sagas.checkout.requests import payment_of, reservation_of
from apps.sagas.shipping.facts import Shipping, capture_of


def capture(state: Shipping) -> CapturePayment:
    return CapturePayment(
        payment_id=payment_of(state.order_id),
        order_id=state.order_id,
        operation_id=capture_of(state),
        amount=state.due,
    )


def mark_ready(state: Shipping) -> MarkShipmentReady:
    return MarkShipmentReady(
        order_id=state.order_id, shipment_id=state.shipment_id, captured=state.captured or state.due
    )


def hold(state: Shipping) -> HoldOrder:
    return HoldOrder(
        order_id=state.order_id,
        hold_id=identity("shipping", state.shipment_id, f"hold-{state.attempt}"),
        reason="payment",
        by="shipping",
        note=state.reason,
    )


def issue(state: Shipping) -> IssueStock:
    return IssueStock(reservation_id=reservation_of(state.order_id), shipment_id=state.shipment_id)


def refund_of(state: Shipping) -> UUID:
    """What failed at the gateway is final; a new try is a new operation."""
    return identity("shipping", state.shipment_id, f"refund-{state.refunds + 1}" if state.refunds else "refund")


def refund(state: Shipping) -> RefundPayment:
    return RefundPayment(
        payment_id=payment_of(state.order_id),
        order_id=state.order_id,
        operation_id=refund_of(state),
        amount=state.captured or state.due,
        reason=state.reason,
        source="saga",
    )
