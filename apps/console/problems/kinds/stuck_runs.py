"""Sagas that nothing has moved by their deadline."""

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _, gettext_lazy

from apps.backbone import clock
from apps.backbone.models import SagaInstance
from apps.console import lines
from apps.console.problems.kind import Kind, Problem, Remedy, address
from apps.console.reasons import words

ALONE = 10
"""Up to so many runs of one process each have a row of their own."""
ENDED = (SagaInstance.Status.COMPLETED, SagaInstance.Status.COMPENSATED)


def stuck() -> Q:
    """Those that say so, and those whose deadline has passed."""
    late = Q(deadline__lt=clock.now()) & ~Q(status__in=ENDED)
    return Q(status=SagaInstance.Status.STUCK) | late


def count() -> int:
    return SagaInstance.objects.filter(stuck()).count()


def problems() -> list[Problem]:
    found: list[Problem] = []
    rows = SagaInstance.objects.filter(stuck()).order_by().values("saga")
    for row in rows.annotate(number=Count("pk"), since=Min("moved_at")).order_by("-number"):
        if row["number"] > ALONE:
            found.append(together(row["saga"], row["number"], row["since"]))
        else:
            found += alone(row["saga"])
    return found


def alone(saga: str) -> list[Problem]:
    runs = list(SagaInstance.objects.filter(stuck(), saga=saga).order_by("moved_at"))
    numbers = lines.numbers(order_of(run) for run in runs)
    return [of_run(run, numbers.get(order_of(run), "")) for run in runs]


def of_run(run: SagaInstance, number: str) -> Problem:
    return Problem(
        kind=KIND.name,
        state="stuck",
        what=f"{run.saga.replace('_', ' ')} {number}".strip(),
        where=_("process %(name)s") % {"name": run.saga},
        service=run.saga,
        since=run.moved_at,
        number=1,
        why=_("It waits for %(what)s and should have gone on by now.")
        % {"what": words(run.waits_for) or _("its next event")},
        link=address("console:run", run.pk),
        remedy=Remedy(_("See why"), link=address("console:run", run.pk)),
    )


def together(saga: str, number: int, since: object) -> Problem:
    return Problem(
        kind=KIND.name,
        state="stuck",
        what=saga.replace("_", " "),
        where=_("process %(name)s") % {"name": saga},
        service=saga,
        since=since,  # type: ignore[arg-type]
        number=number,
        why=_("So many at once have one cause: look at the dead letters and the processes first."),
        link=address("console:runs", state="stuck", kind=saga),
    )


def order_of(run: SagaInstance) -> str:
    return str(lines.opened(run.state).get("order_id") or run.key)


KIND = Kind(
    name="stuck_runs",
    title=gettext_lazy("Stuck runs"),
    icon="hourglass_disabled",
    good=gettext_lazy("Every run moves on."),
    permission="backbone.view_sagainstance",
    count=count,
    problems=problems,
)
