"""A Celery app whose four tasks each write one row: the usual way to a workflow without a log."""

import os
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from celery import Celery, chain
from kombu import Exchange, Queue

QUEUE = "bench.chain"
EXCHANGE = Exchange("bench", type="topic", durable=True)

app = Celery("chain", broker=os.environ.get("BROKER_URL"), backend=os.environ.get("REDIS_URL"), set_as_current=False)
app.conf.update(
    task_queues=[Queue(QUEUE, EXCHANGE, QUEUE, queue_arguments={"x-queue-type": "quorum"})],
    task_default_queue=QUEUE,
    task_default_exchange=EXCHANGE.name,
    task_default_exchange_type=EXCHANGE.type,
    task_default_routing_key=QUEUE,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    broker_transport_options={"confirm_publish": True},
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    result_expires=600,
)


@cache
def database() -> "psycopg.Connection[Any]":
    """One for each worker process, kept: what costs a peer nothing to do right is done right."""
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


@app.task(name="bench.write", shared=False)
def write(workflow: str, step: int) -> int:
    database().execute("INSERT INTO chain_step VALUES (%s, %s)", [workflow, step], prepare=True)
    return step


def start(workflow: UUID) -> None:
    """Without retries or compensation: four writes, one after the other."""
    chain(*(write.si(str(workflow), step) for step in range(1, 5))).apply_async()
