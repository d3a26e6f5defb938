"""The job that rebuilds one read model from the log."""

import msgspec
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from apps.backbone.projector import projections
from apps.backbone.rebuild import rebuild
from apps.backbone.slots import JobFailed, Run
from apps.console.jobs import jobs


class Rebuild(msgspec.Struct):
    """Which read model, by its name."""

    read_model: str


@jobs.on("rebuild", title=_("Rebuild a read model from the log"), arguments=Rebuild)
def rebuild_read_model(run: Run) -> None:
    """Replays the log into a shadow, then swaps it in; the shop goes on meanwhile."""
    projection = projections.get(run.arguments.read_model)
    if projection is None:
        raise JobFailed(gettext("There is no read model of this name."))
    done = rebuild(projection, run.progress)
    events = ngettext("%(count)d event replayed", "%(count)d events replayed", done.events) % {"count": done.events}
    swapped = gettext("rows were other than before") if done.changed else gettext("rows are the same as before")
    run.note(f"{projection.name}: {events}; {swapped}")
