"""The simulated gateway's side of the counter: same key, same answer; another body under it is refused."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
from django.db import IntegrityError

from apps.backbone import clock
from apps.backbone.log import transaction
from apps.payments.events import OperationKind
from apps.payments.gateway.interface import (
    Declined,
    Failed,
    GatewayTimeout,
    GatewayUnavailable,
    KeyReused,
    Reply,
    Request,
    Succeeded,
)
from apps.payments.gateway.simulated.faults import faults
from apps.payments.gateway.simulated.models import SimulatedCharge, SimulatedLoss, SimulatedOperation

LIFETIME = timedelta(days=7)
SHORT_LIFETIME = timedelta(seconds=60)
CAPTURE_FAILURES = 2

APPROVED = {
    "tok_ok",
    "tok_timeout_committed",
    "tok_timeout_not_committed",
    "tok_no_answer",
    "tok_auth_expires_60s",
    "tok_capture_fails_twice",
    "tok_refund_fails_later",
}
DECLINED = {
    "tok_decline_funds": Declined(code="insufficient_funds", soft=True),
    "tok_decline_hard": Declined(code="stolen_card", soft=False),
}


class Answer(msgspec.Struct, frozen=True):
    """What the book says, and whether it is being said for the first time."""

    reply: Reply
    first: bool


class SimulatedGateway:
    """Keeps its book in transactions of its own, so call it outside of any."""

    name = "simulated"

    def authorize(self, request: Request) -> Reply:
        return serve("authorize", request, request.card, lambda: charge(request))

    def capture(self, request: Request) -> Reply:
        return serve("capture", request, card_of(request), lambda: move("capture", request))

    def void(self, request: Request) -> Reply:
        return serve("void", request, card_of(request), lambda: move("void", request))

    def refund(self, request: Request) -> Reply:
        return serve("refund", request, card_of(request), lambda: move("refund", request))

    def query(self, key: UUID) -> Reply | None:
        known = SimulatedCharge.objects.filter(key=key).first()
        if known:
            return authorized(known)
        operation = SimulatedOperation.objects.filter(key=key).first()
        return moved(operation) if operation else None


def serve(kind: OperationKind, request: Request, card: str, work: Callable[[], Answer]) -> Reply:
    faults.before()
    if card == "tok_no_answer":
        raise GatewayUnavailable("nobody answers for this card, however often it is asked")
    if card == "tok_timeout_not_committed" and kind in ("authorize", "capture") and lost_once(request.key):
        raise GatewayTimeout("the request was lost on its way in")
    answer = work()
    if answer.first and loses_reply(kind, card):
        raise GatewayTimeout("the reply was lost on its way back")
    faults.after()
    return answer.reply


def loses_reply(kind: OperationKind, card: str) -> bool:
    if kind == "refund":
        return card == "tok_refund_fails_later"
    return card == "tok_timeout_committed" and kind in ("authorize", "capture")


def lost_once(key: UUID) -> bool:
    _, lost = SimulatedLoss.objects.get_or_create(key=key)
    return lost


def card_of(request: Request) -> str:
    return SimulatedCharge.objects.values_list("card", flat=True).filter(pk=request.reference).first() or ""


def charge(request: Request) -> Answer:
    """Try to write the charge down; if the key is there already, say again what was said then."""
    row = new_charge(request)
    try:
        with transaction():
            row.save(force_insert=True)
    except IntegrityError:
        known = SimulatedCharge.objects.get(key=request.key)
        if (known.card, known.amount_minor, known.currency) != (row.card, row.amount_minor, row.currency):
            raise KeyReused(request.key) from None
        return Answer(authorized(known), first=False)
    return Answer(authorized(row), first=True)


def new_charge(request: Request) -> SimulatedCharge:
    now, refusal = clock.now(), why_not(request)
    return SimulatedCharge(
        reference=f"ch_{uuid4().hex}",
        key=request.key,
        card=request.card[:200],
        amount_minor=request.amount.amount_minor,
        currency=request.amount.currency,
        approved=refusal is None,
        code=refusal.code if refusal else "",
        soft=refusal.soft if refusal else False,
        expires_at=now + (SHORT_LIFETIME if request.card == "tok_auth_expires_60s" else LIFETIME),
        created_at=now,
    )


def why_not(request: Request) -> Declined | None:
    if request.card not in APPROVED:
        return DECLINED.get(request.card, Declined(code="unknown_card", soft=False))
    return Declined(code="card_declined", soft=True) if faults.declines() else None


def authorized(row: SimulatedCharge) -> Reply:
    if row.approved:
        return Succeeded(reference=row.reference, expires_at=row.expires_at)
    return Declined(code=row.code, soft=row.soft)


def move(kind: OperationKind, request: Request) -> Answer:
    """Capture, void or refund under the charge's lock."""
    with transaction():
        row = SimulatedCharge.objects.select_for_update().filter(pk=request.reference).first()
        if row is None:
            return Answer(Failed(code="no_such_charge", retryable=False), first=True)
        known = SimulatedOperation.objects.filter(key=request.key).first()
        if known:
            return again(known, kind, request)
        failure = objection(kind, request, row)
        if failure is None:
            apply(kind, request.amount.amount_minor, row)
        return Answer(moved(write_down(kind, request, row, failure)), first=True)


