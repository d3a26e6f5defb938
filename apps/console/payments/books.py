"""Both books in sum: money in and out, the ledger's last trial balance, whether the gateway's book agrees."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.backbone import clock
from apps.backbone.models import JobRun
from apps.console import frame
from apps.payments.models import LedgerEntry

SEE = "payments.view_ledgerentry"
SPANS = {"day": timedelta(days=1), "week": timedelta(days=7)}
BALANCE, AUDIT = "payments.trial-balance", "console.nightly-audit"
GATEWAY = "gateway_receivable"
"""The account that is debited with what is taken and credited with what is given back."""


@dataclass(frozen=True)
class Flow:
    """What came in from customers and went back to them, in one currency."""

    currency: str
    in_minor: int
    out_minor: int

    @property
    def net_minor(self) -> int:
        return self.in_minor - self.out_minor


@frame.staff(SEE)
@require_GET
def books(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    balance, audit = last(BALANCE), last(AUDIT)
    return frame.page(
        request,
        "console/payments/books.html",
        _("Books"),
        flows=[(name, flows(now - span)) for name, span in SPANS.items()],
        balance=balance,
        accounts=report(balance),
        audit=audit,
        findings=[row for row in report(audit) if str(row[1]).startswith(("gateway.", "money."))],
    )


def flows(since: datetime) -> list[Flow]:
    """Entries' ids begin with their instant, so the last ones are a range of the key."""
    entries = LedgerEntry.objects.filter(pk__gte=first_id(since), occurred_at__gte=since, phase="posted").order_by()
    came = dict(entries.filter(debit=GATEWAY).values_list("currency").annotate(Sum("amount_minor")))
    went = dict(entries.filter(credit=GATEWAY).values_list("currency").annotate(Sum("amount_minor")))
    return [Flow(one, came.get(one, 0), went.get(one, 0)) for one in sorted(came.keys() | went.keys())]


def first_id(moment: datetime) -> str:
    """The lowest that a UUIDv7 of this instant can be; a minute is allowed between an id and its event."""
    milliseconds = int((moment - timedelta(minutes=1)).timestamp() * 1000)
    return str(UUID(int=milliseconds << 80))


def last(job: str) -> JobRun | None:
    """The newest run that left a report."""
    return JobRun.objects.filter(job=job).exclude(columns="").order_by("-pk").first()


def report(run: JobRun | None) -> list[list[object]]:
    """Its rows; these reports are short."""
    parts = run.report_parts.order_by("number") if run else []
    return [row for part in parts for row in msgspec.json.decode(part.rows)]
