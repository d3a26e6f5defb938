"""What became of the letters of a repair, by now: done, failed again, still waiting."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.backbone.models import Inbox, JobRun, Repair
from apps.console.dead_letters.repairs import FATES, RETRY, letters_of

COUNTED = 5000
"""More than these are not looked through for those that have failed once."""


@dataclass(frozen=True)
class Part:
    """So many letters of a repair had one fate."""

    name: str
    state: str
    """Whose icon and color it has."""
    word: str
    number: int
    link: str


@dataclass(frozen=True)
class Standing:
    """How a repair stands."""

    repair: Repair
    parts: list[Part]
    again: int
    """Of those that wait: tried, failed, and to be tried once more."""
    gone: int
    """Their rows are no longer kept."""
    going: bool
    """Something may yet change by itself."""

    @property
    def run(self) -> JobRun | None:
        return self.repair.run

    @property
    def seen(self) -> int:
        return self.repair.mended + self.repair.passed_over


def standing(repair: Repair) -> Standing:
    rows = letters_of(repair).order_by().values_list("state").annotate(Count("pk"))
    counted = dict(rows)
    parts = [part for part in parts_of(repair, counted) if part.number]
    waiting = counted.get(Inbox.State.WAITING, 0)
    working = repair.run is not None and repair.run.state in (JobRun.State.QUEUED, JobRun.State.RUNNING)
    return Standing(
        repair=repair,
        parts=parts,
        again=failed_once(repair) if 0 < waiting <= COUNTED else 0,
        gone=repair.mended - repair.overtaken - sum(counted.values()),
        going=working or bool(waiting),
    )


def parts_of(repair: Repair, counted: dict[str, int]) -> list[Part]:
    dead = counted.get(Inbox.State.DEAD, 0) + counted.get(Inbox.State.QUARANTINED, 0)
    discarded = _("discarded since") if repair.action == RETRY else _("discarded")
    return [
        part(repair, "done", "done", _("done"), counted.get(Inbox.State.DONE, 0)),
        part(repair, "failed", "dead", _("failed again"), dead),
        part(repair, "waiting", "waiting", _("still waiting"), counted.get(Inbox.State.WAITING, 0)),
        part(repair, "discarded", "discarded", discarded, counted.get(Inbox.State.DISCARDED, 0)),
    ]


def part(repair: Repair, name: str, state: str, word: str, number: int) -> Part:
    return Part(name, state, word, number, f"{reverse('console:repair', args=[repair.pk])}?fate={name}#letters")


def failed_once(repair: Repair) -> int:
    return int(letters_of(repair).filter(FATES["waiting"], tries__gt=0).count())


def fate(letter: Inbox) -> tuple[str, Any]:
    """The state and the words for one letter that was tried again."""
    if letter.state == Inbox.State.WAITING and letter.tries:
        return "waiting", _("failed again, still tried")
    words = {
        Inbox.State.DONE: _("done"),
        Inbox.State.WAITING: _("still waiting"),
        Inbox.State.DEAD: _("failed again"),
        Inbox.State.QUARANTINED: _("failed again"),
    }
    return letter.state, words.get(Inbox.State(letter.state), letter.get_state_display())
