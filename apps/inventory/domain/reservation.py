"""A reservation: every line of one order held, or none, until it is committed, released, expired or issued."""

from datetime import datetime, timedelta
from operator import attrgetter
from typing import Literal
from uuid import UUID

import msgspec

from apps.backbone.decider import Decider
from apps.backbone.messages import Command, Event
from apps.inventory.commands import (
    CommitReservation,
    ExpireReservation,
    ExtendReservation,
    IssueStock,
    ReleaseReservation,
    ReserveStock,
)
from apps.inventory.domain.stock import Stock, allocate, shortages, total
from apps.inventory.events import (
    Allocation,
    Shortage,
    StockIssued,
    StockRequestRefused,
    StockReservationCommitted,
    StockReservationExpired,
    StockReservationExtended,
    StockReservationRejected,
    StockReservationReleased,
    StockReserved,
)

LONGEST = timedelta(minutes=60)
"""No reservation stands longer than this unless it is committed."""

ReservationCommand = (
    ReserveStock | ExtendReservation | CommitReservation | ReleaseReservation | ExpireReservation | IssueStock
)
Status = Literal["none", "active", "committed", "released", "expired", "rejected", "issued"]


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """`allocations` stay after it has expired: a late commit asks for the same again."""

    order_id: UUID | None = None
    status: Status = "none"
    allocations: tuple[Allocation, ...] = ()
    reserved_at: datetime | None = None
    expires_at: datetime | None = None
    shipment_id: UUID | None = None
    released_for: tuple[str, ...] = ()


def decide(  # noqa: C901 (a table)
    command: Command, reservation: Reservation, stock: Stock, now: datetime
) -> list[Event]:
    match command:
        case ReserveStock() if reservation.status == "none":
            return _reserve(command, stock, now)
        case ReserveStock() if reservation.status == "released" and reservation.reserved_at is None:
            return [_rejected(command, ())]  # released before it came: nothing may be held any more
        case ReserveStock():
            return []
        case ExtendReservation() if reservation.status == "active":
            return _extend(command, reservation, now)
        case ExtendReservation() if reservation.status in ("committed", "issued"):
            return []
        case CommitReservation() if reservation.status == "active":
            return [_committed(command, reservation.allocations)]
        case CommitReservation() if reservation.status == "expired":
            return _commit_anew(command, reservation, stock)
        case CommitReservation() if reservation.status in ("committed", "issued", "rejected"):
            return []
        case ReleaseReservation() if reservation.status == "issued":
            return [_refused(command, reservation, "reservation: its stock has left with a shipment")]
        case ReleaseReservation(reason=reason) if reason in reservation.released_for:
            return []
        case ReleaseReservation():
            return [_released(command, reservation)]
        case ExpireReservation() if expired := _expired(command, reservation, now):
            return [expired]
        case ExpireReservation():
            return []
        case IssueStock(shipment_id=shipment_id) if reservation.shipment_id == shipment_id:
            return []
        case IssueStock() if reservation.status == "committed" and reservation.order_id:
            return [_issued(command, reservation.order_id, reservation.allocations)]
        case ExtendReservation() | CommitReservation() | IssueStock():
            return [_refused(command, reservation, f"reservation: it is {_told(reservation)}")]
    raise TypeError(f"Reservation does not know {command.type}")


def evolve(reservation: Reservation, event: Event) -> Reservation:
    change = msgspec.structs.replace
    match event:
        case StockReserved():
            return Reservation(
                order_id=event.order_id,
                status="active",
                allocations=event.allocations,
                reserved_at=event.reserved_at,
                expires_at=event.expires_at,
            )
        case StockReservationRejected():
            return change(reservation, order_id=event.order_id, status="rejected", allocations=())
        case StockReservationExtended():
            return change(reservation, expires_at=event.expires_at)
        case StockReservationCommitted():
            return change(reservation, status="committed", allocations=event.allocations, expires_at=None)
        case StockReservationReleased():
            return change(
                reservation,
                order_id=event.order_id,
                status="released",
                allocations=(),
                released_for=(*reservation.released_for, event.reason),
            )
        case StockReservationExpired():
            return change(reservation, status="expired")
        case StockIssued():
            return change(reservation, status="issued", shipment_id=event.shipment_id)
    return reservation


