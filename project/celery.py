"""The Celery apps: one for each service, one that asks and answers, one for jobs, and beat's.

`celery -A project.celery:inventory worker -Q inventory.commands`. In the embedded profile one app does it all, since
pool threads find tasks only in the default app of their process.
"""

import os
import threading
from datetime import UTC, datetime
from typing import Any

import django
from django.apps import apps as installed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
if not installed.ready:
    django.setup()

from celery.signals import beat_init, task_postrun, task_prerun, worker_init, worker_ready, worker_shutting_down
from celery.worker import state as worker_state
from django.conf import settings
from django.db import close_old_connections

from apps.backbone import ask, garbage, presence, slots
from apps.backbone.worker import JOBS, App, answer_queries, carry_commands, new_app
from project.autodiscovery import SERVICES

EMBEDDED = settings.WAYBILL_PROFILE == "embedded"


def service(name: str) -> App:
    """The app that carries one service's commands."""
    app = new_app(name)
    carry_commands(app, name)
    return app


def asking() -> App:
    """The app that asks and answers; on servers its results live in Redis, and expire."""
    app = new_app("queries")
    if not EMBEDDED:
        app.conf.result_backend = settings.REDIS_URL
        app.conf.result_expires = 60
    answer_queries(app)
    return app


def working() -> App:
    """The app that runs jobs, which take as long as they take."""
    app = new_app(JOBS)
    app.conf.task_time_limit = app.conf.task_soft_time_limit = None
    carry_jobs(app)
    return app


def carry_jobs(app: App) -> None:
    """Acknowledged before they run: a job may take longer than the broker waits, and its lease finds a lost one."""
    app.task(name="slots.wake", shared=False, ignore_result=True, acks_late=False)(slots.wake)
    app.task(name="jobs.run", shared=False, acks_late=False)(slots.run_job)


def all_in_one() -> App:
    """The embedded profile's only app: every service's commands, the questions and the jobs."""
    app = new_app("embedded")
    for name in SERVICES:
        carry_commands(app, name)
    answer_queries(app)
    carry_jobs(app)
    app.set_default()
    return app


if EMBEDDED:
    embedded = orders = inventory = payments = queries = jobs = all_in_one()
else:
    orders, inventory, payments = (service(name) for name in SERVICES)
    queries, jobs = asking(), working()

beat = jobs
for each in {orders, inventory, payments, queries, jobs}:
    each.finalize()
ask.asker[:] = [queries]


stopping = threading.Event()


def busy() -> presence.Work:
    """The tasks that this process works on, the oldest first."""
    requests = [request for reference in list(worker_state.active_requests.data) if (request := reference())]
    running = sorted((one.time_start, one.name) for one in requests if one.time_start)
    if not running:
        return presence.IDLE
    return presence.Work(", ".join(name for _since, name in running), datetime.fromtimestamp(running[0][0], UTC))


@worker_init.connect
def collect_seldom(**_: object) -> None:
    """Before the worker forks."""
    garbage.seldom()


@worker_ready.connect
def show_worker(sender: Any, **_: object) -> None:
    """The parent process says that it lives; its children come and go."""
    if not EMBEDDED:
        presence.show_until(stopping, f"worker {sender.app.main}", busy)


@beat_init.connect
def show_beat(**_: object) -> None:
    if not EMBEDDED:
        presence.show_until(stopping, "beat")


@worker_shutting_down.connect
def hide(**_: object) -> None:
    stopping.set()


@task_prerun.connect
@task_postrun.connect
def forget_stale_connections(**_: object) -> None:
    """A connection that died while the worker was idle must not meet the next task."""
    close_old_connections()
