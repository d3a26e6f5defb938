"""What a job's run has sent, and what came of it up to where sagas take over: those have runs of their own.

A job is no message, so nothing in the log names it as a cause; its run keeps what it has sent. The rest follows by
causation. Some messages that it sent are a page, each with all that it led to.
"""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from apps.backbone.models import JobMessage, JobRun, Message, SagaInstance
from apps.backbone.saga_runner import sagas
from apps.console import frame
from apps.console.runs import picture
from apps.console.runs.belonging import Sorted
from apps.console.runs.page import number

SEE = ("backbone.view_jobrun", "backbone.view_message")
PAGE = 100
"""Messages that it sent; what they led to comes with them."""
MOST = 1000
"""Messages of one page, should some have led to very many."""
DEEPEST = 20
MOST_RUNS = 10


def any_of(run: JobRun) -> bool:
    return JobMessage.objects.filter(run=run).exists()


@frame.staff(*SEE)
@require_GET
def told(request: HttpRequest, run_id: int) -> JsonResponse:
    """The newest messages, those `before` one that it sent, or those `after` one."""
    run = get_object_or_404(JobRun, pk=run_id)
    if "after" in request.GET:
        return JsonResponse(since(run, number(request, "after")))
    return JsonResponse(newest(run, before=number(request, "before")))


def newest(run: JobRun, *, before: int = 0) -> dict[str, Any]:
    kept = run.messages.filter(seq__lt=before) if before else run.messages
    found = list(kept.order_by("-seq").values_list("seq", flat=True)[: PAGE + 1])
    return page(found[:PAGE]) | {"older": found[PAGE - 1] if len(found) > PAGE else 0}


def since(run: JobRun, after: int) -> dict[str, Any]:
    """What it has sent after a message, and a page before that again: more may have come of those."""
    before = run.messages.filter(seq__lte=after).order_by("-seq").values_list("seq", flat=True)[:PAGE]
    new = run.messages.filter(seq__gt=after).order_by("seq").values_list("seq", flat=True)[: 2 * PAGE]
    return page([*before, *new])


def page(seqs: Sequence[int]) -> dict[str, Any]:
    found = with_effects(list(Message.objects.filter(seq__in=seqs).select_related("numbered").order_by("seq")))
    rows = picture.drawn(found, picture.whatever_became(found.rows, picture.hearers))
    return {"rows": rows, "timers": [], "looks": picture.looks_of(rows), "last": max(seqs, default=0)}


def with_effects(sent: list[Message]) -> Sorted:
    """What a saga asked for because of it belongs to that saga's run."""
    rows, level = list(sent), sent
    while level and len(rows) < MOST:
        effects = Message.objects.filter(causation_id__in=[row.message_id for row in level]).exclude(source="/sagas")
        level = list(effects.select_related("numbered").order_by("seq")[: MOST - len(rows)])
        rows += level
    heard = {one.type for saga in sagas.values() for one in saga.hears + saga.starts}
    return Sorted(
        rows=sorted(rows, key=lambda row: row.seq),
        heard={row.message_id for row in rows if row.kind == "event" and row.type in heard},
        causes={row.message_id: row.seq for row in rows},
        sent={row.message_id for row in sent},
    )


@frame.staff(*SEE)
@require_GET
def message(request: HttpRequest, run_id: int, seq: int) -> HttpResponse:
    """One of them: what it says, who took it, and the runs of sagas that share its beginning."""
    run = get_object_or_404(JobRun, pk=run_id)
    row = get_object_or_404(Message.objects.select_related("numbered"), pk=seq)
    if not belongs(run, row):
        raise Http404
    begun = SagaInstance.objects.filter(correlation_id=row.correlation_id, saga__in=list(sagas)).order_by("pk")
    return render(request, "console/runs/message.html", {**picture.facts_of(row), "begun": begun[:MOST_RUNS]})


def belongs(run: JobRun, row: Message | None) -> bool:
    """Up its causes to one that the run has sent."""
    for _step in range(DEEPEST):
        if row is None or row.source == "/sagas":
            return False
        if run.messages.filter(seq=row.seq).exists():
            return True
        row = Message.objects.filter(message_id=row.causation_id).first() if row.causation_id else None
    return False