def _reserve(command: ReserveStock, stock: Stock, now: datetime) -> list[Event]:
    if fault := _fault(command):
        return [_refused(command, Reservation(), fault)]
    asked = total(command.lines)
    allocations = allocate(asked, stock)
    if allocations is None:
        return [_rejected(command, shortages(asked, stock))]
    return [
        StockReserved(
            reservation_id=command.reservation_id,
            order_id=command.order_id,
            allocations=allocations,
            expires_at=now + min(timedelta(minutes=command.minutes), LONGEST),
            reserved_at=now,
        )
    ]


def _fault(command: ReserveStock) -> str:
    if not command.lines:
        return "lines: there must be at least one"
    if command.minutes < 1:
        return "minutes: must be at least 1"
    return next((f"quantity: must be at least 1 for {line.sku}" for line in command.lines if line.quantity < 1), "")


def _extend(command: ExtendReservation, reservation: Reservation, now: datetime) -> list[Event]:
    if reservation.expires_at is None or reservation.reserved_at is None or reservation.expires_at <= now:
        return [_refused(command, reservation, "reservation: it has expired")]
    expires_at = min(now + timedelta(minutes=command.minutes), reservation.reserved_at + LONGEST)
    if expires_at <= reservation.expires_at:
        return []
    return [
        StockReservationExtended(
            reservation_id=command.reservation_id, order_id=command.order_id, expires_at=expires_at
        )
    ]


def _commit_anew(command: CommitReservation, reservation: Reservation, stock: Stock) -> list[Event]:
    asked = total(reservation.allocations)
    allocations = allocate(asked, stock)
    if allocations is None:
        return [_rejected(command, shortages(asked, stock))]
    return [_committed(command, allocations, anew=True)]


def _rejected(command: ReserveStock | CommitReservation, short: tuple[Shortage, ...]) -> StockReservationRejected:
    return StockReservationRejected(reservation_id=command.reservation_id, order_id=command.order_id, shortages=short)


def _committed(
    command: CommitReservation, allocations: tuple[Allocation, ...], anew: bool = False
) -> StockReservationCommitted:
    return StockReservationCommitted(
        reservation_id=command.reservation_id, order_id=command.order_id, allocations=allocations, reserved_anew=anew
    )


def _released(command: ReleaseReservation, reservation: Reservation) -> StockReservationReleased:
    held = reservation.status in ("active", "committed")
    return StockReservationReleased(
        reservation_id=command.reservation_id,
        order_id=command.order_id,
        allocations=reservation.allocations if held else (),
        reason=command.reason,
        was_committed=reservation.status == "committed",
    )


def _expired(command: ExpireReservation, reservation: Reservation, now: datetime) -> StockReservationExpired | None:
    if reservation.status != "active" or reservation.order_id is None or reservation.expires_at is None:
        return None
    if reservation.expires_at > now:
        return None
    return StockReservationExpired(
        reservation_id=command.reservation_id,
        order_id=reservation.order_id,
        allocations=reservation.allocations,
        expired_at=reservation.expires_at,
    )


def _issued(command: IssueStock, order_id: UUID, allocations: tuple[Allocation, ...]) -> StockIssued:
    return StockIssued(
        reservation_id=command.reservation_id,
        order_id=order_id,
        shipment_id=command.shipment_id,
        allocations=allocations,
    )


def _refused(command: ReservationCommand, reservation: Reservation, reason: str) -> StockRequestRefused:
    named = None if isinstance(command, ExpireReservation | IssueStock) else command.order_id
    return StockRequestRefused(
        asked=command.type,
        reason=reason,
        reservation_id=command.reservation_id,
        order_id=named or reservation.order_id,
    )


def _told(reservation: Reservation) -> str:
    return {"none": "not known", "active": "not committed"}.get(reservation.status, reservation.status)


reservation = Decider("reservation", Reservation(), decide, evolve, identify=attrgetter("reservation_id"))
