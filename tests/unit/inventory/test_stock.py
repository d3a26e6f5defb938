"""Stock is taken by priority, and running low is said once per crossing."""

import pytest

from apps.inventory.commands import StockLine
from apps.inventory.domain import low_stock
from apps.inventory.domain.stock import allocate, crossing, total
from apps.inventory.events import StockLow
from tests.unit.inventory.samples import committed, expired, held, level, line, reserved, stock


def allocated(*lines: StockLine, levels):
    return allocate(total(lines), stock(*levels))


def test_the_first_warehouse_that_has_everything_serves_alone():
    near = [level("tea", 5, "near", priority=1), level("cup", 0, "near", priority=1)]
    far = [level("tea", 5, "far", priority=2), level("cup", 5, "far", priority=2)]

    assert allocated(line("tea", 1), line("cup", 1), levels=near + far) == (
        held("cup", 1, "far"),
        held("tea", 1, "far"),
    )
    assert allocated(line("tea", 1), levels=far + near) == (held("tea", 1, "near"),)


def test_without_such_a_warehouse_each_product_is_split_by_priority():
    levels = [level("tea", 2, "far", priority=2), level("tea", 3, "near", priority=1), level("cup", 1, "far")]

    assert allocated(line("tea", 4), line("cup", 1), levels=levels) == (
        held("cup", 1, "far"),
        held("tea", 3, "near"),
        held("tea", 1, "far"),
    )


def test_equal_priorities_go_by_name():
    assert allocated(line("tea", 1), levels=[level("tea", 1, "b"), level("tea", 1, "a")]) == (held("tea", 1, "a"),)


def test_what_is_held_is_not_taken():
    assert allocated(line("tea", 2), levels=[level("tea", 3, reserved=1, committed=1)]) is None


def test_a_reservation_moves_from_free_to_reserved_to_committed():
    before = stock(level("tea", 5))
    tea = held("tea", 2)

    assert before.after([reserved(tea)]) == stock(level("tea", 5, reserved=2))
    assert before.after([reserved(tea), committed(tea)]) == stock(level("tea", 5, committed=2))
    assert before.after([reserved(tea), expired(tea)]) == before
    assert before.after([reserved(tea), expired(tea), committed(tea, anew=True)]) == stock(level("tea", 5, committed=2))


@pytest.mark.parametrize(
    ("low", "available", "direction"),
    [
        (False, 10, None),
        (False, 9, "below"),
        (True, 9, None),
        (True, 11, None),
        (True, 12, "recovered"),
        (False, 11, None),
    ],
)
def test_low_is_said_once_and_recovered_at_120_percent(low, available, direction):
    assert crossing(low, available, reorder_point=10) == direction


def test_a_reorder_point_of_zero_is_silent_and_ends_a_low():
    assert crossing(False, 0, reorder_point=0) is None
    assert crossing(True, 0, reorder_point=0) == "recovered"


def test_low_stock_names_each_level_that_crossed():
    levels = [
        level("tea", 3, reorder_point=4),
        level("cup", 9, reorder_point=4, low=True),
        level("jar", 3, reorder_point=4, low=True),
        level("old", 0, reorder_point=4, active=False),
    ]

    assert low_stock(stock(*levels)) == [
        StockLow(sku="cup", warehouse_id="main", available=9, reorder_point=4, direction="recovered"),
        StockLow(sku="tea", warehouse_id="main", available=3, reorder_point=4, direction="below"),
    ]
