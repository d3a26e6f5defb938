"""Celery's side: one app for each service, whose tasks carry commands to the batch runner."""

import time
from typing import Any

import structlog
from celery import Celery
from celery.worker import consumer as celery_consumer
from django.db import InterfaceError, OperationalError, close_old_connections
from kombu import Exchange, Queue

from apps.backbone import ask, batch, topology
from apps.backbone.addresses import addresses
from apps.backbone.inbox import Delivery, Subscriber, subscribers

logger = structlog.get_logger(__name__)

COMMANDS = Exchange("commands", type="direct", durable=True)
QUERY_SECONDS = 10
JOBS = "jobs"
PATIENCE_SECONDS = 40.0
"""How long a task waits for the database, within the soft limit of 45 s; after that the receipts bring it again."""


class App(Celery):  # type: ignore[misc]
    """A Celery app that asks the broker's address afresh at every (re)connect."""

    def connection_for_read(self, url: str | None = None, **options: Any) -> Any:
        return super().connection_for_read(url or ";".join(addresses("broker")), **options)

    def connection_for_write(self, url: str | None = None, **options: Any) -> Any:
        return super().connection_for_write(url or ";".join(addresses("broker")), **options)


class Consumer(celery_consumer.Consumer):  # type: ignore[misc]
    """Celery's consumer without native delayed delivery: timers are rows here, and 28 more queues would be declared."""

    class Blueprint(celery_consumer.Consumer.Blueprint):  # type: ignore[misc]
        default_steps = [
            step for step in celery_consumer.Consumer.Blueprint.default_steps if "delayed_delivery" not in str(step)
        ]


def new_app(name: str) -> App:
    """An app with all queues known on every side with the same arguments, and no task yet."""
    app = App(name, set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.task_queues = [*command_queues(), *query_queues(), Queue(JOBS, COMMANDS, JOBS, queue_arguments=QUORUM)]
    app.conf.worker_consumer = "apps.backbone.worker:Consumer"
    app.conf.worker_enable_remote_control = False
    app.conf.result_expires = None  # the nightly purge deletes old results in short steps, Celery's cleanup in one
    return app


QUORUM = {"x-queue-type": "quorum"}


def command_queues() -> list[Queue]:
    queues = []
    for subscriber in subscribers.values():
        if subscriber.kind == "command":
            arguments = topology.queue(subscriber).queue_arguments
            queues.append(Queue(subscriber.name, COMMANDS, subscriber.name, queue_arguments=arguments))
    return queues


def query_queues() -> list[Queue]:
    """A question nobody answered in time is not worth answering: these messages expire."""
    arguments = QUORUM | {"x-message-ttl": QUERY_SECONDS * 1000}
    return [Queue(name, COMMANDS, name, queue_arguments=arguments) for name in sorted(ask.queues())]


def carry_commands(app: Celery, service: str) -> None:
    """Register a task for each command type of the service."""
    subscriber = subscribers[f"{service}.commands"]
    for command_type in sorted(subscriber.types):
        _carry(app, subscriber, command_type)


def _carry(app: Celery, subscriber: Subscriber, command_type: str) -> None:
    @app.task(name=command_type, bind=True, shared=False)
    def carry(self: Any, messages: list[str], again: bool = False) -> dict[str, str]:
        """Hand the commands to the batch runner; returns what became of each, by message id."""
        redelivered = again or bool((self.request.delivery_info or {}).get("redelivered"))
        deliveries = [Delivery(text.encode(), redelivered) for text in messages]
        return {str(one): outcome for one, outcome in _outlasting(subscriber, deliveries).items()}


def _outlasting(subscriber: Subscriber, deliveries: list[Delivery]) -> dict[Any, str]:
    """Run them, waiting out a short outage of the database; a long one is left to the receipts."""
    deadline, wait = time.monotonic() + PATIENCE_SECONDS, 0.2
    while True:
        try:
            close_old_connections()
            return batch.run(subscriber, deliveries)
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() + wait > deadline:
                raise
            logger.warning("database_away", consumer=subscriber.name, error=repr(error))
            time.sleep(wait)
            wait = min(wait * 2, 5)


def answer_queries(app: Celery) -> None:
    """Register a task for each question that a service answers."""
    for name, function in ask.questions.items():
        app.task(name=name, shared=False, typing=False)(function)
