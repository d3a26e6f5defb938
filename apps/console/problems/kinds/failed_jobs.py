"""Jobs that failed, and that no later run of the same job has made good."""

from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from apps.backbone import slots
from apps.backbone.models import JobRun
from apps.console.problems.kind import Kind, Problem, Remedy, address

ALONE = 10
"""Up to so many failures of one job each have a row of their own."""


def failed() -> QuerySet[JobRun]:
    better = JobRun.objects.filter(job=OuterRef("job"), pk__gt=OuterRef("pk"), state=JobRun.State.DONE)
    return JobRun.objects.filter(~Exists(better), state=JobRun.State.FAILED)


def problems() -> list[Problem]:
    found: list[Problem] = []
    rows = failed().order_by().values("job").annotate(number=Count("pk"), since=Min("ended_at")).order_by("-number")
    for row in rows:
        if row["number"] > ALONE:
            found.append(together(row["job"], row["number"], row["since"]))
        else:
            found += [of_run(run) for run in failed().filter(job=row["job"]).order_by("-pk")]
    return found


def together(job: str, number: int, since: datetime | None) -> Problem:
    return Problem(
        kind=KIND.name,
        state="failed",
        what=title(job),
        where=job,
        service=job.partition(".")[0],
        since=since,
        number=number,
        why=_("It has failed again and again: read the last failure first."),
        link=address("console:jobs", view="failed", job=job),
    )


def of_run(run: JobRun) -> Problem:
    return Problem(
        kind=KIND.name,
        state="failed",
        what=title(run.job),
        where=run.job,
        service=run.job.partition(".")[0],
        since=run.ended_at,
        number=1,
        why=run.error,
        link=address("console:job", run.pk),
        remedy=Remedy(
            _("Go on where it stopped") if run.cursor else _("Run again"),
            icon="redo",
            post=address("console:job-again", run.pk),
            permission="backbone.change_jobrun",
        ),
    )


def title(job: str) -> object:
    try:
        return slots.find(job).title
    except slots.NoSuchJob:
        return job


KIND = Kind(
    name="failed_jobs",
    title=gettext_lazy("Failed jobs"),
    icon="work_alert",
    good=gettext_lazy("Every job did its work."),
    permission="backbone.view_jobrun",
    count=lambda: failed().count(),
    problems=problems,
)
