"""A repair of many letters as a job: in batches, each with its rows of the report; it can be stopped and resumed."""

from django.db import transaction
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from apps.backbone.dead_letters import Mended, renew_statistics
from apps.backbone.log import writer
from apps.backbone.models import Repair
from apps.backbone.slots import Jobs, Run
from apps.console.dead_letters import repairs
from apps.console.dead_letters.repairs import JOB, RETRY, RepairLetters

jobs = Jobs("console")

VERY_MANY = 5000


@jobs.on(
    JOB.partition(".")[2],
    title=gettext_lazy("Dead letters: try again or discard"),
    arguments=RepairLetters,
    by_form=False,
)
def repair_letters(run: Run) -> None:
    """Each letter is looked at once. What is done stays done when it is stopped, and it goes on from there."""
    repair = Repair.objects.get(pk=run.arguments.repair)
    if repair.asked > VERY_MANY:
        renew_statistics()
    for ids in repairs.batches(repair, run.cursor or 0):
        if run.cancelled:
            break
        carry_out(run, repair, ids)
    else:
        repairs.end(repair)
    if repair.asked > VERY_MANY:
        renew_statistics()
    run.note(told(Repair.objects.get(pk=repair.pk)))


def carry_out(run: Run, repair: Repair, ids: list[int]) -> None:
    """The batch, what is said of each, and the place to go on from, in one transaction."""
    with writer(), transaction.atomic():
        mended = repairs.mend(repair, ids)
        columns = [_("Letter"), _("Message"), _("Consumer"), _("In order with"), _("Error"), _("What was done")]
        run.add_to_report(columns, rows_of(repair, mended))
        run.progress(run.row.done + len(ids), max(repair.asked, run.row.done + len(ids)), cursor=ids[-1])


def rows_of(repair: Repair, mended: Mended) -> list[list[str | int]]:
    what = _("tried again") if repair.action == RETRY else _("discarded")
    rows: list[list[str | int]] = [
        [one.pk, one.type, one.consumer, one.key, one.error_class, what] for one in mended.rows
    ]
    return rows + [[pk, "", "", "", "", _("passed over: no longer given up")] for pk in mended.passed_over]


def told(repair: Repair) -> str:
    if repair.action == RETRY:
        said = ngettext("%(number)d letter tried again", "%(number)d letters tried again", repair.mended)
    else:
        said = ngettext("%(number)d letter discarded", "%(number)d letters discarded", repair.mended)
    left = _(", %(number)d passed over") % {"number": repair.passed_over} if repair.passed_over else ""
    return said % {"number": repair.mended} + left
