"""A reservation holds every line of an order or none, once, and gives back exactly what it held."""

import pytest

from apps.backbone.messages import Command, Event
from apps.inventory.commands import ExpireReservation, ExtendReservation, IssueStock
from apps.inventory.domain import Stock, reservation
from apps.inventory.events import (
    StockIssued,
    StockRequestRefused,
    StockReservationExtended,
    StockReservationRejected,
    StockReservationReleased,
    StockReserved,
)
from tests.unit.inventory.samples import (
    NOW,
    ORDER,
    OTHER_SHIPMENT,
    RESERVATION,
    SHIPMENT,
    commit,
    committed,
    expired,
    held,
    level,
    line,
    minutes,
    release,
    reserve,
    reserved,
    short,
    stock,
)

TEA = held("tea", 2)
EXPIRE = ExpireReservation(reservation_id=RESERVATION)


def extend(number: int) -> ExtendReservation:
    return ExtendReservation(reservation_id=RESERVATION, order_id=ORDER, minutes=number)


def issue(shipment_id=SHIPMENT) -> IssueStock:
    return IssueStock(reservation_id=RESERVATION, shipment_id=shipment_id)


def rejected(*shortages) -> StockReservationRejected:
    return StockReservationRejected(reservation_id=RESERVATION, order_id=ORDER, shortages=shortages)


def released(*allocations, reason="cancelled", was_committed=False) -> StockReservationReleased:
    return StockReservationReleased(
        reservation_id=RESERVATION,
        order_id=ORDER,
        allocations=allocations,
        reason=reason,
        was_committed=was_committed,
    )


def refused(command: Command, reason: str) -> StockRequestRefused:
    return StockRequestRefused(asked=command.type, reason=reason, reservation_id=RESERVATION, order_id=ORDER)


def outcome(given: list[Event], when: Command, levels: Stock = Stock(), now=NOW) -> list[Event]:  # noqa: B008
    return reservation.outcome(given, when, levels, now)


def test_every_line_is_held_until_it_expires():
    when = reserve(line("tea", 2), line("cup", 1))

    assert outcome([], when, stock(level("tea", 5), level("cup", 1))) == [reserved(held("cup", 1), TEA)]


def test_one_short_line_holds_nothing():
    when = reserve(line("tea", 2), line("cup", 3))

    assert outcome([], when, stock(level("tea", 5), level("cup", 1))) == [rejected(short("cup", 3, 1))]


def test_the_last_unit_is_sold_once():
    assert outcome([], reserve(line("tea", 1)), stock(level("tea", 1, reserved=1))) == [rejected(short("tea", 1, 0))]


def test_two_lines_of_one_product_are_added_up():
    when = reserve(line("tea", 1), line("tea", 1))

    assert outcome([], when, stock(level("tea", 1))) == [rejected(short("tea", 2, 1))]
    assert outcome([], when, stock(level("tea", 2))) == [reserved(TEA)]


def test_an_unknown_or_retired_product_is_short():
    when = reserve(line("tea", 1), line("gone", 1))

    assert outcome([], when, stock(level("tea", 1), level("gone", 5, active=False))) == [rejected(short("gone", 1, 0))]
    assert outcome([], when, stock(level("tea", 1))) == [rejected(short("gone", 1, 0))]


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (reserve(), "lines: there must be at least one"),
        (reserve(line("tea", 0)), "quantity: must be at least 1 for tea"),
        (reserve(line("tea", 1), line("cup", -1)), "quantity: must be at least 1 for cup"),
        (reserve(line("tea", 1), minutes=0), "minutes: must be at least 1"),
    ],
)
def test_nonsense_is_refused_with_its_field(when, reason):
    assert outcome([], when, stock(level("tea", 5), level("cup", 5))) == [refused(when, reason)]


def test_a_huge_quantity_is_only_short():
    assert outcome([], reserve(line("tea", 10**30)), stock(level("tea", 5))) == [rejected(short("tea", 10**30, 5))]


@pytest.mark.parametrize("given", [[reserved(TEA)], [rejected()], [reserved(TEA), expired(TEA)]])
def test_asked_twice_reserved_once(given):
    assert outcome(given, reserve(line("tea", 2)), stock(level("tea", 9))) == []


def test_no_reservation_outlives_an_hour():
    event = outcome([], reserve(line("tea", 2), minutes=600), stock(level("tea", 9)))[0]

    assert isinstance(event, StockReserved)
    assert event.expires_at == minutes(60)


def test_a_release_that_comes_first_lets_nothing_be_held():
    given = [released()]

    assert outcome([], release()) == given
    assert outcome(given, reserve(line("tea", 2)), stock(level("tea", 9))) == [rejected()]
    assert outcome([*given, rejected()], reserve(line("tea", 2)), stock(level("tea", 9))) == []


