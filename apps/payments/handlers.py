"""Payments' commands carried out: operations are written down first, then carried to the gateway and back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from apps.backbone import clock
from apps.backbone.handlers import Handlers
from apps.backbone.log import execute, load, send
from apps.backbone.messages import Command, Envelope
from apps.backbone.models import table
from apps.payments.commands import (
    AuthorizePayment,
    CapturePayment,
    PerformOperation,
    RecordOutcome,
    RefundPayment,
    ResolveOperation,
    SettleCancellation,
    VoidPayment,
)
from apps.payments.domain import Payment, key_expired, payment
from apps.payments.events import OperationKind, PaymentOperationRequested
from apps.payments.gateway import (
    Declined,
    Failed,
    Gateway,
    GatewayTimeout,
    GatewayUnavailable,
    Reply,
    Request,
    Succeeded,
    gateway,
)
from apps.payments.models import Claim

handlers = Handlers("payments")

LEASE = timedelta(seconds=30)
"""How long one may be at the gateway; its door waits 2 s to connect and 10 s to read."""


class OperationClaimed(Exception):
    """Another command is at the gateway with this operation right now; tried again later."""


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """An operation on its way to the gateway."""

    kind: OperationKind
    request: Request
    tries: int
    """The claim's token: an answer without news under an older one is dropped."""
    first_sent_at: datetime
    may_send: bool
    """False once the gateway may have forgotten the key: it is only asked."""


@handlers.on(
    AuthorizePayment,
    CapturePayment,
    VoidPayment,
    RefundPayment,
    SettleCancellation,
    RecordOutcome,
    locks=payment.stream,
)
def change_payment(command: Command, envelope: Envelope) -> None:
    for event in execute(payment, command, cause=envelope, facts=(clock.now(),)):
        if isinstance(event, PaymentOperationRequested):
            perform(event.payment_id, event.operation_id, envelope)


@handlers.on(ResolveOperation, locks=payment.stream)
def resolve(command: ResolveOperation, envelope: Envelope) -> None:
    operation = load(payment, payment.stream(command)).operations.get(command.operation_id)
    if operation and operation.open:
        perform(command.payment_id, command.operation_id, envelope)


def perform(payment_id: UUID, operation_id: UUID, cause: Envelope) -> None:
    send(PerformOperation(payment_id=payment_id, operation_id=operation_id), cause=cause)


def prepare(command: PerformOperation, envelope: Envelope) -> Sending | None:
    """Claim the operation, unless its outcome is known by now."""
    state = load(payment, payment.stream(command))
    operation = state.operations.get(command.operation_id)
    if operation is None or not operation.open:
        return None
    tries, first_sent_at = claim(command.operation_id, envelope.message_id)
    return Sending(
        kind=operation.kind,
        request=request_of(command.operation_id, state),
        tries=tries,
        first_sent_at=first_sent_at,
        may_send=not key_expired(first_sent_at, clock.now()),
    )


def request_of(operation_id: UUID, state: Payment) -> Request:
    return Request(
        key=operation_id,
        amount=state.money(state.operations[operation_id].amount),
        card=state.payment_method,
        reference=state.gateway_reference,
    )


def claim(operation_id: UUID, holder: UUID) -> tuple[int, datetime]:
    """Take or renew the lease in one statement; the token, and when it was first sent. Raises OperationClaimed."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table(Claim)} AS held (operation_id, holder, token, first_sent_at, leased_until) "
            "VALUES (%s, %s, 1, %s, %s) ON CONFLICT (operation_id) DO UPDATE "
            "SET holder = excluded.holder, token = held.token + 1, leased_until = excluded.leased_until "
            "WHERE held.leased_until <= %s OR held.holder = excluded.holder RETURNING token",
            [adapted("operation_id", operation_id), adapted("holder", holder)]
            + [adapted("leased_until", instant) for instant in (now, now + LEASE, now)],
        )
        row = cursor.fetchone()
    if row is None:
        raise OperationClaimed(operation_id)
    return row[0], now if row[0] == 1 else Claim.objects.get(pk=operation_id).first_sent_at


def adapted(field: str, value: Any) -> Any:
    """The value as this database wants it in raw SQL."""
    column: Any = Claim._meta.get_field(field)
    return column.get_db_prep_value(value, connection)


def release(operation_id: UUID, token: int) -> bool:
    """Give the lease back early; False if another has claimed the operation since."""
    return bool(Claim.objects.filter(pk=operation_id, token=token).update(leased_until=clock.now()))


def call(sending: Sending) -> Reply | None:
    """Ask what became of an earlier try, then send with the same key. None: no answer that can be trusted."""
    door = gateway()
    try:
        known = door.query(sending.request.key) if sending.tries > 1 else None
        if known or not sending.may_send:
            return known
        return carry(door, sending)
    except (GatewayTimeout, GatewayUnavailable):
        return None


def carry(door: Gateway, sending: Sending) -> Reply:
    match sending.kind:
        case "authorize":
            return door.authorize(sending.request)
        case "capture":
            return door.capture(sending.request)
        case "void":
            return door.void(sending.request)
        case "refund":
            return door.refund(sending.request)


def record(command: PerformOperation, envelope: Envelope, sending: Sending, reply: Reply | None) -> None:
    if reply is None and not release(command.operation_id, sending.tries):
        return
    change_payment(outcome(command, sending, reply), envelope)


def outcome(command: PerformOperation, sending: Sending, reply: Reply | None) -> RecordOutcome:
    told: dict[str, Any]
    match reply:
        case Succeeded():
            told = {"result": "succeeded", "gateway_reference": reply.reference, "expires_at": reply.expires_at}
        case Declined():
            told = {"result": "failed", "code": reply.code, "retryable": reply.soft}
        case Failed():
            told = {"result": "failed", "code": reply.code, "retryable": reply.retryable}
        case None:
            told = {"result": "unknown", "tries": sending.tries, "first_sent_at": sending.first_sent_at}
    return RecordOutcome(
        payment_id=command.payment_id, operation_id=command.operation_id, gateway=gateway().name, **told
    )


handlers.outside(PerformOperation, locks=payment.stream, prepare=prepare, call=call, record=record)
