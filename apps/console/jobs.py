"""What the console does by the clock: name the runs that are stuck, audit the shop, throw old things away."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_lazy as _, ngettext
from django_celery_results.models import GroupResult, TaskResult

from apps.backbone.models import Inbox, JobRun, Process, Receipt, Repair, SagaInstance, Slot
from apps.backbone.slots import JobFailed, Jobs, Run
from apps.console.audit import Finding, examine
from apps.console.models import Mail, StoredReply

jobs = Jobs("console")

AT_ONCE = 1000
MONTH = timedelta(days=30)
QUIET_FOR = timedelta(days=3)
"""How long a scheduled run is kept that did its work and left no report."""


@jobs.on("saga-deadlines", title=_("Find stuck runs"), every="* * * * *")
def find_stuck(run: Run) -> None:
    """A saga that nothing has moved by its deadline is stuck; its next event sets it going again."""
    overdue = SagaInstance.objects.filter(status=SagaInstance.Status.RUNNING, deadline__lte=run.due_at)
    stuck = sum(mark_stuck(instance) for instance in overdue.order_by("deadline").iterator(chunk_size=AT_ONCE))
    if stuck:
        run.note(ngettext("%(count)d run is stuck", "%(count)d runs are stuck", stuck) % {"count": stuck})


def mark_stuck(instance: SagaInstance) -> int:
    """Nothing if an event has moved it meanwhile."""
    reason = gettext("waits for %(what)s since %(since)s UTC") % {
        "what": instance.waits_for or gettext("its next event"),
        "since": f"{instance.moved_at:%Y-%m-%d %H:%M:%S}",
    }
    still = SagaInstance.objects.filter(
        pk=instance.pk, status=SagaInstance.Status.RUNNING, version=instance.version, deadline=instance.deadline
    )
    return still.update(status=SagaInstance.Status.STUCK, reason=reason)


@jobs.on("nightly-audit", title=_("Audit: stock, money, log and inboxes add up"), every="0 3 * * *")
def audit(run: Run) -> None:
    """What `manage.py audit` says, a row for each invariant, the broken ones first."""
    examination = examine()
    run.report(
        [gettext("Result"), gettext("Invariant"), gettext("What holds"), gettext("Found"), gettext("Examples")],
        [row_of(finding) for finding in sorted(examination.findings, key=lambda finding: not finding.broken)],
    )
    run.note(examination.verdict)
    if examination.broken:
        raise JobFailed(examination.verdict)


def row_of(finding: Finding) -> list[Any]:
    result = gettext("broken") if finding.broken else gettext("ok")
    return [result, finding.name, finding.says, finding.count, "; ".join(finding.examples)]


class Purge(msgspec.Struct):
    """How many days job reports, mail, replies to the API and discarded messages are kept."""

    days: int = 30


@jobs.on(
    "purge", title=_("Throw away old results, reports and discarded messages"), arguments=Purge, every="30 3 * * *"
)
def purge(run: Run) -> None:
    """Never the log, nor a ledger, nor anything that waits for a person."""
    thrown = []
    for what, rows in outdated(run):
        count = 0
        for number in in_chunks(rows):
            count += number
            run.progress(count)
            if run.cancelled:
                return
        thrown.append((what, count))
    run.report([gettext("What"), gettext("Thrown away")], thrown)
    total = sum(count for _what, count in thrown)
    run.note(ngettext("%(count)d row thrown away", "%(count)d rows thrown away", total) % {"count": total})


def outdated(run: Run) -> Iterator[tuple[str, QuerySet[Any]]]:
    now, kept_since = run.due_at, run.due_at - timedelta(days=run.arguments.days)
    results_since = now - settings.CELERY_RESULT_EXPIRES
    ended = JobRun.objects.filter(state__in=[JobRun.State.DONE, JobRun.State.CANCELLED])
    yield gettext("task results"), TaskResult.objects.filter(date_done__lt=results_since)
    yield gettext("group results"), GroupResult.objects.filter(date_done__lt=results_since)
    yield (
        gettext("scheduled runs without a report"),
        ended.filter(actor="schedule", columns="", ended_at__lt=now - QUIET_FOR),
    )
    yield gettext("job runs"), ended.filter(ended_at__lt=kept_since)
    yield gettext("slots"), Slot.objects.filter(slot_at__lt=kept_since).exclude(state=Slot.State.MISSED)
    yield (
        gettext("slots of scheduled runs without a report"),
        Slot.objects.filter(state=Slot.State.CLAIMED, run=None, slot_at__lt=now - QUIET_FOR),
    )
    yield gettext("replies of the API"), StoredReply.objects.filter(created_at__lt=kept_since)
    yield gettext("mail"), Mail.objects.filter(sent_at__lt=kept_since)
    yield gettext("processes that are gone"), Process.objects.filter(seen_at__lt=now - timedelta(days=1))
    yield gettext("discarded messages"), settled(kept_since, Inbox.State.DISCARDED)
    yield gettext("messages that were repaired and done"), settled(kept_since, Inbox.State.DONE)
    yield gettext("repairs of dead letters"), Repair.objects.filter(began_at__lt=kept_since, letters=None)


def settled(kept_since: Any, state: Inbox.State) -> QuerySet[Inbox]:
    """Only below their consumer's watermark, where a late duplicate is known by its position."""
    below = Q(pk__in=[])
    for receipt in Receipt.objects.all():
        below |= Q(consumer=receipt.consumer, position__gt=0, position__lte=receipt.watermark)
    return Inbox.objects.filter(below, state=state, updated_at__lt=kept_since)


def in_chunks(rows: QuerySet[Any]) -> Iterator[int]:
    """Delete in short statements, oldest keys first: the shop goes on meanwhile."""
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        rows.model._default_manager.filter(pk__in=keys).delete()
        yield len(keys)
