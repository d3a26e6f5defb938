"""Messages that were given up on, by what went wrong and where."""

from django.utils.translation import gettext as _, gettext_lazy

from apps.console.dead_letters import groups
from apps.console.problems.kind import Kind, Problem, Remedy


def problems() -> list[Problem]:
    return [of_group(one) for one in groups.grouped(trend=False)]


def of_group(group: groups.Group) -> Problem:
    return Problem(
        kind=KIND.name,
        state="dead",
        what=group.error_class or _("Unreadable"),
        where=f"{group.consumer} · {group.error_place}" if group.error_place else group.consumer,
        service=group.consumer.partition(".")[0],
        since=group.first,
        number=group.number,
        why=group.example,
        link=group.link,
        remedy=Remedy(_("Inspect"), icon="troubleshoot", link=group.link),
    )


KIND = Kind(
    name="dead_letters",
    title=gettext_lazy("Dead letters"),
    icon="mark_email_unread",
    good=gettext_lazy("Every message was carried out."),
    permission="backbone.view_inbox",
    count=groups.count,
    problems=problems,
)
