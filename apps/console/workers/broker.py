"""What the broker says of its queues, asked in a thread of its own: a page never waits for it for long."""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError as TooLate
from dataclasses import dataclass, field

from kombu.exceptions import OperationalError
from kombu.transport import memory

from apps.backbone import topology
from apps.backbone.topology import Held

PATIENCE_SECONDS = 0.8
CONNECT_SECONDS = 0.5
FRESH_SECONDS = 2.0
"""An answer this new is given again, so that many open pages ask once."""


@dataclass(frozen=True)
class Answer:
    address: str
    """Without its password."""
    queues: dict[str, Held] = field(default_factory=dict)
    fault: str = ""
    embedded: bool = False

    @property
    def reached(self) -> bool:
        return not self.fault


class Asker:
    """Asks one question at a time; while an earlier one hangs, the broker counts as out of reach."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="broker look")
        self._lock = threading.Lock()
        self._asked: Future[Answer] | None = None
        self._asked_at = 0.0

    def ask(self, names: Iterable[str]) -> Answer:
        question, asked_at = self._question(list(names))
        try:
            return question.result(timeout=max(asked_at + PATIENCE_SECONDS - time.monotonic(), 0))
        except TooLate:
            return Answer(address(), fault=f"no answer within {PATIENCE_SECONDS} s")

    def _question(self, names: list[str]) -> tuple[Future[Answer], float]:
        with self._lock:
            stale = time.monotonic() - self._asked_at > FRESH_SECONDS
            if self._asked is None or (self._asked.done() and stale):
                self._asked, self._asked_at = self._pool.submit(look, names), time.monotonic()
            return self._asked, self._asked_at


def address() -> str:
    return str(topology.connect().as_uri())


def look(names: list[str]) -> Answer:
    connection = topology.connect()
    connection.connect_timeout = CONNECT_SECONDS
    try:
        with connection:
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
            in_memory = isinstance(connection.transport, memory.Transport)
            found = {name: held for name in names if (held := topology.held(connection, name))}
            return Answer(str(connection.as_uri()), found, embedded=in_memory)
    except (OSError, OperationalError, *connection.connection_errors, *connection.channel_errors) as error:
        return Answer(str(connection.as_uri()), fault=str(error) or type(error).__name__)


asker = Asker()
