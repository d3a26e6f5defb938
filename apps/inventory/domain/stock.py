"""What the warehouses hold, how an event changes it, and who is served from where."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Literal

import msgspec

from apps.backbone.messages import Event
from apps.inventory.commands import StockLine
from apps.inventory.events import (
    Allocation,
    ReceiptLine,
    Shortage,
    StockAdjusted,
    StockIssued,
    StockLow,
    StockReceived,
    StockReservationCommitted,
    StockReservationExpired,
    StockReservationReleased,
    StockReserved,
)

MOST = 1_000_000_000
"""No level and no quantity goes above it."""


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """How much one event changes one level."""

    sku: str
    warehouse_id: str
    on_hand: int = 0
    reserved: int = 0
    committed: int = 0


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """What one warehouse holds of one product; `reserved` and `committed` are parts of `on_hand`."""

    sku: str
    warehouse_id: str
    priority: int = 0
    on_hand: int = 0
    reserved: int = 0
    committed: int = 0
    reorder_point: int = 0
    low: bool = False
    """`stock.low` has said "below" and not yet "recovered"."""
    active: bool = True

    @property
    def held(self) -> int:
        return self.reserved + self.committed

    @property
    def available(self) -> int:
        return max(0, self.on_hand - self.held) if self.active else 0

    def after(self, move: Move) -> "Level":
        return msgspec.structs.replace(
            self,
            on_hand=self.on_hand + move.on_hand,
            reserved=self.reserved + move.reserved,
            committed=self.committed + move.committed,
        )


class Stock(msgspec.Struct, frozen=True):
    """The levels of the products concerned, read under their locks."""

    levels: tuple[Level, ...] = ()

    def available(self, sku: str) -> int:
        return sum(level.available for level in self.levels if level.sku == sku)

    def level(self, sku: str, warehouse_id: str) -> Level:
        for level in self.levels:
            if (level.sku, level.warehouse_id) == (sku, warehouse_id):
                return level
        return Level(sku=sku, warehouse_id=warehouse_id)

    def after(self, events: Iterable[Event]) -> "Stock":
        return reduce(_moved, (move for event in events for move in moves_of(event)), self)

    def marked(self, said: StockLow) -> "Stock":
        """With the level marked as what was said of it."""
        level = self.level(said.sku, said.warehouse_id)
        others = tuple(each for each in self.levels if each != level)
        return Stock((*others, msgspec.structs.replace(level, low=said.direction == "below")))


def _moved(stock: Stock, move: Move) -> Stock:
    changed = stock.level(move.sku, move.warehouse_id)
    others = tuple(level for level in stock.levels if level != changed)
    return Stock((*others, changed.after(move)))


def moves_of(event: Event) -> list[Move]:
    """What the event changes: the one place that says so, for levels, movements and tests alike."""
    match event:
        case StockReceived(warehouse_id=warehouse_id, lines=lines):
            received = total(lines)
            return [Move(sku=sku, warehouse_id=warehouse_id, on_hand=received[sku]) for sku in sorted(received)]
        case StockAdjusted(sku=sku, warehouse_id=warehouse_id, delta=delta):
            return [Move(sku=sku, warehouse_id=warehouse_id, on_hand=delta)]
        case StockReserved(allocations=allocations):
            return [_move(each, reserved=1) for each in allocations]
        case StockReservationCommitted(allocations=allocations, reserved_anew=anew):
            return [_move(each, reserved=0 if anew else -1, committed=1) for each in allocations]
        case StockReservationReleased(allocations=allocations, was_committed=True):
            return [_move(each, committed=-1) for each in allocations]
        case StockReservationReleased(allocations=allocations) | StockReservationExpired(allocations=allocations):
            return [_move(each, reserved=-1) for each in allocations]
        case StockIssued(allocations=allocations):
            return [_move(each, on_hand=-1, committed=-1) for each in allocations]
    return []


def _move(each: Allocation, on_hand: int = 0, reserved: int = 0, committed: int = 0) -> Move:
    return Move(
        sku=each.sku,
        warehouse_id=each.warehouse_id,
        on_hand=on_hand * each.quantity,
        reserved=reserved * each.quantity,
        committed=committed * each.quantity,
    )


def total(lines: Iterable[StockLine | ReceiptLine | Allocation]) -> Counter[str]:
    """How much of each product, the lines of one product added up."""
    asked: Counter[str] = Counter()
    for line in lines:
        asked[line.sku] += line.quantity
    return asked


def allocate(asked: Counter[str], stock: Stock) -> tuple[Allocation, ...] | None:
    """The first warehouse that has everything serves alone; else each product is split by priority. None: short."""
    if shortages(asked, stock):
        return None
    ordered = sorted(stock.levels, key=lambda level: (level.priority, level.warehouse_id))
    for warehouse_id in dict.fromkeys(level.warehouse_id for level in ordered):
        alone = [level for level in ordered if level.warehouse_id == warehouse_id]
        if not shortages(asked, Stock(tuple(alone))):
            return _taken(asked, alone)
    return _taken(asked, ordered)


def _taken(asked: Counter[str], levels: Sequence[Level]) -> tuple[Allocation, ...]:
    allocations = []
    for sku in sorted(asked):
        missing = asked[sku]
        for level in levels:
            if level.sku == sku and (quantity := min(missing, level.available)):
                allocations.append(Allocation(sku=sku, warehouse_id=level.warehouse_id, quantity=quantity))
                missing -= quantity
    return tuple(allocations)


def shortages(asked: Counter[str], stock: Stock) -> tuple[Shortage, ...]:
    """A product that nobody knows is short like any other."""
    return tuple(
        Shortage(sku=sku, asked=asked[sku], available=available)
        for sku in sorted(asked)
        if (available := stock.available(sku)) < asked[sku]
    )


def crossing(low: bool, available: int, reorder_point: int) -> Literal["below", "recovered"] | None:
    """Below the reorder point once, recovered at 120 % of it (rounded up) once; what lies between is silent."""
    if not low and available < reorder_point:
        return "below"
    if low and available * 5 >= reorder_point * 6:
        return "recovered"
    return None


def low_stock(stock: Stock) -> list[StockLow]:
    """What is worth saying about the levels as they are now."""
    return [
        StockLow(
            sku=level.sku,
            warehouse_id=level.warehouse_id,
            available=level.available,
            reorder_point=level.reorder_point,
            direction=direction,
        )
        for level in sorted(stock.levels, key=lambda level: (level.sku, level.warehouse_id))
        if level.active and (direction := crossing(level.low, level.available, level.reorder_point))
    ]
