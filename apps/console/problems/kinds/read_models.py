"""Consumers of events that are behind: the rows that they write are older than the log."""

from django.utils.translation import gettext as _, gettext_lazy

from apps.backbone import clock, receipts
from apps.console.home import lag
from apps.console.problems.kind import Kind, Problem, address


def problems() -> list[Problem]:
    return [of_lag(one) for one in lag.lagging()]


def of_lag(one: lag.Lag) -> Problem:
    number = _("more than %(number)d") % {"number": receipts.AT_ONCE} if one.more else str(one.waiting)
    return Problem(
        kind=KIND.name,
        state="late",
        what=one.consumer,
        where=_("consumer %(name)s") % {"name": one.consumer},
        service=one.consumer.partition(".")[0],
        since=clock.now() - one.behind,
        number=1,
        why=_("Messages that it has not taken: %(number)s. What it writes is older than the log.") % {"number": number},
        link=address("console:read-models"),
    )


KIND = Kind(
    name="read_models",
    title=gettext_lazy("Lagging read models"),
    icon="sync_problem",
    good=gettext_lazy("Every read model is level with the log."),
    permission="backbone.view_inbox",
    count=lambda: len(lag.lagging()),
    problems=problems,
)
