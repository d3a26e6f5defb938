"""Asking another service for a value now: for screens and the API only, never inside a task or a handler.

A question is a Celery task of an app of its own, on a queue whose messages expire; its answer expires too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from celery import Celery
from celery.exceptions import CeleryError, TimeoutError as CeleryTimeout
from kombu.exceptions import KombuError

Question = Callable[..., Any]
questions: dict[str, Question] = {}
"""Every question by its name, `inventory.quote`."""

asker: list[Celery] = []
"""The one app that asks; the project puts it here."""


class NoAnswer(Exception):
    """The service did not answer in time, or could not be reached; its state is unknown, nothing was changed."""


class UnknownQuestion(LookupError):
    """No service answers a question of that name."""


@dataclass(frozen=True)
class Queries:
    """The questions one service answers: JSON in, JSON out, nothing changed."""

    service: str

    def on(self, name: str) -> Callable[[Question], Question]:
        """Answer `<service>.<name>` by the decorated function."""

        def register(function: Question) -> Question:
            questions[f"{self.service}.{name}"] = function
            return function

        return register


def queues() -> set[str]:
    return {queue_of(name) for name in questions}


def queue_of(name: str) -> str:
    return f"{name.split('.', maxsplit=1)[0]}.queries"


def ask(name: str, *arguments: Any, timeout: float = 2.0) -> Any:
    """The answer, as JSON gives it back; raises NoAnswer after `timeout` seconds, or what the question raised."""
    if name not in questions:
        raise UnknownQuestion(name)
    try:
        asked = asker[0].send_task(name, args=arguments, queue=queue_of(name), expires=timeout, retry=False)
        return asked.get(timeout=timeout, interval=0.02, disable_sync_subtasks=False)
    except (CeleryTimeout, KombuError, OSError) as error:
        raise NoAnswer(f"{name} was not answered within {timeout} s") from error
    except CeleryError as error:
        raise NoAnswer(f"{name}: {error}") from error
