"""From the log to the broker: events numbered, published to a quorum queue, and confirmed."""

from apps.backbone import relay
from apps.backbone.models import Unnumbered
from bench import parcels
from bench.measure import Measure, rate

NOTE = "numbered densely, routed by a topic exchange to one quorum queue, each confirm told by its tag, 500 a round"


def measure(count: int, runs: int) -> list[Measure]:
    parcels.only_hearer()
    one = relay.Relay()
    hand_over_all(one)
    rates = [measure_once(one, 10 * count) for _ in range(runs)]
    return [Measure(section="relay", name="log to broker", unit="events/s", runs=rates, note=NOTE)]


def measure_once(one: relay.Relay, count: int) -> float:
    parcels.append(count)
    connect_afresh(one)
    return rate(count, lambda: hand_over_all(one))


def connect_afresh(one: relay.Relay) -> None:
    """Before the clock starts: nobody sent heartbeats while the events were written."""
    one.publisher.close()
    assert one.publisher.connection.connected


def hand_over_all(one: relay.Relay) -> None:
    """What `manage.py relay` does in a round, until nothing is left."""
    one.step()
    while Unnumbered.objects.exists() or relay.backlog():
        one.step()
