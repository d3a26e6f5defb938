"""Everything that is known of one order, gathered for its page."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.backbone import clock
from apps.backbone.models import Inbox, Message, SagaInstance
from apps.console import lines
from apps.console.lines import Line
from apps.inventory.models import Reservation
from apps.orders.models import Hold, Order, OrderLine, Shipment
from apps.payments.models import Operation, Payment

LONGEST = 500
OPEN = (Inbox.State.WAITING, Inbox.State.PARKED, Inbox.State.DEAD, Inbox.State.QUARANTINED)
MOST_TROUBLES = 20
ENDED = (Order.Status.REJECTED, Order.Status.EXPIRED, Order.Status.CANCELLED, Order.Status.COMPLETED)
MOVING = (Order.Status.PLACED, Order.Status.CANCELLING)
RESTLESS = timedelta(seconds=60)


@dataclass(frozen=True)
class Step:
    """One station on an order's way: done, undone again, now, ahead, or missed."""

    word: str
    state: str


@dataclass(frozen=True)
class Sheet:
    order: Order
    lines: list[OrderLine]
    holds: list[Hold]
    shipments: list[Shipment]
    reservation: Reservation | None
    payment: Payment | None
    operations: list[Operation]
    runs: list[SagaInstance]
    timeline: list[Line]
    cut: bool
    """There are more messages than are shown."""
    troubles: list[Inbox]
    """Messages of this order that somebody could not take: they wait for a next try, or for a person."""

    @property
    def standing_holds(self) -> list[Hold]:
        return [hold for hold in self.holds if hold.released_at is None]

    @property
    def shipment(self) -> Shipment | None:
        """The last one that was not called off."""
        going = [one for one in self.shipments if one.status != Shipment.Status.CANCELLED]
        return going[0] if going else None

    @property
    def refundable_minor(self) -> int:
        if self.payment is None:
            return 0
        asked = [one for one in self.operations if one.kind == "refund" and one.status in ("requested", "unknown")]
        return self.payment.captured_minor - self.payment.refunded_minor - sum(one.amount_minor for one in asked)

    @property
    def spent(self) -> str:
        """Why the card will not be charged for another shipment; nothing if it can be."""
        if self.payment is None or self.shipment:
            return ""
        if self.payment.captured_minor:
            return _(
                "The money of an earlier shipment was taken, and cannot be taken a second time: "
                "a new shipment ends on hold for its payment. Cancel the order and place it again instead."
            )
        if self.payment.expires_at and self.payment.expires_at <= clock.now() and self.order.status == "confirmed":
            return _(
                "The authorization of the card has expired: a shipment ends on hold for its payment. "
                "Cancel the order and place it again instead."
            )
        return ""

    @property
    def in_review(self) -> list[Operation]:
        """Operations whose outcome only a person can find out."""
        return [one for one in self.operations if one.status == Operation.Status.NEEDS_REVIEW]

    @property
    def restless(self) -> bool:
        """Something may change at any moment, so that the page looks again each second."""
        fresh = bool(self.timeline) and clock.now() - self.timeline[-1].occurred_at < RESTLESS
        return fresh or self.order.status in MOVING

    def under_way(self, asked: str) -> Message | None:
        """The command that was asked for, while it is fresh and nothing has come of it."""
        try:
            command = Message.objects.filter(message_id=UUID(asked), occurred_at__gt=clock.now() - RESTLESS).first()
        except ValueError:
            return None
        answered = command and any(line.causation_id == command.message_id for line in self.timeline)
        return None if answered else command

    def refused(self, asked: str) -> str:
        """Why the order, or a service, would not do what was asked for."""
        answers = (line for line in self.timeline if str(line.causation_id) == asked and line.kind == "event")
        refusal = next((line for line in answers if line.type.endswith("_refused")), None)
        return str(lines.opened(refusal.body).get("reason") or refusal.type) if refusal else ""

    @property
    def digest(self) -> str:
        """Another one means that the page would look different."""
        order = self.order
        told: list[Any] = [order.version, order.payment_status, order.fulfilment_status, self.restless]
        told += [(run.pk, run.version, run.status) for run in self.runs]
        told += [(line.seq, bool(line.position)) for line in self.timeline[-20:]]
        told += [(one.pk, one.status, one.tries) for one in self.operations]
        told += [(one.pk, one.state, one.tries) for one in self.troubles]
        return sha256(repr(told).encode()).hexdigest()[:16]

    @property
    def steps(self) -> list[Step]:
        return steps(self.order, self.shipment, self.reservation)


