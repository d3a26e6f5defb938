"""Inventory's commands change the levels, the movements and the reservations together."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from apps.backbone import batch, clock
from apps.inventory.commands import AddProduct, AdjustStock, ChangeProduct, IssueStock, OpenWarehouse, ReceiveStock
from apps.inventory.events import ReceiptLine, StockLow, StockRequestRefused
from apps.inventory.handlers import handlers
from apps.inventory.models import Movement, Product, Reservation, StockLevel, Warehouse
from tests.integration.inventory.shelf import (
    PRICE,
    carry_out,
    commit,
    deliveries,
    expire,
    levels,
    release,
    reservation_id,
    reserve,
    said,
    stock_up,
    stream,
)

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HELD = {"sku": "tea", "warehouse_id": "main", "quantity": 2}


def types(number: int) -> list[str]:
    return [event.type for event in said(stream(number))]


def reservations() -> dict[UUID, str]:
    return dict(Reservation.objects.values_list("reservation_id", "status"))


def folded() -> dict[str, tuple[int, int, int]]:
    rows = Movement.objects.values("sku", "warehouse_id").order_by()
    sums = rows.annotate(Sum("on_hand"), Sum("reserved"), Sum("committed"))
    return {
        f"{row['sku']} {row['warehouse_id']}": (row["on_hand__sum"], row["reserved__sum"], row["committed__sum"])
        for row in sums
    }


def test_the_catalog_shows_what_was_added():
    carry_out(
        OpenWarehouse(warehouse_id="main", name="Main", priority=1),
        AddProduct(sku="tea", title="Green tea", price=PRICE, reorder_point=3),
        ChangeProduct(sku="tea", title="Black tea", price=PRICE, reorder_point=4, active=False),
    )

    assert list(Warehouse.objects.values_list("warehouse_id", "name", "priority")) == [("main", "Main", 1)]
    assert list(Product.objects.values_list("sku", "title", "price_minor", "currency", "reorder_point", "active")) == [
        ("tea", "Black tea", 450, "EUR", 4, False)
    ]


def test_a_reservation_goes_from_held_to_committed_to_gone():
    stock_up(tea=5, cup=1)

    carry_out(reserve(1, tea=2, cup=1))
    reserved = levels()
    carry_out(commit(1))
    committed = levels()
    carry_out(IssueStock(reservation_id=reservation_id(1), shipment_id=UUID(int=7)))

    assert reserved == {"cup main": (1, 1, 0), "tea main": (5, 2, 0)}
    assert committed == {"cup main": (1, 0, 1), "tea main": (5, 0, 2)}
    assert levels() == folded() == {"cup main": (0, 0, 0), "tea main": (3, 0, 0)}
    assert types(1) == ["stock.reserved", "stock.reservation_committed", "stock.issued"]
    assert Reservation.objects.values("status", "shipment_id", "expires_at").get() == {
        "status": "issued",
        "shipment_id": UUID(int=7),
        "expires_at": None,
    }


def test_every_move_is_written_down_with_its_cause():
    stock_up(tea=5)

    carry_out(reserve(1, tea=2))

    rows = Movement.objects.order_by("id").values_list(
        "type", "on_hand", "reserved", "committed", "order_id", "reference", "actor"
    )
    assert list(rows) == [
        ("stock.received", 5, 0, 0, None, "PO-1", "user:1"),
        ("stock.reserved", 0, 2, 0, UUID(int=1), "", "user:1"),
    ]


def test_in_one_batch_the_last_unit_is_sold_once():
    stock_up(tea=1)

    carry_out(*(reserve(number, tea=1) for number in range(1, 51)))

    assert levels() == {"tea main": (1, 1, 0)}
    assert sorted(reservations().values()) == ["active"] + ["rejected"] * 49


def test_a_short_order_holds_nothing_and_says_what_is_short():
    stock_up(tea=5)

    carry_out(reserve(1, tea=2, cup=1))

    assert levels() == {"tea main": (5, 0, 0)}
    assert list(Reservation.objects.values_list("status", "allocations", "shortages")) == [
        ("rejected", [], [{"sku": "cup", "asked": 1, "available": 0}])
    ]


def test_a_sku_that_cannot_exist_is_short_like_any_other():
    stock_up(tea=5)
    command = reserve(1, **{"no such thing": 1, "x" * 400: 1})

    carry_out(command)

    assert types(1) == ["stock.reservation_rejected"]


def test_the_same_command_twice_takes_effect_once():
    stock_up(tea=5)
    [delivery] = deliveries(reserve(1, tea=2))

    first = batch.run(handlers, [delivery])
    again = batch.run(handlers, [delivery])
    carry_out(reserve(1, tea=2))

    assert (list(first.values()), list(again.values())) == (["done"], ["duplicate"])
    assert levels() == {"tea main": (5, 2, 0)}
    assert types(1) == ["stock.reserved"]


def test_release_gives_back_and_a_release_before_leaves_nothing_to_hold():
    stock_up(tea=5)

    carry_out(reserve(1, tea=2), release(1))
    carry_out(release(2), reserve(2, tea=2))

    assert levels() == folded() == {"tea main": (5, 0, 0)}
    assert types(1) == ["stock.reserved", "stock.reservation_released"]
    assert types(2) == ["stock.reservation_released", "stock.reservation_rejected"]
    assert reservations() == {reservation_id(1): "released", reservation_id(2): "rejected"}


def test_an_expired_reservation_is_taken_by_the_next_order_before_the_schedule_comes_by():
    stock_up(tea=2, cup=1)
    with clock.at(NOON):
        carry_out(reserve(1, tea=2, cup=1))

    with clock.at(NOON + timedelta(minutes=15)):
        carry_out(reserve(2, tea=1))

    assert levels() == {"cup main": (1, 0, 0), "tea main": (2, 1, 0)}
    assert reservations() == {reservation_id(1): "expired", reservation_id(2): "active"}


def test_commit_after_expiry_takes_what_is_still_free():
    stock_up(tea=2)
    with clock.at(NOON):
        carry_out(reserve(1, tea=2))

    with clock.at(NOON + timedelta(minutes=20)):
        carry_out(expire(1))
        carry_out(commit(1))

    assert levels() == folded() == {"tea main": (2, 0, 2)}
    assert types(1) == ["stock.reserved", "stock.reservation_expired", "stock.reservation_committed"]
    assert list(Reservation.objects.values_list("status", "allocations")) == [("committed", [HELD])]


def test_commit_after_expiry_is_rejected_when_it_was_sold_meanwhile():
    stock_up(tea=2)
    with clock.at(NOON):
        carry_out(reserve(1, tea=2))

    with clock.at(NOON + timedelta(minutes=20)):
        carry_out(reserve(2, tea=1))
        carry_out(commit(1))

    assert levels() == {"tea main": (2, 1, 0)}
    assert types(1) == ["stock.reserved", "stock.reservation_expired", "stock.reservation_rejected"]
    assert reservations() == {reservation_id(1): "rejected", reservation_id(2): "active"}


def test_low_stock_is_said_once_per_crossing():
    carry_out(OpenWarehouse(warehouse_id="main", name="Main", priority=1))
    carry_out(AddProduct(sku="tea", title="Tea", price=PRICE, reorder_point=5))
    receive(6)

    for number in range(1, 4):
        carry_out(reserve(number, tea=1))
    low = StockLevel.objects.get().low
    carry_out(release(1))
    carry_out(release(2))
    carry_out(release(3))

    def told(available, direction):
        return StockLow(sku="tea", warehouse_id="main", available=available, reorder_point=5, direction=direction)

    assert low
    assert [event for event in said("product-tea") if isinstance(event, StockLow)] == [
        told(4, "below"),
        told(6, "recovered"),
    ]
    assert not StockLevel.objects.get().low


def test_a_new_reorder_point_is_a_crossing_too():
    stock_up(tea=5)

    carry_out(ChangeProduct(sku="tea", title="Tea", price=PRICE, reorder_point=6, active=True))

    assert said("product-tea")[-1] == StockLow(
        sku="tea", warehouse_id="main", available=5, reorder_point=6, direction="below"
    )


def test_an_adjustment_that_would_take_what_is_held_is_refused():
    stock_up(tea=5)
    carry_out(reserve(1, tea=3))
    too_much, right = adjust(1, -3, expected=5), adjust(2, -2, expected=5)

    carry_out(too_much, right)

    assert levels() == {"tea main": (3, 3, 0)}
    assert said(f"adjustment-{UUID(int=1)}") == [
        StockRequestRefused(
            asked="inventory.adjust_stock",
            reason="delta: 3 of 5 on hand are held for orders",
            sku="tea",
            warehouse_id="main",
        )
    ]


def test_an_adjustment_worked_out_on_another_number_is_refused():
    stock_up(tea=5)

    carry_out(adjust(1, -1, expected=5), adjust(2, -1, expected=5))

    assert levels() == {"tea main": (4, 0, 0)}
    assert [event.type for event in said(f"adjustment-{UUID(int=2)}")] == ["stock.request_refused"]


def test_the_database_itself_refuses_to_hold_more_than_there_is():
    stock_up(tea=5)

    for wrong in ({"reserved": 6}, {"reserved": -1}, {"committed": -1}, {"on_hand": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StockLevel.objects.update(**wrong)


def test_a_batch_of_reservations_takes_as_many_statements_as_one():
    stock_up(tea=50, cup=50)
    one, many = (
        deliveries(reserve(1, tea=1, cup=1)),
        deliveries(*(reserve(number, tea=1, cup=1) for number in range(2, 42))),
    )

    with CaptureQueriesContext(connection) as alone:
        batch.run(handlers, one)
    with CaptureQueriesContext(connection) as together:
        batch.run(handlers, many)

    assert len(together) == len(alone)


def receive(quantity: int) -> None:
    line = ReceiptLine(sku="tea", quantity=quantity, unit_cost=PRICE)
    carry_out(ReceiveStock(receipt_id=uuid4(), warehouse_id="main", lines=(line,), by="ann"))


def adjust(number: int, delta: int, expected: int) -> AdjustStock:
    return AdjustStock(
        adjustment_id=UUID(int=number),
        warehouse_id="main",
        sku="tea",
        delta=delta,
        reason="damage",
        by="ann",
        expected=expected,
    )
