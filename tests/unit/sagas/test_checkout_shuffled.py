"""However its events are delayed, repeated and reordered between the services, a checkout ends, and holds nothing back.

Inventory, payments and orders are the real deciders; only what carries the messages is played by chance.
"""

from collections import deque
from datetime import timedelta
from typing import Any

from hypothesis import given, settings, strategies as st

from apps.backbone.messages import Command, Event, Money
from apps.backbone.saga import Timer
from apps.inventory.commands import ExpireReservation
from apps.inventory.domain import reservation
from apps.inventory.domain.stock import Level, Stock
from apps.orders.commands import CancelOrder, ExpireOrder, NewLine, PlaceOrder
from apps.orders.domain import order
from apps.payments.commands import RecordOutcome
from apps.payments.domain import payment
from apps.payments.events import PaymentOperationRequested
from apps.sagas.cancellation import cancellation
from apps.sagas.checkout import checkout
from tests.unit.sagas.samples import HOME, NOW, ORDER, PAYMENT, RESERVATION

SHELF = Stock(levels=(Level(sku="tea", warehouse_id="main", priority=1, on_hand=2, reserved=0, committed=0),))
EMPTY = Stock(levels=(Level(sku="tea", warehouse_id="main", priority=1, on_hand=1, reserved=0, committed=0),))
PLACE = PlaceOrder(
    order_id=ORDER,
    channel="api",
    customer_name="Ada",
    email="ada@example.org",
    lines=(NewLine(sku="tea", title="Tea", quantity=2, unit_price=Money(450, "EUR"), discount=Money(0, "EUR")),),
    shipping=Money(0, "EUR"),
    ship_to=HOME,
    payment_method="tok_ok",
)
MEDDLING = [
    CancelOrder(order_id=ORDER, reason="changed my mind", by="user:7"),
    ExpireOrder(order_id=ORDER),
    ExpireReservation(reservation_id=RESERVATION),
]
"""What may come in from elsewhere at any moment."""
LATER = NOW + timedelta(hours=1)


class World:
    """Three services and two sagas; chance says which of the waiting messages comes next, and which comes twice."""

    def __init__(self, chance: Any, stock: Stock, results: list[str], meddling: list[tuple[int, Command]]) -> None:
        self.chance, self.stock, self.results = chance, stock, deque(results)
        self.meddling = meddling
        self.now = NOW
        self.streams: dict[str, list[Event]] = {"order": [], "reservation": [], "payment": []}
        self.commands: list[Command] = [PLACE]
        self.heard: dict[str, dict[str, deque[Event]]] = {
            saga.name: {stream: deque() for stream in self.streams} for saga in (checkout, cancellation)
        }
        self.states: dict[str, Any] = {checkout.name: None, cancellation.name: None}
        self.timers: list[tuple[str, Event]] = []

    def run(self) -> None:
        for step in range(400):
            self.commands += [command for at, command in self.meddling if at == step]
            choices = self._choices()
            if not choices:
                return
            choices[self.chance.draw(st.integers(0, len(choices) - 1))]()
        raise AssertionError("it goes round in a circle")

    def _choices(self) -> list[Any]:
        commands = [lambda at=at: self._carry_out(at) for at in range(len(self.commands))]
        events = [
            lambda saga=saga, line=line: self._hear(saga, line)
            for saga in (checkout, cancellation)
            for line in self.heard[saga.name].values()
            if line
        ]
        return commands + events or ([self._ring] if self.timers else [])

    def _carry_out(self, at: int) -> None:
        command = self.commands.pop(at)
        if self._twice():
            self.commands.append(command)
        stream, decider, facts = {
            "orders": ("order", order, (self.now, "A-1")),
            "inventory": ("reservation", reservation, (self.stock, self.now)),
            "payments": ("payment", payment, (self.now,)),
        }[command.service]
        if isinstance(command, ExpireOrder):
            facts = (LATER,)
        if isinstance(command, ExpireReservation):
            facts = (self.stock, LATER)
            self.stock = self.chance.draw(st.sampled_from([SHELF, EMPTY]))  # others buy meanwhile
        self._say(stream, decider.outcome(self.streams[stream], command, *facts))

    def _twice(self) -> bool:
        return self.chance.draw(st.integers(0, 3)) == 3

    def _say(self, stream: str, events: list[Event]) -> None:
        self.streams[stream] += events
        for event in events:
            for saga in (checkout, cancellation):
                if isinstance(event, saga.hears + saga.starts):
                    self.heard[saga.name][stream].append(event)
            if isinstance(event, PaymentOperationRequested):
                self._ask_the_gateway(event)

    def _ask_the_gateway(self, event: PaymentOperationRequested) -> None:
        result = "succeeded" if event.operation != "authorize" else self.results.popleft()
        answer = RecordOutcome(
            payment_id=PAYMENT, operation_id=event.operation_id, result=result, tries=1, first_sent_at=self.now
        )
        self.commands.append(answer)
        if result == "unknown":
            final = RecordOutcome(payment_id=PAYMENT, operation_id=event.operation_id, result=self.results.popleft())
            self.commands.append(final)

    def _hear(self, saga: Any, line: deque[Event]) -> None:
        event = line.popleft()
        self._react(saga, event)
        if self._twice():
            line.appendleft(event)

    def _react(self, saga: Any, event: Event) -> None:
        state = self.states[saga.name]
        if state is None and not isinstance(event, saga.starts):
            return
        state = self.states[saga.name] = saga.evolve(saga.initial if state is None else state, event)
        for answer in saga.react(event, state):
            if isinstance(answer, Timer):
                self.timers.append((saga.name, answer.message))
            else:
                self.commands.append(answer)

    def _ring(self) -> None:
        self.now += timedelta(hours=1)
        name, message = self.timers.pop(0)
        self._react(checkout if name == checkout.name else cancellation, message)


@settings(max_examples=300, deadline=None)
@given(
    st.data(),
    st.sampled_from([SHELF, EMPTY]),
    st.sampled_from([["succeeded"], ["failed"], ["unknown", "succeeded"], ["unknown", "failed"]]),
    st.lists(st.tuples(st.integers(0, 15), st.sampled_from(MEDDLING)), max_size=3),
)
def test_every_checkout_ends_and_holds_nothing_that_it_should_not(chance, stock, results, meddling):
    world = World(chance, stock, results, meddling)
    world.run()

    placed = order.fold(world.streams["order"])
    held, paid = reservation.fold(world.streams["reservation"]), payment.fold(world.streams["payment"])
    if placed.status == "none":
        return  # every message about it came before it, and was refused
    assert placed.status in ("confirmed", "rejected", "expired", "cancelled")
    assert world.states[checkout.name].status in ("completed", "compensated")
    if placed.status == "confirmed":
        assert (held.status, paid.held) == ("committed", 900)
    else:
        assert held.status in ("none", "released", "rejected")
        assert (paid.held, paid.captured, paid.waits()) == (0, 0, False)
