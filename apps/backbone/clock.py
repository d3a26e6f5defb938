"""What time it is, in one place, so that a demo or a test can say."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)


def now() -> datetime:
    """The present instant in UTC, or the one that `at` has set for this context."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Everything inside happens at `instant`."""
    token = _fixed.set(instant)
    try:
        yield
    finally:
        _fixed.reset(token)
