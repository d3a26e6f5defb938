"""Roles that no live process has."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _, gettext_lazy

from apps.backbone.models import Process
from apps.console import watch
from apps.console.problems.kind import Kind, Problem, Remedy, address


def problems() -> list[Problem]:
    missing = watch.silent()
    seen = dict(Process.objects.order_by().values_list("role").annotate(Max("seen_at"))) if missing else {}
    return [of_role(one, seen.get(one.role)) for one in missing]


def of_role(silent: watch.Silent, last_seen: datetime | None) -> Problem:
    sort, _space, name = silent.role.partition(" ")
    return Problem(
        kind=KIND.name,
        state="silent",
        what=silent.role,
        where=_("last seen") if last_seen else _("never seen"),
        service=name.partition(".")[0] if sort in ("consumer", "worker") else "",
        since=last_seen,
        number=1,
        why=_("Nobody does this work: %(missing)s.") % {"missing": silent.missing},
        link=address("console:workers"),
        remedy=Remedy(_("Start it"), command=silent.command),
    )


KIND = Kind(
    name="processes",
    title=gettext_lazy("Silent processes"),
    icon="heart_broken",
    good=gettext_lazy("Relay, consumers, workers and beat are alive."),
    permission="backbone.view_process",
    count=lambda: len(watch.silent()),
    problems=problems,
)
