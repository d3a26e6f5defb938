"""A file's orders come in once each, however often the import is begun."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.backbone.models import Message
from apps.console.imports import sending
from apps.console.imports.orders import Imported, read
from apps.console.imports.sending import Options, Sender, Stopped
from apps.inventory.models import StockLevel
from apps.orders.models import Order

pytestmark = pytest.mark.django_db

HEADER = "order,sku,quantity,unit_price,currency,customer_name,street,city,postal_code,country"
EVERYTHING = Options(create_products=True, stock=6)


def file_of(count: int, *more: str) -> Imported:
    rows = [f"R{number},tea{number % 3},1,3.50,EUR,Ada,1 Mill Lane,Graz,8010,AT" for number in range(count)]
    return read("\n".join([HEADER, *rows, *more]).encode())


class Follower:
    """Counts what it is told; stops the import by `cancelled`, or dies at an order."""

    actor = "user:7"

    def __init__(self, dies_at: int = 0, stops_at: int = 0) -> None:
        self.dies_at, self.stops_at = dies_at, stops_at
        self.done, self.notes = 0, list[str]()

    @property
    def cancelled(self) -> bool:
        return bool(self.stops_at) and self.done >= self.stops_at

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int | None = None, cursor: Any = None) -> None:
        if self.dies_at and done > self.dies_at:
            raise Killed
        self.done = done


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BATCH", 4)
    monkeypatch.setattr(sending, "MOST_IN_FLIGHT", 8)


def placed() -> list[str]:
    return sorted(Order.objects.values_list("reference", flat=True))


def test_products_and_stock_come_first_and_every_order_is_decided(drain: Callable[[], int]):
    outcome = Sender(file_of(20), EVERYTHING, Follower(), rest=drain).run(wait=True)

    assert (outcome.orders, outcome.confirmed, outcome.rejected, outcome.undecided) == (20, 18, 2, 0)
    assert outcome.statuses == {"confirmed": 18, "rejected": 2}
    assert set(Order.objects.values_list("channel", "currency", "total_minor")) == {("import", "EUR", 350)}
    assert list(StockLevel.objects.values_list("warehouse_id", "on_hand")) == [("main", 6)] * 3


def test_the_same_file_again_changes_nothing(drain: Callable[[], int]):
    first = Sender(file_of(10), EVERYTHING, Follower(), rest=drain).run(wait=True)
    before = Message.objects.count()
    second = Sender(file_of(10), EVERYTHING, Follower(), rest=drain).run(wait=True)

    assert Message.objects.count() == before
    assert (second.confirmed, second.rejected) == (first.confirmed, first.rejected)


@pytest.mark.parametrize("dies_at", [1, 4, 8, 11])
def test_a_killed_import_goes_on_and_each_row_counts_once(drain: Callable[[], int], dies_at: int):
    follower = Follower(dies_at=dies_at)
    with pytest.raises(Killed):
        Sender(file_of(15), EVERYTHING, follower, rest=drain).run(wait=True)
    assert Message.objects.filter(type="orders.place_order").count() == follower.done

    outcome = Sender(file_of(15), EVERYTHING, Follower(), since=follower.done, rest=drain).run(wait=True)

    assert (outcome.orders, outcome.undecided) == (15, 0)
    assert placed() == sorted(f"R{number}" for number in range(15))
    assert Message.objects.filter(type="orders.place_order").count() == 15


def test_a_bad_row_stops_the_whole_file_before_anything_is_sent(drain: Callable[[], int]):
    before = Message.objects.count()
    with pytest.raises(Stopped, match="1 row has an error"):
        Sender(file_of(3, "R9,tea0,0,1,EUR,Ada,s,c,p,AT"), EVERYTHING, Follower(), rest=drain).run(wait=True)

    assert Message.objects.count() == before


def test_or_it_takes_only_its_own_order_along(drain: Callable[[], int]):
    options = Options(create_products=True, stock=6, reject="rows")
    imported = file_of(3, "R1,tea0,0,1,EUR,Ada,s,c,p,AT")
    outcome = Sender(imported, options, Follower(), rest=drain).run(wait=True)

    assert (outcome.orders, outcome.confirmed, placed()) == (2, 2, ["R0", "R2"])


def test_a_cancelled_import_stops_between_two_batches(drain: Callable[[], int]):
    with pytest.raises(Stopped, match="Stopped after 8 of 15 orders"):
        Sender(file_of(15), EVERYTHING, Follower(stops_at=8), rest=drain).run(wait=True)

    assert Message.objects.filter(type="orders.place_order").count() == 8


def test_it_never_runs_far_ahead_of_the_shop(drain: Callable[[], int]):
    ahead = []

    def rest() -> None:
        sent = Message.objects.filter(type="orders.place_order").count()
        ahead.append(sent - Order.objects.exclude(status="placed").count())
        drain()

    Sender(file_of(30), EVERYTHING, Follower(), rest=rest).run(wait=True)

    assert max(ahead) == 8


def test_a_shop_that_stands_still_is_named():
    with pytest.raises(Stopped, match="waits for products, and nothing moves"):
        Sender(file_of(3), EVERYTHING, Follower(), rest=lambda: None, patience=0).run(wait=True)


def test_stock_needs_a_warehouse(drain: Callable[[], int]):
    with pytest.raises(Stopped, match="There is no warehouse"):
        Sender(file_of(3), Options(stock=5), Follower(), rest=drain).run(wait=True)


def test_an_import_without_stock_is_rejected_order_by_order(drain: Callable[[], int]):
    outcome = Sender(file_of(3), Options(create_products=True), Follower(), rest=drain).run(wait=True)

    assert (outcome.confirmed, outcome.rejected) == (0, 3)