def sheet(order: Order) -> Sheet:
    timeline, correlations, cut = history(order.order_id)
    return Sheet(
        order=order,
        lines=list(OrderLine.objects.filter(order_id=order.pk).order_by("number")),
        holds=list(Hold.objects.filter(order_id=order.pk)),
        shipments=list(Shipment.objects.filter(order_id=order.pk)),
        reservation=Reservation.objects.filter(order_id=order.pk).first(),
        payment=Payment.objects.filter(order_id=order.pk).first(),
        operations=list(Operation.objects.filter(order_id=order.pk).order_by("requested_at")),
        runs=runs(order.order_id, correlations),
        timeline=timeline,
        cut=cut,
        troubles=troubles(timeline),
    )


def troubles(timeline: list[Line]) -> list[Inbox]:
    open_rows = Inbox.objects.filter(state__in=OPEN, message_id__in=[line.message_id for line in timeline])
    return list(open_rows.order_by("position", "pk")[:MOST_TROUBLES])


def history(order_id: UUID) -> tuple[list[Line], set[UUID], bool]:
    """The messages that this order led to, oldest first: its own events, and all that share a beginning with them."""
    own = Message.objects.filter(kind="event", stream=f"order-{order_id}")
    correlations = set(own.values_list("correlation_id", flat=True))
    rows = Message.objects.filter(correlation_id__in=correlations).select_related("numbered").order_by("seq")
    found = list(rows[: LONGEST + 1])
    shown = lines.lines((row, place(row)) for row in found[:LONGEST])
    return [line for line in shown if line.order_id in ("", str(order_id))], correlations, len(found) > LONGEST


def place(message: Message) -> int:
    numbered = getattr(message, "numbered", None)
    return numbered.pk if numbered else 0


def runs(order_id: UUID, correlations: set[UUID]) -> list[SagaInstance]:
    found = SagaInstance.objects.filter(Q(correlation_id__in=correlations) | Q(key=order_id)).order_by(
        "started_at", "id"
    )
    return [run for run in found[:LONGEST] if run.key == order_id or str(order_id) in run.state]


def steps(order: Order, shipment: Shipment | None, reservation: Reservation | None) -> list[Step]:
    """Where it stands between placed and delivered."""
    sent, ended = shipment.status if shipment else "", given_back(reservation)
    reached = [
        (_("placed"), True),
        (ended or _("reserved"), bool(ended) or order.fulfilment_status != "unfulfilled"),
        (_("authorized"), order.authorized_minor > 0 or order.payment_status == "captured"),
        (_("confirmed"), order.confirmed_at is not None),
        (_("packed"), sent in ("packed", "ready", "dispatched", "delivered", "lost")),
        (_("captured"), order.captured_minor > 0),
        (_("dispatched"), sent in ("dispatched", "delivered", "lost")),
        (_("delivered"), sent == "delivered"),
    ]
    stopped = order.status in ("rejected", "expired", "cancelling", "cancelled")
    first = next((number for number, (_word, done) in enumerate(reached) if not done), len(reached))
    states = [station(number, first, done, stopped) for number, (_word, done) in enumerate(reached)]
    return [
        Step(word, "undone" if ended and word == ended else state)
        for (word, _done), state in zip(reached, states, strict=True)
    ]


def given_back(reservation: Reservation | None) -> str:
    """How a reservation ended that was made; nothing if it stands, or never was."""
    if reservation is None or not reservation.reserved_at or reservation.status not in ("released", "expired"):
        return ""
    return _("reserved, %(end)s") % {"end": reservation.get_status_display()}


def station(number: int, first: int, done: bool, stopped: bool) -> str:
    if done:
        return "done"
    if stopped:
        return "missed"
    return "now" if number == first else "ahead"
