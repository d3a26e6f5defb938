"""The demo's past: what is done when, carried out in order, many things at one moment."""

import heapq
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from apps.backbone import clock, log
from apps.backbone.drain import NeverQuiet, drain

Act = Callable[[], object]

MOMENT = timedelta(minutes=200)
"""What is due within this time is sent under its own time, then carried out together at the end of it."""


class Agenda:
    """Acts by their time; an act may put later ones on it. Those after `until` never happen."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._acts: list[tuple[datetime, int, Act, bool]] = []
        self._number = 0

    def at(self, instant: datetime, act: Act, *, alone: bool = False) -> None:
        """Put an act down. `alone`: nothing else is carried out in its moment, and it carries out what it wants."""
        if instant <= self.until:
            self._number += 1
            heapq.heappush(self._acts, (instant, self._number, act, alone))

    def run(self, told: Callable[[datetime], None]) -> None:
        while self._acts:
            told(self._acts[0][0])
            if self._acts[0][3]:
                instant, _, act, _ = heapq.heappop(self._acts)
                with clock.at(instant):
                    act()
            else:
                self._moment()

    def _moment(self) -> None:
        instant = first = self._acts[0][0]
        with log.transaction():
            while self._acts and self._acts[0][0] < first + MOMENT and not self._acts[0][3]:
                instant, _, act, _ = heapq.heappop(self._acts)
                with clock.at(instant):
                    act()
        with clock.at(instant + timedelta(seconds=1)):
            drain()


def one_round() -> None:
    """Carry out what is there, and nothing of what follows from it: the backbone stops right after."""
    with suppress(NeverQuiet):
        drain(rounds=1)
