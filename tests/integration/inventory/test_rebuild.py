"""The log alone gives every row of inventory again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from apps.backbone import clock, rebuild
from apps.inventory.commands import ChangeProduct, ExtendReservation, IssueStock
from apps.inventory.models import Movement, StockLevel
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


def a_busy_day() -> None:
    stock_up(tea=9, cup=4)
    stock_up("far", 2, tea=5)
    carry_out(ChangeProduct(sku="tea", title="Tea", price=PRICE, reorder_point=10, active=True))
    with clock.at(NOON):
        carry_out(*(reserve(number, tea=2, cup=1) for number in range(1, 7)))
        carry_out(ExtendReservation(reservation_id=reservation_id(1), order_id=UUID(int=1), minutes=30))
        carry_out(commit(2), release(3), release(8), reserve(8, tea=1))
        carry_out(IssueStock(reservation_id=reservation_id(2), shipment_id=UUID(int=9)))
    with clock.at(NOON + timedelta(minutes=20)):
        carry_out(expire(1), expire(4), commit(4))


@pytest.mark.parametrize("projection", [catalog, levels, reservations], ids=lambda projection: projection.name)
def test_live_rows_are_those_of_a_replay(projection):
    a_busy_day()

    found = rebuild.verify(projection)

    assert found.events > 0
    assert not found.changed


def test_a_rebuild_mends_rows_that_were_tampered_with():
    a_busy_day()
    before = list(StockLevel.objects.values()), list(Movement.objects.values())
    StockLevel.objects.update(on_hand=99)
    Movement.objects.all().delete()

    assert rebuild.rebuild(levels).changed
    assert (list(StockLevel.objects.values()), list(Movement.objects.values())) == before