def again(known: SimulatedOperation, kind: OperationKind, request: Request) -> Answer:
    then = (known.kind, known.charge_id, known.amount_minor, known.currency)
    if then != (kind, request.reference, request.amount.amount_minor, request.amount.currency):
        raise KeyReused(request.key)
    return Answer(moved(known), first=False)


def objection(kind: OperationKind, request: Request, row: SimulatedCharge) -> Failed | None:
    amount = request.amount.amount_minor
    if request.amount.currency != row.currency:
        return Failed(code="currency_differs", retryable=False)
    match kind:
        case "capture":
            return objection_to_capture(amount, row)
        case "void" if row.captured_minor or amount != row.held_minor:
            return Failed(code="nothing_to_void", retryable=False)
        case "refund" if row.card == "tok_refund_fails_later":
            return Failed(code="refund_failed", retryable=False)
        case "refund" if amount > row.captured_minor - row.refunded_minor:
            return Failed(code="amount_too_large", retryable=False)
    return None


def objection_to_capture(amount: int, row: SimulatedCharge) -> Failed | None:
    if row.expires_at and row.expires_at <= clock.now():
        return Failed(code="authorization_expired", retryable=False)
    if row.captured_minor or amount > row.held_minor:
        return Failed(code="amount_too_large", retryable=False)
    if row.card == "tok_capture_fails_twice" and captures_failed(row) < CAPTURE_FAILURES:
        return Failed(code="processing_error", retryable=True)
    return None


def captures_failed(row: SimulatedCharge) -> int:
    return SimulatedOperation.objects.filter(charge=row, kind="capture", succeeded=False).count()


def apply(kind: OperationKind, amount: int, row: SimulatedCharge) -> None:
    """A capture is final: what it leaves of the authorization is let go."""
    if kind == "capture":
        row.captured_minor, row.voided_minor = amount, row.amount_minor - amount
    elif kind == "void":
        row.voided_minor += amount
    else:
        row.refunded_minor += amount
    row.save(update_fields=["captured_minor", "voided_minor", "refunded_minor"])


def write_down(
    kind: OperationKind, request: Request, row: SimulatedCharge, failure: Failed | None
) -> SimulatedOperation:
    return SimulatedOperation.objects.create(
        key=request.key,
        charge=row,
        kind=kind,
        amount_minor=request.amount.amount_minor,
        currency=request.amount.currency,
        succeeded=failure is None,
        code=failure.code if failure else "",
        retryable=failure.retryable if failure else False,
        created_at=clock.now(),
    )


def moved(row: SimulatedOperation) -> Reply:
    if row.succeeded:
        return Succeeded(reference=row.charge_id)
    return Failed(code=row.code, retryable=row.retryable)
