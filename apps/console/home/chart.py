"""Bars to be drawn as SVG: where each stands, how high, and what it says to those who cannot see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

HEIGHT = 100
GAP = 0.2
"""Of a bar's place, left empty."""


@dataclass(frozen=True)
class Part:
    """One color of a bar."""

    look: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    says: str
    parts: list[Part]


@dataclass(frozen=True)
class Row:
    """One bar in the table that says the same: what it stands for, its numbers, and the list that they count."""

    title: str
    numbers: Sequence[Any]
    link: str = ""
    tick: str = ""
    """What stands below the bar; empty where there is no room."""
    at: datetime | None = None
    """The instant that the title and the tick say, if they say one."""


@dataclass(frozen=True)
class Chart:
    title: str
    summary: str
    heads: Sequence[str]
    """The table's column titles: the first for the bars, then one for each color."""
    looks: Sequence[str]
    rows: list[Row]
    bars: list[Bar] = field(default_factory=list)
    highest: int = 0

    @property
    def width(self) -> int:
        return len(self.rows)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """Only where there is more than one color."""
        return list(zip(self.looks, self.heads[1:], strict=True)) if len(self.looks) > 1 else []


def drawn(title: str, summary: str, heads: Sequence[str], looks: Sequence[str], rows: list[Row]) -> Chart:
    highest = max((sum(row.numbers) for row in rows), default=0)
    bars = [bar(at, row, looks, highest or 1) for at, row in enumerate(rows)]
    return Chart(title, summary, heads, looks, rows, bars, highest)


def bar(at: int, row: Row, looks: Sequence[str], highest: int) -> Bar:
    parts, top = [], float(HEIGHT)
    for look, number in zip(looks, row.numbers, strict=True):
        height = round(HEIGHT * number / highest, 2)
        top = round(top - height, 2)
        parts += [Part(look, top, height)] if number else []
    says = f"{row.title}: {' + '.join(str(number) for number in row.numbers)}"
    return Bar(round(at + GAP / 2, 2), 1 - GAP, says, parts)
