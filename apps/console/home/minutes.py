"""How many messages each of the last minutes brought, without reading them: positions are dense and grow with time.

So the position at an instant is found by halving, for all instants at once: some twenty look-ups by primary key for
each, whether the log has a thousand messages or ten million.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.backbone import clock, numbering
from apps.backbone.models import Position

MINUTES = 60
MINUTE = timedelta(minutes=1)


def per_minute(minutes: int = MINUTES) -> list[tuple[datetime, int, int]]:
    """For each of the last whole minutes and the present one: its beginning, the position before it, how many came."""
    present = clock.now().replace(second=0, microsecond=0)
    starts = [present - MINUTE * number for number in reversed(range(minutes))]
    before = [*positions_before(starts), numbering.head()]
    return [(start, here, there - here) for start, here, there in zip(starts, before, before[1:], strict=False)]


def positions_before(instants: Sequence[datetime]) -> list[int]:
    """For each instant the last position that was given earlier; 0 if there is none."""
    low, high = [0] * len(instants), [numbering.head()] * len(instants)
    while open_ones := [at for at in range(len(instants)) if low[at] < high[at]]:
        middle = {at: (low[at] + high[at] + 1) // 2 for at in open_ones}
        given = dict(Position.objects.filter(pk__in=set(middle.values())).values_list("pk", "numbered_at"))
        for at, position in middle.items():
            if given[position] < instants[at]:
                low[at] = position
            else:
                high[at] = position - 1
    return low
