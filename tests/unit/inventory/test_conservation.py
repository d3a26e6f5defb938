"""Whatever is asked, in whatever order: nothing is sold twice, nothing gets lost, nothing goes below zero."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from apps.backbone.messages import Command, Event, Money
from apps.inventory.commands import (
    AdjustStock,
    CommitReservation,
    ExpireReservation,
    ExtendReservation,
    IssueStock,
    ReceiveStock,
    ReleaseReservation,
    ReserveStock,
    StockLine,
)
from apps.inventory.domain import Known, Level, Stock, adjustment, receipt, reservation
from apps.inventory.domain.stock import total
from apps.inventory.events import ReceiptLine, StockAdjusted, StockIssued, StockReceived, StockReserved
from tests.unit.inventory.samples import NOW

SKUS, WAREHOUSES = ("cup", "tea"), ("far", "near")
KNOWN = Known(skus=frozenset(SKUS), warehouses=frozenset(WAREHOUSES))
ids = st.integers(1, 5).map(lambda number: UUID(int=number))
skus, warehouses = st.sampled_from(SKUS), st.sampled_from(WAREHOUSES)
lines = st.lists(st.builds(StockLine, sku=skus, quantity=st.integers(1, 6)), min_size=1, max_size=4).map(tuple)
reasons = st.sampled_from(["cancelled", "rejected", "given_up"])


class Warehousing(RuleBasedStateMachine):
    """All deciders over one set of levels, with a clock that only goes forward."""

    @initialize()
    def open(self):
        self.stock = Stock(
            tuple(
                Level(sku=sku, warehouse_id=warehouse_id, priority=number, on_hand=5)
                for sku in SKUS
                for number, warehouse_id in enumerate(WAREHOUSES)
            )
        )
        self.reservations: dict[UUID, list[Event]] = {}
        self.intake: list[Event] = []
        self.now, self.serial = NOW, 100

    def reserving(self, command: Command) -> None:
        history = self.reservations.setdefault(command.reservation_id, [])
        decided = reservation.outcome(history, command, self.stock, self.now)
        history += decided
        self.stock = self.stock.after(decided)
        again = reservation.outcome(history, command, self.stock, self.now)
        assert not [event for event in again if not event.type.endswith("refused")]

    def taking_in(self, decider, command: Command) -> None:
        decided = decider.outcome([], command, self.stock, KNOWN)
        self.intake += decided
        self.stock = self.stock.after(decided)

    @rule(reservation_id=ids, lines=lines)
    def reserve(self, reservation_id, lines):
        fresh = reservation_id not in self.reservations
        self.reserving(ReserveStock(reservation_id=reservation_id, order_id=reservation_id, lines=lines))
        match self.reservations[reservation_id]:
            case [StockReserved(allocations=allocations)] if fresh:
                assert total(allocations) == total(lines)

    @rule(reservation_id=ids)
    def commit(self, reservation_id):
        self.reserving(CommitReservation(reservation_id=reservation_id, order_id=reservation_id))

    @rule(reservation_id=ids, reason=reasons)
    def release(self, reservation_id, reason):
        self.reserving(ReleaseReservation(reservation_id=reservation_id, order_id=reservation_id, reason=reason))

    @rule(reservation_id=ids)
    def expire(self, reservation_id):
        self.reserving(ExpireReservation(reservation_id=reservation_id))

    @rule(reservation_id=ids, minutes=st.integers(1, 90))
    def extend(self, reservation_id, minutes):
        self.reserving(ExtendReservation(reservation_id=reservation_id, order_id=reservation_id, minutes=minutes))

    @rule(reservation_id=ids, shipment_id=st.integers(201, 202).map(lambda number: UUID(int=number)))
    def issue(self, reservation_id, shipment_id):
        self.reserving(IssueStock(reservation_id=reservation_id, shipment_id=shipment_id))

    @rule(sku=skus, warehouse_id=warehouses, quantity=st.integers(-1, 9))
    def receive(self, sku, warehouse_id, quantity):
        line = ReceiptLine(sku=sku, quantity=quantity, unit_cost=Money(1, "EUR"))
        self.taking_in(
            receipt, ReceiveStock(receipt_id=self.next_id(), warehouse_id=warehouse_id, lines=(line,), by="")
        )

    @rule(sku=skus, warehouse_id=warehouses, delta=st.integers(-12, 4))
    def adjust(self, sku, warehouse_id, delta):
        command = AdjustStock(
            adjustment_id=self.next_id(), warehouse_id=warehouse_id, sku=sku, delta=delta, reason="count", by=""
        )
        self.taking_in(adjustment, command)

    @rule(minutes=st.integers(1, 30))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    def next_id(self) -> UUID:
        self.serial += 1
        return UUID(int=self.serial)

    @invariant()
    def no_level_is_negative_or_holds_more_than_is_there(self):
        for level in self.stock.levels:
            assert min(level.on_hand, level.reserved, level.committed) >= 0
            assert level.reserved + level.committed <= level.on_hand

    @invariant()
    def levels_hold_exactly_what_the_reservations_say(self):
        reserved, committed = Counter(), Counter()
        for history in self.reservations.values():
            state = reservation.fold(history)
            book = {"active": reserved, "committed": committed}.get(state.status, Counter())
            for each in state.allocations:
                book[each.sku, each.warehouse_id] += each.quantity
        for level in self.stock.levels:
            key = level.sku, level.warehouse_id
            assert (level.reserved, level.committed) == (reserved[key], committed[key])

    @invariant()
    def what_came_in_is_on_hand_or_has_left(self):
        expected = 5 * len(SKUS) * len(WAREHOUSES)
        for event in self.intake:
            match event:
                case StockReceived(lines=lines):
                    expected += sum(line.quantity for line in lines)
                case StockAdjusted(delta=delta):
                    expected += delta
        for event in (event for history in self.reservations.values() for event in history):
            if isinstance(event, StockIssued):
                expected -= sum(each.quantity for each in event.allocations)
        assert sum(level.on_hand for level in self.stock.levels) == expected


TestWarehousing = Warehousing.TestCase
TestWarehousing.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
