"""The demo shop: two weeks of a tea shop's past, made by sending commands at their time and carrying them out."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _

from apps.backbone import clock
from apps.backbone.topology import subscribe
from apps.console.demo.agenda import Agenda
from apps.console.demo.orders import DAYS, Trade
from apps.console.demo.troubles import Troubles, find_stuck_runs, pause_a_schedule

Say = Callable[[str], None]


def make(seed: int, say: Say) -> int:
    """Fill an empty shop; the same seed gives the same shop, ending now. Returns how many orders there are."""
    subscribe()
    agenda = Agenda(until=clock.now())
    trade = Trade(agenda, seed)
    trade.open_shop()
    trade.fill()
    Troubles(agenda, trade).fill()
    with quietly():
        agenda.run(daily(agenda, say))
        find_stuck_runs()
    pause_a_schedule()
    return trade.orders


def daily(agenda: Agenda, say: Say) -> Callable[[datetime], None]:
    """Says each day of the past once, a quiet one when the next begins."""
    said = 0

    def told(instant: datetime) -> None:
        nonlocal said
        while said < DAYS - (agenda.until - instant).days:
            said += 1
            say(_("Day %(number)d of %(days)d") % {"number": said, "days": DAYS})

    return told


@contextmanager
def quietly() -> Iterator[None]:
    """What goes wrong in the demo is meant to: no warnings about it."""
    logger = logging.getLogger("apps")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
