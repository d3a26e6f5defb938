"""Which instants a cron line means, also where clocks are put forward and back."""

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from apps.backbone.slots import times
from apps.backbone.slots.times import CronRefused

BERLIN_FORWARD = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
BERLIN_BACK = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
NEW_YORK_FORWARD = datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
NEW_YORK_BACK = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
CHANGES = [
    ("Europe/Berlin", BERLIN_FORWARD),
    ("Europe/Berlin", BERLIN_BACK),
    ("America/New_York", NEW_YORK_FORWARD),
    ("America/New_York", NEW_YORK_BACK),
]
LINES = [
    "* * * * *",
    "*/5 * * * *",
    "30 2 * * *",
    "30 1 * * *",
    "0,30 1,2,3 * * *",
    "0 * * * *",
    "15 */2 * * *",
    "0 3 * * 0",
]


def slots(line: str, zone: str, since: str, count: int) -> list[str]:
    found = islice(times.following(line, zone, datetime.fromisoformat(since)), count)
    return [f"{one:%m-%d %H:%M}" for one in found]


def test_a_time_that_the_clocks_skip_happens_once_right_after_the_gap():
    berlin = slots("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00Z", 3)
    new_york = slots("30 2 * * *", "America/New_York", "2026-03-07T00:00Z", 3)

    assert berlin == ["03-28 01:30", "03-29 01:00", "03-30 00:30"]
    assert new_york == ["03-07 07:30", "03-08 07:00", "03-09 06:30"]


def test_a_time_that_the_clocks_repeat_happens_once():
    berlin = slots("30 2 * * *", "Europe/Berlin", "2026-10-24T00:00Z", 3)
    new_york = slots("30 1 * * *", "America/New_York", "2026-10-31T00:00Z", 3)

    assert berlin == ["10-24 00:30", "10-25 00:30", "10-26 01:30"]
    assert new_york == ["10-31 05:30", "11-01 05:30", "11-02 06:30"]


def marked(line: str, since: str, zone: str = "Europe/Berlin", count: int = 4) -> list[tuple[str, str, str] | None]:
    """What is said of the next instants: kind, the line's time, the clock's time."""
    found = islice(times.following(line, zone, datetime.fromisoformat(since)), count)
    changes = [(times.clock_change(line, zone, one), one.astimezone(ZoneInfo(zone))) for one in found]
    return [change and (change.kind, f"{change.wall:%H:%M}", f"{at:%H:%M}") for change, at in changes]


def test_a_time_that_does_not_exist_is_marked_with_the_time_that_takes_its_place():
    assert marked("30 2 * * *", "2027-03-26T12:00Z", count=3) == [None, ("skipped", "02:30", "03:00"), None]
    assert marked("30 2,3 * * *", "2027-03-27T12:00Z", count=2) == [("skipped", "02:30", "03:00"), None]
    assert marked("*/30 * * * *", "2027-03-28T00:40Z", count=3) == [None, None, None]


def test_a_time_that_comes_twice_is_marked():
    assert marked("30 2 * * *", "2026-10-24T12:00Z", count=2) == [("once", "02:30", "02:30"), None]
    assert marked("30 * * * *", "2026-10-25T00:00Z", count=3) == [
        ("first", "02:30", "02:30"),
        ("second", "02:30", "02:30"),
        None,
    ]


def test_the_next_change_that_matters_to_a_line_is_found_within_a_year():
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    at, change = times.next_clock_change("30 2 * * *", "Europe/Berlin", noon) or pytest.fail("none")

    assert (at, change.kind, f"{change.wall:%Y-%m-%d %H:%M}") == (
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
        "skipped",
        "2027-03-28 02:30",
    )
    assert times.next_clock_change("0 6 * * *", "Europe/Berlin", noon) is None
    assert times.next_clock_change("30 2 * * *", "Asia/Taipei", noon) is None
    assert times.next_clock_change("*/30 * * * * *", "Europe/Berlin", noon) is None


def test_every_ten_minutes_goes_on_through_a_change():
    assert slots("*/10 * * * *", "Europe/Berlin", "2026-10-25T00:45Z", 3) == [
        "10-25 00:50",
        "10-25 01:00",
        "10-25 01:10",
    ]


def test_inside_the_repeated_hour_the_slot_before_it_is_the_latest():
    now = BERLIN_BACK + timedelta(minutes=10)  # 02:10 for the second time

    latest = times.between("30 2 * * *", "Europe/Berlin", now - timedelta(days=1), now, 1)

    assert latest == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize("line", LINES)
@settings(max_examples=25, deadline=None)
@given(before=st.integers(1, 5 * 3600), after=st.integers(0, 5 * 3600))
def test_looking_back_finds_what_looking_forward_finds(line: str, zone: str, change: datetime, before: int, after: int):
    since, until = change - timedelta(seconds=before), change + timedelta(seconds=after)

    forward = list(takewhile(lambda one: one <= until, times.following(line, zone, since)))
    backward = times.between(line, zone, since, until, 10_000)

    assert backward == forward[::-1]
    assert len(set(forward)) == len(forward)


def test_the_newest_come_first_and_no_more_than_asked_for():
    until = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

    assert times.between("0 * * * *", "UTC", until - timedelta(days=3), until, 2) == [until, until - timedelta(hours=1)]


def test_seconds_are_instants_too():
    until = datetime(2026, 6, 1, 12, 0, 45, tzinfo=UTC)

    found = times.between("*/30 * * * * *", "Asia/Taipei", until - timedelta(seconds=60), until, 9)

    assert [one.second for one in found] == [30, 0]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("", "Five fields"),
        ("* * * *", "Five fields"),
        ("1 * * * * *", "Seconds can only"),
        ("*/7 * * * * *", "Seconds can only"),
        ("61 * * * *", "Bad minute"),
        ("0 25 * * *", "Bad hour"),
        ("0 0 30 2 *", "Bad day-of-month"),
        ("@daily", "Five fields"),
        ("0 0 * * MON", "Only digits"),
        ("0 0 1 * 1", "not both"),
        ("0 0 L * *", "Only digits"),
        ("5/15 * * * *", "cannot be read"),
        ("*/0 * * * *", "cannot be read"),
    ],
)
def test_a_line_that_cannot_be_kept_is_refused_with_a_sentence(line: str, fault: str):
    with pytest.raises(CronRefused, match=fault):
        times.check(line)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("*/30 * * * * *", "Every 30 seconds"),
        ("* * * * *", "Every minute"),
        ("0 3 * * *", "At 03:00"),
        ("0  9 * * 1-5", "At 09:00, Monday through Friday"),
    ],
)
def test_a_line_says_itself(line: str, sentence: str):
    assert times.sentence(times.check(line)) == sentence
