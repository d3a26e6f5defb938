"""Payments of which nobody knows what became of them, or that a person must look at."""

from datetime import datetime

from django.db.models import Count, Min
from django.utils.translation import gettext as _, gettext_lazy

from apps.console import lines, show
from apps.console.problems.kind import Kind, Problem, Remedy, address
from apps.payments.models import Operation

ALONE = 10
"""Up to so many of one state each have a row of their own."""
UNKNOWN, REVIEW = Operation.Status.UNKNOWN, Operation.Status.NEEDS_REVIEW
WHY = {
    UNKNOWN: gettext_lazy("The gateway did not say what became of it. It is asked again by itself, at least hourly."),
    REVIEW: gettext_lazy("A person must look at the gateway and say what became of it."),
}


def count() -> int:
    return Operation.objects.filter(status__in=[UNKNOWN, REVIEW]).count()


def problems() -> list[Problem]:
    found: list[Problem] = []
    rows = Operation.objects.filter(status__in=[UNKNOWN, REVIEW]).order_by().values("status")
    for row in rows.annotate(number=Count("pk"), since=Min("changed_at")).order_by("status"):
        status = Operation.Status(row["status"])
        found += [together(status, row["number"], row["since"])] if row["number"] > ALONE else alone(status)
    return found


def alone(status: Operation.Status) -> list[Problem]:
    operations = list(Operation.objects.filter(status=status).order_by("changed_at"))
    numbers = lines.numbers(str(one.order_id) for one in operations)
    return [of_operation(one, numbers.get(str(one.order_id), "")) for one in operations]


def of_operation(operation: Operation, number: str) -> Problem:
    amount = show.money(operation.amount_minor, operation.currency)
    return Problem(
        kind=KIND.name,
        state=operation.status,
        what=f"{operation.get_kind_display()} {amount}",
        where=_("order %(number)s") % {"number": number or str(operation.order_id)[-8:]},
        service="payments",
        since=operation.changed_at,
        number=1,
        why=WHY[Operation.Status(operation.status)],
        link=address("console:payment", operation.payment_id),
        remedy=Remedy(_("Settle"), link=address("console:payment", operation.payment_id)),
    )


def together(status: Operation.Status, number: int, since: datetime) -> Problem:
    return Problem(
        kind=KIND.name,
        state=status,
        what=status.label,
        where=_("at the gateway"),
        service="payments",
        since=since,
        number=number,
        why=WHY[status],
        link=address("console:payments-open"),
        remedy=Remedy(_("Settle"), link=address("console:payments-open")),
    )


KIND = Kind(
    name="payments",
    title=gettext_lazy("Payments to review"),
    icon="flag",
    good=gettext_lazy("The outcome of every payment is known."),
    permission="payments.view_operation",
    count=count,
    problems=problems,
)
