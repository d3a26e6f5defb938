"""Commands of all kinds in one batch see each other's effects, though the rows are written at its end."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from apps.backbone import clock, rebuild
from apps.backbone.messages import Command
from apps.inventory.commands import AdjustStock, ChangeProduct, ExtendReservation, IssueStock, ReceiveStock
from apps.inventory.domain import Level, Stock, low_stock
from apps.inventory.events import ReceiptLine
from apps.inventory.models import Reservation, StockLevel
from apps.inventory.projections import catalog, levels, reservations
from tests.integration.inventory.shelf import (
    PRICE,
    carry_out,
    commit,
    expire,
    release,
    reservation_id,
    reserve,
    stock_up,
)

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SKUS = ("tea", "cup", "jar")


def any_command(chance: random.Random) -> Command:
    number, fresh = chance.randint(1, 60), UUID(int=chance.getrandbits(120))
    sku, place = chance.choice(SKUS), chance.choice(("main", "far"))
    line = ReceiptLine(sku=sku, quantity=chance.randint(1, 4), unit_cost=PRICE)
    return chance.choice(
        [
            reserve(number, **{each: chance.randint(1, 3) for each in chance.sample(SKUS, chance.randint(1, 3))}),
            reserve(number, **{sku: 1}),
            commit(number),
            commit(number),
            release(number),
            expire(number),
            ExtendReservation(reservation_id=reservation_id(number), order_id=UUID(int=number), minutes=40),
            IssueStock(reservation_id=reservation_id(number), shipment_id=UUID(int=number)),
            ReceiveStock(receipt_id=fresh, warehouse_id=place, lines=(line,), by="ann"),
            AdjustStock(
                adjustment_id=fresh,
                warehouse_id=place,
                sku=sku,
                delta=chance.choice((-3, -1, 1)),
                reason="count",
                by="ann",
            ),
            ChangeProduct(
                sku=sku, title=sku, price=PRICE, reorder_point=chance.randint(0, 6), active=chance.random() < 0.9
            ),
        ]
    )


def held_by_reservations(status: str) -> dict[str, int]:
    held: dict[str, int] = {}
    for allocations in Reservation.objects.filter(status=status).values_list("allocations", flat=True):
        for each in allocations:
            level = f"{each['sku']} {each['warehouse_id']}"
            held[level] = held.get(level, 0) + each["quantity"]
    return held


def crossings_unsaid() -> list[object]:
    return low_stock(
        Stock(
            tuple(
                Level(
                    sku=row.product_id,
                    warehouse_id=row.warehouse_id,
                    on_hand=row.on_hand,
                    reserved=row.reserved,
                    committed=row.committed,
                    reorder_point=row.product.reorder_point,
                    low=row.low,
                    active=row.product.active,
                )
                for row in StockLevel.objects.select_related("product")
            )
        )
    )


@pytest.mark.parametrize("seed", range(4))
def test_mixed_batches_keep_every_promise(seed):
    chance = random.Random(seed)
    stock_up(tea=12, cup=6)
    stock_up("far", 2, tea=5, jar=5)

    with capture_logs() as complaints:
        for turn in range(12):
            with clock.at(NOON + timedelta(minutes=5 * turn)):
                carry_out(*(any_command(chance) for _ in range(25)))

    assert complaints == []
    kept = StockLevel.objects.values_list("id", "reserved", "committed")
    assert {level: reserved for level, reserved, _ in kept if reserved} == held_by_reservations("active")
    assert {level: committed for level, _, committed in kept if committed} == held_by_reservations("committed")
    assert crossings_unsaid() == []
    assert [rebuild.verify(each).changed for each in (catalog, levels, reservations)] == [False, False, False]
