"""Celery's tasks from the results in the database: a list by key, and a page of each with what it carried."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from celery.states import FAILURE, SUCCESS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_celery_results.models import TaskResult

from apps.backbone.models import JobRun
from apps.console import frame, paging, states
from apps.console.schedules.pages import title
from apps.console.tasks import carried, filters

SEE = "django_celery_results.view_taskresult"
ORDER = ("-date_done", "-id")
"""The results' own index serves it, and every window of time with it."""
ENDED = (SUCCESS, FAILURE)


@dataclass(frozen=True)
class Row:
    """One task as the list shows it."""

    result: TaskResult
    commands: int
    order_id: str
    """That the first of its commands serves."""
    order_number: str
    job: JobRun | None
    job_title: str

    @property
    def took(self) -> timedelta | None:
        return took(self.result)


@frame.staff(SEE)
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    chosen = filters.Filters.of(request.GET)
    page = paging.page(request, chosen.rows(), ORDER)
    return frame.page(
        request,
        "console/tasks/list.html",
        _("Celery tasks"),
        rows=rows(page.rows),
        page=page,
        chosen=chosen,
        states=[(value, states.WORDS.get(value, value)) for value in filters.STATES],
        names=filters.all_names(),
        workers=filters.workers(),
        services=[(name, name) for name in filters.services()],
        spans=filters.spans(),
    )


def rows(results: Sequence[TaskResult]) -> list[Row]:
    """With the order of each one's first command, and with the job: a few queries for all."""
    ids = {result.pk: carried.message_ids(result) for result in results}
    told = carried.lines_of(one[0] for one in ids.values() if one)
    orders = carried.orders_of(told.values(), carried.runs_of(one for one in told.values() if not one.order_id))
    jobs = JobRun.objects.in_bulk([number for result in results if (number := job_number(result))])
    return [row(result, ids[result.pk], orders, jobs.get(job_number(result))) for result in results]


def row(result: TaskResult, ids: list[UUID], orders: dict[UUID, tuple[str, str]], job: JobRun | None) -> Row:
    order_id, order_number = orders.get(ids[0], ("", "")) if ids else ("", "")
    return Row(result, len(ids), order_id, order_number, job, str(title(job.job)) if job else "")


def job_number(result: TaskResult) -> int:
    number = carried.opened(result.task_kwargs) if result.task_name == carried.JOB else 0
    return number if isinstance(number, int) else 0


def took(result: TaskResult) -> timedelta | None:
    """From its start, or where that is not known from its first sign, to its end."""
    begun = result.date_started or result.date_created
    if not begun or not result.date_done or result.status not in ENDED:
        return None
    return max(result.date_done - begun, timedelta())


@frame.staff(SEE)
@require_GET
def task(request: HttpRequest, result_id: int) -> HttpResponse:
    found = get_object_or_404(TaskResult, pk=result_id)
    job = carried.job_of(found)
    return frame.page(
        request,
        "console/tasks/task.html",
        found.task_name or _("unknown task"),
        result=found,
        took=took(found),
        ended=found.status in ENDED,
        commands=carried.carried_by(found),
        consumer=carried.consumer_of(found),
        job=job,
        job_title=title(job.job) if job else "",
        arguments=json.dumps(
            {"args": carried.opened(found.task_args), "kwargs": carried.opened(found.task_kwargs)}, ensure_ascii=False
        ),
        why_not=carried.why_not_again(found),
    )
