"""What went wrong in the demo's past, so that there is something to look at and to mend; nothing of it is painted on.

A real mail server that does not answer, a real message cut short on its way, a gateway that is really down.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from apps.backbone import batch, clock, codec, log, slots
from apps.backbone.drain import drain
from apps.backbone.inbox import Delivery, subscribers
from apps.backbone.models import Message, Schedule
from apps.backbone.saga import identity
from apps.console.demo.agenda import Agenda, one_round
from apps.console.demo.orders import Trade, shipment_of
from apps.orders.commands import CancelOrder, CreateShipment, ExpireOrder, NotifyCustomer, PackShipment
from apps.orders.models import Order
from apps.payments.gateway.simulated.faults import faults
from apps.payments.gateway.simulated.models import FaultProfile

MAIL_DOWN = timedelta(hours=3)
MAILS = 3
CUT_SHORT = 3
PAUSED = "low-stock"


class Troubles:
    def __init__(self, agenda: Agenda, trade: Trade) -> None:
        self.agenda, self.trade, self.now = agenda, trade, agenda.until

    def fill(self) -> None:
        self.lose_mail()
        self.cut_messages_short()
        self.forget_a_parcel()
        self.stop_for_half_an_hour()
        self.lose_the_gateway()
        self.never_hear_of_a_payment()

    def lose_mail(self) -> None:
        """The mail server is down for three hours of one night: eight tries, then a dead letter. Requeue mends it."""
        began = (self.now - timedelta(days=2)).replace(hour=2, minute=11, second=4)

        def fail() -> None:
            for order in Order.objects.filter(status=Order.Status.COMPLETED).order_by("-ended_at")[:MAILS]:
                notification_id = identity("demo-mail", order.pk, "shipped")
                letter = NotifyCustomer(notification_id=notification_id, order_id=order.pk, template="shipped")
                self.trade.say(f"mail {order.pk}", letter)
            for passed in range(0, int(MAIL_DOWN.total_seconds()), 20 * 60):
                with no_mail_server(), clock.at(began + timedelta(seconds=passed)):
                    drain()

        self.agenda.at(began, fail, alone=True)

    def cut_messages_short(self) -> None:
        """Something on the way cut messages short: unreadable, so quarantined, and only to be discarded."""

        def cut() -> None:
            rows = Message.objects.filter(kind="event", type="payment.captured").order_by("-seq")[:CUT_SHORT]
            for row in rows:
                wire = codec.to_wire(log.envelope_of(row, 0), row.body)
                batch.run(subscribers["orders.events"], [Delivery(wire[: len(wire) * 2 // 3])])

        self.agenda.at(self.now - timedelta(hours=30), cut, alone=True)

    def forget_a_parcel(self) -> None:
        """Packed and paid nine days ago, and still on the shelf: its run is overdue."""
        order_id = self.trade.put("forgotten", self.now - timedelta(days=10), onward=False)
        ship = CreateShipment(order_id=order_id, shipment_id=shipment_of(order_id))
        pack = PackShipment(order_id=order_id, shipment_id=shipment_of(order_id))
        packed_at = self.now - timedelta(days=9)
        self.agenda.at(packed_at, lambda: self.trade.say(f"ship {order_id}", ship))
        self.agenda.at(packed_at, lambda: self.trade.say(f"pack {order_id}", pack))

    def stop_for_half_an_hour(self) -> None:
        """The backbone stops right after two orders were placed; when it is back, their time to pay is over."""
        stopped_at = (self.now - timedelta(days=5)).replace(hour=3, minute=27)
        order_ids = [identity("demo-order", self.trade.seed, f"unpaid-{number}") for number in range(2)]

        def stop() -> None:
            for order_id in order_ids:
                self.trade.say(f"place {order_id}", self.trade.order(order_id, "tok_ok", in_stock=True))
            one_round()
            with clock.at(stopped_at + timedelta(minutes=31)):
                for order_id in order_ids:
                    self.trade.say(f"expire {order_id}", ExpireOrder(order_id=order_id))
                drain()

        self.agenda.at(stopped_at, stop, alone=True)

    def lose_the_gateway(self) -> None:
        """The gateway answers nothing to two orders and to every question since; one of them is being cancelled.

        That one is settled as soon as the gateway answers; for the other's card nobody answers later either.
        """
        asked_at = self.now - timedelta(minutes=65)
        order_ids = [identity("demo-order", self.trade.seed, f"unknown-{number}") for number in range(2)]

        def ask() -> None:
            for order_id, card in zip(order_ids, ("tok_no_answer", "tok_ok"), strict=True):
                self.trade.say(f"place {order_id}", self.trade.order(order_id, card, in_stock=True))
            with gateway_down():
                drain()

        def ask_again() -> None:
            with gateway_down():
                drain()

        def cancel() -> None:
            last = order_ids[-1]
            self.trade.say(f"cancel {last}", CancelOrder(order_id=last, reason="took too long", by="demo"))
            with gateway_down():
                drain()

        self.agenda.at(asked_at, ask, alone=True)
        for seconds in (12, 45, 170, 775, 920, 3650):
            self.agenda.at(asked_at + timedelta(seconds=seconds), ask_again, alone=True)
        self.agenda.at(asked_at + timedelta(minutes=30), cancel, alone=True)

    def never_hear_of_a_payment(self) -> None:
        """Asked after for a day, and no answer: now a person must look at the gateway and record the outcome."""
        order_id = identity("demo-order", self.trade.seed, "unheard")
        placed_at = self.now - timedelta(hours=50)

        def ask() -> None:
            self.trade.say(f"place {order_id}", self.trade.order(order_id, "tok_no_answer", in_stock=True))
            drain()

        self.agenda.at(placed_at, ask, alone=True)
        for hours in range(1, 30):
            self.agenda.at(placed_at + timedelta(hours=hours), drain, alone=True)


def find_stuck_runs() -> None:
    """What the schedule does every minute in a shop that runs."""
    slots.run_job(slots.start("console.saga-deadlines", actor="demo").pk)


def pause_a_schedule() -> None:
    slots.seed()
    schedule = Schedule.objects.filter(name=PAUSED).first()
    if schedule:
        slots.pause(schedule, "demo", _("Stocktaking until Friday"))


@contextmanager
def no_mail_server() -> Iterator[None]:
    """Mail goes to a port that nobody listens on."""
    down = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
    usual = {name: getattr(settings, name) for name in down}
    try:
        for name, value in down.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in usual.items():
            setattr(settings, name, value)


@contextmanager
def gateway_down() -> Iterator[None]:
    """Every request to the simulated gateway ends in a server error, by its own profile."""
    profile, _new = FaultProfile.objects.get_or_create(pk=1)
    usual, profile.error_rate = profile.error_rate, 1
    profile.save()
    faults.forget()
    try:
        yield
    finally:
        profile.error_rate = usual
        profile.save()
        faults.forget()
