"""From the broker into the database: each event takes effect exactly once."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from apps.backbone import relay
from apps.backbone.consumer import Consumer
from bench import parcels
from bench.measure import Measure, Watch, rate
from bench.relay import connect_afresh, hand_over_all

EFFECTS = f"SELECT count(*) FROM {parcels.TABLE}"
NOTE = "one consumer, from a full queue: inbox row, watermark, order per stream; effect, inbox and commit, then the ack"


def measure(count: int, runs: int) -> list[Measure]:
    tracker, one, watch = parcels.only_hearer(), relay.Relay(), Watch(os.environ["DATABASE_URL"])
    found = []
    for name, kept in (("effect as a projection's row", True), ("effect by a statement of its own", False)):
        tracker.kept = kept
        rates = [measure_once(tracker, one, watch, 10 * count) for _ in range(runs)]
        found.append(Measure(section="consume", name=name, unit="events/s", runs=rates, note=NOTE))
    return found


def measure_once(tracker: parcels.Tracker, one: relay.Relay, watch: Watch, count: int) -> float:
    """From the consumer's start, connecting included; a second effect of one event would break its key."""
    parcels.append(count)
    connect_afresh(one)
    hand_over_all(one)
    before = watch.number(EFFECTS)

    def take() -> None:
        with consuming(tracker):
            watch.until(before + count, EFFECTS, every=0.01)

    found = rate(count, take)
    assert watch.number(EFFECTS) == before + count
    return found


@contextmanager
def consuming(tracker: parcels.Tracker) -> Iterator[None]:
    stop = threading.Event()

    def run() -> None:
        Consumer(tracker, stop).run()
        connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
