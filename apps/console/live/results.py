"""Task results as they change: telemetry beside the log, told by the time of their change."""

from datetime import datetime, timedelta
from typing import Any

from django_celery_results.models import TaskResult

from apps.backbone import clock
from apps.backbone.models import Position
from apps.console import show, states

OVERLAP = timedelta(seconds=2)
"""Rows commit a little later than the time they bear; so the last seconds are looked at again."""
FARTHEST = timedelta(hours=1)
SCREENFUL = 50
COLUMNS = ("id", "task_name", "status", "worker", "date_created", "date_started", "date_done")


class Results:
    """One page's place among the task results."""

    def __init__(self, since: datetime) -> None:
        self.since = max(since, clock.now() - FARTHEST)
        self.told: dict[tuple[int, str], datetime] = {}

    def fresh(self, limit: int) -> list[TaskResult]:
        """Results in states that were not told yet, in the order of their change."""
        lately = TaskResult.objects.filter(date_done__gte=self.since - OVERLAP).only(*COLUMNS)
        rows = list(lately.order_by("date_done", "id")[: limit + len(self.told)])
        found = [row for row in rows if (row.pk, row.status) not in self.told]
        self.told |= {(row.pk, row.status): row.date_done for row in found}
        self.since = max([self.since, *self.told.values()])
        self.told = {key: at for key, at in self.told.items() if at >= self.since - OVERLAP}
        return found


def from_where(position: int) -> datetime:
    """When the log stood there; later if there have been more than a screenful of results since."""
    numbered = Position.objects.filter(position__gt=position).order_by("position").values_list("numbered_at", flat=True)
    newest = TaskResult.objects.order_by("-date_done").values_list("date_done", flat=True)[:SCREENFUL]
    return max(numbered.first() or clock.now(), min(newest, default=clock.now()))


def told_result(result: TaskResult) -> dict[str, Any]:
    ended = result.status in ("SUCCESS", "FAILURE")
    took = (result.date_done - (result.date_started or result.date_created)) if ended else None
    return {
        "id": result.pk,
        "type": result.task_name or "",
        "service": (result.task_name or "").partition(".")[0],
        "status": result.status,
        "state": str(states.WORDS.get(result.status, result.status)),
        "took": f"{max(took, timedelta()).total_seconds() * 1000:.0f} ms" if took is not None else "",
        "worker": result.worker or "",
        "at": result.date_done.isoformat(),
        "clock": show.clock_time(result.date_done),
    }