def test_release_gives_back_what_is_held():
    assert outcome([reserved(TEA)], release()) == [released(TEA)]
    assert outcome([reserved(TEA), committed(TEA)], release()) == [released(TEA, was_committed=True)]


@pytest.mark.parametrize("given", [[rejected()], [reserved(TEA), expired(TEA)]])
def test_release_is_answered_when_nothing_is_held(given):
    assert outcome(given, release()) == [released()]


def test_each_reason_to_release_is_answered_once():
    given = [reserved(TEA), released(TEA, reason="rejected")]

    assert outcome(given, release("rejected")) == []
    assert outcome(given, release("cancelled")) == [released(reason="cancelled")]
    assert outcome([*given, released()], release("cancelled")) == []


def test_what_has_left_is_not_released():
    given = [reserved(TEA), committed(TEA), *outcome([reserved(TEA), committed(TEA)], issue())]

    assert outcome(given, release()) == [refused(release(), "reservation: its stock has left with a shipment")]


def test_commit_holds_without_end():
    assert outcome([reserved(TEA)], commit()) == [committed(TEA)]
    assert outcome([reserved(TEA), committed(TEA)], commit()) == []
    assert outcome([reserved(TEA), committed(TEA)], EXPIRE, now=minutes(999)) == []


def test_commit_wins_over_an_expiry_that_nobody_has_carried_out():
    given = [reserved(TEA)]

    assert outcome(given, commit(), now=minutes(15)) == [committed(TEA)]
    assert outcome([*given, committed(TEA)], EXPIRE, now=minutes(15)) == []


def test_commit_after_expiry_reserves_anew_from_what_is_free():
    given = [reserved(TEA), expired(TEA)]
    free = stock(level("tea", 0), level("tea", 2, "far", priority=1))

    assert outcome(given, commit(), free, minutes(16)) == [committed(held("tea", 2, "far"), anew=True)]


def test_commit_after_expiry_is_rejected_when_it_was_sold_meanwhile():
    given = [reserved(TEA), expired(TEA)]
    then = [rejected(short("tea", 2, 1))]

    assert outcome(given, commit(), stock(level("tea", 3, reserved=2)), minutes(16)) == then
    assert outcome([*given, *then], commit(), stock(level("tea", 3)), minutes(17)) == []


@pytest.mark.parametrize(("given", "told"), [([], "not known"), ([reserved(TEA), released(TEA)], "released")])
def test_commit_of_what_is_not_held_is_refused(given, told):
    assert outcome(given, commit()) == [refused(commit(), f"reservation: it is {told}")]


def test_expiry_waits_for_its_time_and_happens_once():
    assert outcome([reserved(TEA)], EXPIRE, now=minutes(14)) == []
    assert outcome([reserved(TEA)], EXPIRE, now=minutes(15)) == [expired(TEA)]
    assert outcome([reserved(TEA), expired(TEA)], EXPIRE, now=minutes(16)) == []
    assert outcome([], EXPIRE) == []


def test_extension_ends_an_hour_after_the_reservation_at_the_latest():
    def extended(number):
        return StockReservationExtended(reservation_id=RESERVATION, order_id=ORDER, expires_at=minutes(number))

    given = [reserved(TEA)]

    assert outcome(given, extend(30), now=minutes(10)) == [extended(40)]
    assert outcome(given, extend(55), now=minutes(10)) == [extended(60)]
    assert outcome([*given, extended(60)], extend(30), now=minutes(59)) == []
    assert outcome(given, extend(1), now=minutes(10)) == []


def test_only_what_stands_is_extended():
    assert outcome([reserved(TEA)], extend(30), now=minutes(15)) == [refused(extend(30), "reservation: it has expired")]
    assert outcome([reserved(TEA), expired(TEA)], extend(30)) == [refused(extend(30), "reservation: it is expired")]
    assert outcome([reserved(TEA), committed(TEA)], extend(30)) == []


def test_only_committed_stock_leaves_and_once():
    given = [reserved(TEA), committed(TEA)]
    issued = StockIssued(reservation_id=RESERVATION, order_id=ORDER, shipment_id=SHIPMENT, allocations=(TEA,))

    assert outcome([reserved(TEA)], issue()) == [refused(issue(), "reservation: it is not committed")]
    assert outcome(given, issue()) == [issued]
    assert outcome([*given, issued], issue()) == []
    assert outcome([*given, issued], issue(OTHER_SHIPMENT)) == [
        refused(issue(OTHER_SHIPMENT), "reservation: it is issued")
    ]
