"""What the batch runner promises: effects once, order per key, and no failure that takes a neighbour along."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.backbone import batch, clock, codec, consumer, dead_letters, inbox, log, numbering, receipts
from apps.backbone.inbox import Delivery
from apps.backbone.messages import Envelope, Event, Kind
from apps.backbone.models import Blocked, Inbox, Message, Receipt, Subscription

pytestmark = pytest.mark.django_db


class ParcelSeen(Event):
    parcel_id: UUID
    mark: str


class Recorder:
    """A subscriber that writes down what it handles, and fails when told to."""

    name = "recorder.events"
    kind: Kind = "event"
    bindings = types = frozenset({"parcel.seen"})

    def __init__(self) -> None:
        self.handled: list[str] = []
        self.fails: set[str] = set()

    def locks(self, message: Any, envelope: Envelope) -> list[str]:
        return [envelope.stream]

    def key(self, message: Any, envelope: Envelope) -> str:
        return envelope.stream

    def prefetch(self, taken: object) -> None:
        return None

    def outside_call(self, message: Any) -> None:
        return None

    def handle(self, message: ParcelSeen, envelope: Envelope) -> None:
        if message.mark in self.fails:
            raise ValueError(f"cannot read {message.mark}")
        self.handled.append(message.mark)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    one = Recorder()
    inbox.subscribers[one.name] = one
    Subscription.objects.create(consumer=one.name, type="parcel.seen")
    Receipt.objects.create(consumer=one.name)
    yield one
    del inbox.subscribers[one.name]


def published(stream: UUID, *marks: str) -> list[Delivery]:
    """Events appended, numbered, and as the broker would deliver them."""
    with log.transaction():
        log.append(f"parcel-{stream}", [ParcelSeen(parcel_id=stream, mark=mark) for mark in marks])
    numbering.number()
    rows = [(position, row) for position, row in numbering.read(0, 1000) if row.stream == f"parcel-{stream}"]
    return [Delivery(codec.to_wire(log.envelope_of(row, at), row.body)) for at, row in rows][-len(marks) :]


def states(recorder: Recorder) -> list[str]:
    return list(Inbox.objects.filter(consumer=recorder.name).order_by("position").values_list("state", flat=True))


def test_a_batch_is_handled_in_the_order_of_the_log(recorder: Recorder) -> None:
    deliveries = published(uuid4(), "a", "b", "c")

    batch.run(recorder, deliveries[::-1])

    assert recorder.handled == ["a", "b", "c"]
    assert states(recorder) == ["done", "done", "done"]


def test_what_comes_twice_takes_effect_once(recorder: Recorder) -> None:
    deliveries = published(uuid4(), "a")

    batch.run(recorder, deliveries * 3)
    batch.run(recorder, deliveries)
    batch.run(recorder, [Delivery(deliveries[0].raw, redelivered=True)])

    assert recorder.handled == ["a"]


def test_a_late_duplicate_is_known_by_its_position_after_pruning(recorder: Recorder) -> None:
    deliveries = published(uuid4(), "a")
    batch.run(recorder, deliveries)
    receipts.check(recorder)
    with clock.at(clock.now() + timedelta(days=8)):
        assert receipts.prune(recorder.name) == 1

    batch.run(recorder, deliveries)

    assert recorder.handled == ["a"]
    assert states(recorder) == []


def test_a_failing_message_takes_no_neighbour_along_and_holds_only_its_own_line(recorder: Recorder) -> None:
    sick, well = uuid4(), uuid4()
    deliveries = published(sick, "bad", "after bad") + published(well, "good")
    recorder.fails = {"bad"}

    batch.run(recorder, deliveries)

    assert recorder.handled == ["good"]
    assert states(recorder) == ["waiting", "parked", "done"]


def test_a_line_goes_on_in_order_once_its_head_is_through(recorder: Recorder) -> None:
    deliveries = published(uuid4(), "bad", "b", "c")
    recorder.fails = {"bad"}
    batch.run(recorder, deliveries)

    recorder.fails = set()
    with clock.at(clock.now() + timedelta(minutes=1)):
        while batch.run_due(recorder):
            pass

    assert recorder.handled == ["bad", "b", "c"]
    assert states(recorder) == ["done", "done", "done"]
    assert not Blocked.objects.exists()


def test_after_eight_tries_it_is_a_dead_letter_with_its_error(recorder: Recorder) -> None:
    recorder.fails = {"bad"}
    batch.run(recorder, published(uuid4(), "bad"))

    later = clock.now()
    for _ in range(inbox.TRIES):
        later += timedelta(minutes=20)
        with clock.at(later):
            batch.run_due(recorder)

    row = Inbox.objects.get(consumer=recorder.name)
    assert (row.state, row.tries, row.error_class, row.error) == ("dead", 8, "ValueError", "cannot read bad")
    assert "test_batch.py" in row.error_place
    assert recorder.handled == []


def test_a_requeued_dead_letter_releases_its_line(recorder: Recorder) -> None:
    recorder.fails = {"bad"}
    batch.run(recorder, published(uuid4(), "bad", "b"))
    row = Inbox.objects.get(consumer=recorder.name, state="waiting")
    inbox.bury(row)

    recorder.fails = set()
    dead_letters.requeue(row.pk, by="user:1")
    while batch.run_due(recorder):
        pass

    assert recorder.handled == ["bad", "b"]


def test_a_discarded_dead_letter_lets_the_others_go_on_without_it(recorder: Recorder) -> None:
    recorder.fails = {"bad"}
    batch.run(recorder, published(uuid4(), "bad", "b"))
    row = Inbox.objects.get(consumer=recorder.name, state="waiting")

    dead_letters.discard(row.pk, by="user:1", reason="sent by mistake")
    while batch.run_due(recorder):
        pass

    row.refresh_from_db()
    assert recorder.handled == ["b"]
    assert row.state == "discarded"
    assert "sent by mistake" in row.note


def test_a_message_that_overtook_an_earlier_one_waits_for_it(recorder: Recorder) -> None:
    first, second = published(uuid4(), "a", "b")

    batch.run(recorder, [second])
    assert (recorder.handled, states(recorder)) == ([], ["parked"])

    batch.run(recorder, [first])
    while batch.run_due(recorder):
        pass

    assert recorder.handled == ["a", "b"]
    assert not Blocked.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no json",
        b"\xff\xfe",
        b"[]",
        b'{"specversion": "1.0"}',
        b"[" * 10_000,
        b'{"a": NaN}',
    ],
)
def test_what_cannot_be_read_is_quarantined_with_its_bytes(recorder: Recorder, raw: bytes) -> None:
    good = published(uuid4(), "a")

    batch.run(recorder, [Delivery(raw), *good])

    row = Inbox.objects.get(state="quarantined")
    assert bytes(row.raw or b"") == raw
    assert recorder.handled == ["a"]


def test_a_message_from_a_wrong_source_is_quarantined(recorder: Recorder) -> None:
    forged = published(uuid4(), "a")[0].raw.replace(b'"source":"/', b'"source":"/not-')

    batch.run(recorder, [Delivery(forged)])

    row = Inbox.objects.get(consumer=recorder.name)
    assert (row.state, row.error_class) == ("quarantined", "WrongSource")
    assert recorder.handled == []


def test_an_unknown_type_waits_for_newer_code_and_is_never_given_up(recorder: Recorder) -> None:
    unknown = published(uuid4(), "a")[0].raw.replace(b"parcel.seen", b"parcel.lost")

    batch.run(recorder, [Delivery(unknown)])

    row = Inbox.objects.get(consumer=recorder.name)
    assert (row.state, row.type, row.error_class) == ("waiting", "parcel.lost", "UnknownType")


def test_a_newer_version_waits_for_newer_code(recorder: Recorder) -> None:
    newer = published(uuid4(), "a")[0].raw.replace(b"parcel.seen:1", b"parcel.seen:9")

    batch.run(recorder, [Delivery(newer)])

    row = Inbox.objects.get(consumer=recorder.name)
    assert (row.state, row.error_class) == ("waiting", "UnknownVersion")


def test_what_is_missing_is_lost_only_once_the_queue_was_seen_empty(recorder: Recorder) -> None:
    published(uuid4(), "a")
    with clock.at(clock.now() + timedelta(minutes=10)):
        assert receipts.check(recorder) == []  # a backlog is no loss
        receipts.seen_empty(recorder.name)
        lost = receipts.check(recorder)
        again = receipts.check(recorder)

    assert [row.type for row in lost] == ["parcel.seen"]
    assert again == []  # not before its back-off


def test_what_a_later_one_has_overtaken_is_lost(recorder: Recorder) -> None:
    published(uuid4(), "a")
    later = published(uuid4(), "b")
    batch.run(recorder, later)

    with clock.at(clock.now() + timedelta(seconds=11)):
        lost = receipts.check(recorder)

    assert len(lost) == 1
    assert recorder.handled == ["b"]


def test_the_watermark_stops_before_the_first_that_is_missing(recorder: Recorder) -> None:
    first, missing, last = published(uuid4(), "a"), published(uuid4(), "b"), published(uuid4(), "c")
    batch.run(recorder, first + last)

    receipts.check(recorder)
    before = Receipt.objects.get(consumer=recorder.name).watermark
    batch.run(recorder, missing)
    receipts.check(recorder)

    head = numbering.head()
    assert (before, Receipt.objects.get(consumer=recorder.name).watermark) == (head - 2, head)


def test_positions_are_dense_and_follow_each_stream(recorder: Recorder) -> None:
    for _ in range(3):
        published(uuid4(), "a", "b")

    rows = numbering.read(0, 1000)

    assert [position for position, _ in rows] == list(range(1, len(rows) + 1))
    assert Message.objects.filter(numbered=None).count() == 0


def test_a_line_with_several_gaps_is_filled_in_order_however_they_come(recorder: Recorder) -> None:
    one, two, three, four, five, six = published(uuid4(), "1", "2", "3", "4", "5", "6")

    for arrival in ([six], [three], [one, two], [five], [four]):
        batch.run(recorder, arrival)
        while batch.run_due(recorder):
            pass

    assert recorder.handled == ["1", "2", "3", "4", "5", "6"]
    assert states(recorder) == ["done"] * 6
    assert not Blocked.objects.exists()


def waiting_again(*marks: str) -> list[UUID]:
    """Each the head of a line of its own, given its tries anew by a person."""
    found = []
    for mark in marks:
        stream = uuid4()
        published(stream, mark)
        row = Message.objects.get(stream=f"parcel-{stream}")
        position, message = next((at, one) for at, one in numbering.read(0, 1000) if one.pk == row.pk)
        raw = codec.to_wire(log.envelope_of(message, position), message.body)
        given = {"consumer": Recorder.name, "message_id": row.message_id, "position": position, "key": row.stream}
        Inbox.objects.create(
            state="waiting", type=row.type, raw=raw, due_at=clock.now(), received_at=clock.now(), **given
        )
        Blocked.objects.create(consumer=Recorder.name, key=row.stream, head=row.message_id, head_position=position)
        found.append(row.message_id)
    return found


def tries() -> list[tuple[str, int]]:
    return list(Inbox.objects.order_by("position").values_list("state", "tries"))


def test_what_is_given_its_tries_anew_is_tried_together(
    recorder: Recorder, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    waiting_again(*"abcdefgh")

    with django_assert_max_num_queries(30):
        assert batch.run_due(recorder) == 8

    assert recorder.handled == list("abcdefgh")
    assert tries() == [("done", 1)] * 8
    assert not Blocked.objects.exists()


def test_one_of_them_that_fails_is_counted_alone(recorder: Recorder) -> None:
    waiting_again("a", "b", "c")
    recorder.fails = {"b"}

    batch.run_due(recorder)

    assert tries() == [("done", 1), ("waiting", 1), ("done", 1)]
    assert inbox.due(recorder.name) == []
    assert Blocked.objects.count() == 1


def test_one_of_them_that_kills_the_process_is_tried_alone_when_the_lease_is_over(recorder: Recorder) -> None:
    waiting_again("a", "b", "c")

    def handle(message: ParcelSeen, envelope: Envelope) -> None:
        if message.mark == "b":
            raise KeyboardInterrupt
        Recorder.handle(recorder, message, envelope)

    recorder.handle = handle  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        batch.run_due(recorder)
    assert (tries(), batch.run_due(recorder)) == ([("waiting", 1)] * 3, 0)

    recorder.handled.clear()
    with clock.at(clock.now() + inbox.LEASE), pytest.raises(KeyboardInterrupt):
        batch.run_due(recorder)
    assert tries() == [("done", 2), ("waiting", 2), ("waiting", 1)]


def test_the_next_of_a_line_goes_on_when_its_head_was_tried_together(recorder: Recorder) -> None:
    waiting_again("a", "b")
    blocked = Blocked.objects.order_by("head_position").first()
    assert blocked is not None
    (later,) = published(UUID(blocked.key.removeprefix("parcel-")), "a2")
    batch.run(recorder, [later])
    assert states(recorder) == ["waiting", "waiting", "parked"]

    while batch.run_due(recorder):
        pass

    assert recorder.handled == ["a", "b", "a2"]
    assert not Blocked.objects.exists()


def test_what_a_person_took_back_meanwhile_is_not_tried(recorder: Recorder) -> None:
    ids = waiting_again("a", "b", "c")
    claim = inbox.claim([row.pk for row in Inbox.objects.all()])
    Inbox.objects.filter(message_id=ids[1]).update(state="discarded")

    assert inbox.still_claimed(list(claim)) == {row.pk for row in Inbox.objects.exclude(message_id=ids[1])}
    inbox.give_back(claim)
    assert tries() == [("waiting", 0), ("discarded", 1), ("waiting", 0)]


def test_while_anything_is_due_a_consumer_goes_on_at_once(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "DUE_AT_ONCE", 2)
    waiting_again(*"abcde")
    reader = consumer.Consumer(recorder)

    for _ in range(3):
        reader._look_around()

    assert recorder.handled == list("abcde")
