"""What a list of tasks is narrowed to: by state, task, worker, service, time, and text within a window of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery import states
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_celery_results.models import TaskResult

from apps.backbone import ask, clock
from apps.backbone.inbox import subscribers

JOBS = "jobs"
QUERIES = "queries"
STATES = (states.STARTED, states.SUCCESS, states.FAILURE, states.RETRY, states.REVOKED, states.PENDING)
SPANS = {
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
}
SPAN_OF_TEXTS = "24h"
"""Texts have no index: they are looked for within this window, unless a shorter one is given."""
MOST_WORKERS = 30


@dataclass(frozen=True)
class Filters:
    """Empty texts do not narrow anything."""

    state: str = ""
    task: str = ""
    worker: str = ""
    service: str = ""
    since: str = ""
    text: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Filters":
        said = {name: str(given.get(name, "")).strip().replace("\x00", "") for name in cls.__dataclass_fields__}
        if said["since"] not in SPANS:
            said["since"] = SPAN_OF_TEXTS if said["text"] else ""
        return cls(**said)

    @property
    def any(self) -> bool:
        return self != Filters()

    def rows(self) -> QuerySet[TaskResult]:
        found = TaskResult.objects.defer("result", "traceback", "meta")
        exact = {"status": self.state, "task_name": self.task, "worker": self.worker}
        found = found.filter(**{name: value for name, value in exact.items() if value})
        if self.service:
            found = found.filter(task_name__in=names_of(self.service))
        if self.since:
            found = found.filter(date_done__gte=clock.now() - SPANS[self.since])
        return found.filter(said(self.text)) if self.text else found


def said(text: str) -> Q:
    return Q(task_kwargs__icontains=text) | Q(task_args__icontains=text)


def services() -> list[str]:
    return [
        *(name.partition(".")[0] for name in sorted(subscribers) if subscribers[name].kind == "command"),
        JOBS,
        QUERIES,
    ]


def names_of(service: str) -> list[str]:
    """The names of a service's tasks: its commands, or what runs jobs, or what answers questions."""
    if service == JOBS:
        return ["jobs.run", "slots.wake"]
    if service == QUERIES:
        return sorted(ask.questions)
    subscriber = subscribers.get(f"{service}.commands")
    return sorted(subscriber.types) if subscriber else []


def all_names() -> list[str]:
    return sorted({name for service in services() for name in names_of(service)})


def workers() -> list[str]:
    """Those that results know, each found by one step along the index: DISTINCT would read half a million rows."""
    found: list[str] = []
    known = TaskResult.objects.exclude(worker=None).order_by("worker").values_list("worker", flat=True)
    while len(found) < MOST_WORKERS:
        following = (known.filter(worker__gt=found[-1]) if found else known).first()
        if following is None:
            break
        found.append(following)
    return found


def spans() -> list[tuple[str, Promise]]:
    return [("15m", _("last 15 minutes")), ("1h", _("last hour")), ("24h", _("last 24 hours"))]
