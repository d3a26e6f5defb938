"""The commands that a filled-in form of the order page stands for."""

from uuid import UUID

from django.http import Http404

from apps.backbone.messages import Command, Money
from apps.console.orders.forms import ActionForm
from apps.orders.commands import (
    CancelOrder,
    CancelShipment,
    CreateShipment,
    DispatchShipment,
    HoldOrder,
    MarkDelivered,
    PackShipment,
    ReleaseOrder,
)
from apps.payments.commands import RecordOutcome, RefundPayment
from apps.payments.gateway import gateway


def cancel(form: ActionForm, by: str) -> list[Command]:
    return [CancelOrder(order_id=form.sheet.order.pk, reason=form.cleaned_data["reason"], by=by)]


def hold(form: ActionForm, by: str) -> list[Command]:
    given = form.cleaned_data
    order_id, hold_id = form.sheet.order.pk, form.identity("hold")
    return [HoldOrder(order_id=order_id, hold_id=hold_id, reason=given["reason"], by=by, note=given["note"])]


def release(form: ActionForm, by: str) -> list[Command]:
    return [ReleaseOrder(order_id=form.sheet.order.pk, hold_id=UUID(form.cleaned_data["hold"]), by=by)]


def ship(form: ActionForm, by: str) -> list[Command]:
    """Packing follows by itself; see `act.follow`."""
    return [CreateShipment(order_id=form.sheet.order.pk, shipment_id=form.identity("shipment"))]


def pack(form: ActionForm, by: str) -> list[Command]:
    return [PackShipment(order_id=form.sheet.order.pk, shipment_id=shipment_of(form))]


def dispatch(form: ActionForm, by: str) -> list[Command]:
    given = form.cleaned_data
    return [
        DispatchShipment(
            order_id=form.sheet.order.pk,
            shipment_id=shipment_of(form),
            carrier=given["carrier"],
            tracking_number=given["tracking_number"],
        )
    ]


def deliver(form: ActionForm, by: str) -> list[Command]:
    return [MarkDelivered(order_id=form.sheet.order.pk, shipment_id=shipment_of(form))]


def drop(form: ActionForm, by: str) -> list[Command]:
    return [CancelShipment(order_id=form.sheet.order.pk, shipment_id=shipment_of(form))]


def lost(form: ActionForm, by: str) -> list[Command]:
    return [CancelShipment(order_id=form.sheet.order.pk, shipment_id=shipment_of(form), reason="lost")]


def refund(form: ActionForm, by: str) -> list[Command]:
    order, payment = form.sheet.order, form.sheet.payment
    if payment is None:
        return []
    return [
        RefundPayment(
            payment_id=payment.pk,
            order_id=order.pk,
            operation_id=form.identity("refund"),
            amount=Money(form.cleaned_data["amount"], order.currency),
            reason=form.cleaned_data["reason"],
        )
    ]


def record(form: ActionForm, by: str) -> list[Command]:
    given, payment = form.cleaned_data, form.sheet.payment
    if payment is None:
        return []
    answer = "gateway_reference" if given["result"] == "succeeded" else "code"
    return [
        RecordOutcome(
            payment_id=payment.pk,
            operation_id=UUID(given["operation"]),
            result=given["result"],
            gateway=gateway().name,
            reason=given["reason"],
            **{answer: given["answer"]},
        )
    ]


def shipment_of(form: ActionForm) -> UUID:
    shipment = form.sheet.shipment
    if shipment is None:
        raise Http404
    return shipment.pk
