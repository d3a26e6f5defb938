"""What a section hands back: rates and times with all their runs, and how each came about."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import psycopg


class Measure(msgspec.Struct, kw_only=True):
    """One figure: the median of its runs."""

    section: str
    name: str
    unit: str
    runs: list[float]
    note: str = ""
    """What is done, for one of what is counted."""

    @property
    def median(self) -> float:
        return statistics.median(self.runs)


class NeverCame(RuntimeError):
    """What was waited for did not come in time."""


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def rate(count: int, work: Callable[[], Any]) -> float:
    """How many per second, when `work` does so many."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def alone(section: str, name: str, runs: list[list[float]], note: str) -> list[Measure]:
    """The median and the 99th percentile of one at a time, in ms; `runs` in seconds, each the times of one run."""
    return [
        Measure(
            section=section,
            name=f"{name}, p{round(share * 100)}",
            unit="ms",
            runs=[round(1000 * percentile(times, share), 2) for times in runs],
            note=note,
        )
        for share in (0.5, 0.99)
    ]


def timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


class Watch:
    """Asks the database, on a connection of its own, until it says what is waited for: the same end for everyone."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)

    def number(self, query: str, *values: Any) -> int:
        row = self.connection.execute(query, values, prepare=True).fetchone()  # type: ignore[arg-type]
        return int(row[0]) if row else 0

    def until(self, count: int, query: str, *values: Any, every: float = 0.05, seconds: float = 600) -> None:
        deadline = time.monotonic() + seconds
        while (found := self.number(query, *values)) < count:
            if time.monotonic() > deadline:
                raise NeverCame(f"{found} of {count} after {seconds} s: {query}")
            time.sleep(every)
