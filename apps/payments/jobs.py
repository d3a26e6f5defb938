"""What payments does by the clock: chasing outcomes that nobody chased, and adding the ledger up."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid5

from django.db.models import F, Q, Sum, Value
from django.utils.translation import gettext_lazy as _, ngettext

from apps.backbone.log import send
from apps.backbone.slots import JobFailed, Jobs, Run
from apps.payments.commands import ResolveOperation
from apps.payments.domain import Account
from apps.payments.models import LedgerEntry, Operation, Payment

jobs = Jobs("payments")

UNKNOWN_FOR = timedelta(minutes=75)
"""An unknown outcome is asked after at least hourly; this long without a word, it has been forgotten."""
REQUESTED_FOR = timedelta(minutes=15)
"""This long without being sent, the command that carries the operation has been given up on."""


@jobs.on("resolve-unknown-outcomes", title=_("Resolve unknown payment outcomes"), every="*/30 * * * * *")
def resolve_unknown_outcomes(run: Run) -> None:
    """Each is asked after once an hour, however often this runs."""
    overdue = Operation.objects.filter(
        Q(status=Operation.Status.UNKNOWN, changed_at__lte=run.due_at - UNKNOWN_FOR)
        | Q(status=Operation.Status.REQUESTED, changed_at__lte=run.due_at - REQUESTED_FOR)
    ).order_by("changed_at")
    for operation in overdue:
        send(
            ResolveOperation(payment_id=operation.payment_id, operation_id=operation.operation_id),
            actor=run.actor,
            message_id=uuid5(operation.operation_id, f"resolve {run.due_at:%Y-%m-%dT%H}"),
        )
    if overdue:
        run.note(
            ngettext("%(count)d operation asked after", "%(count)d operations asked after", len(overdue))
            % {"count": len(overdue)}
        )


@jobs.on("trial-balance", title=_("Ledger trial balance"), every="30 2 * * *")
def trial_balance(run: Run) -> None:
    sums = read_sums()
    accounts = {key: left for key, left in sums.items() if key[0] in set(Account)}
    run.report(
        (_("account"), _("phase"), _("currency"), _("balance")),
        [(*key, left) for key, left in sorted(accounts.items())],
    )
    wrong = discrepancies(sums)
    if wrong:
        raise JobFailed("; ".join(wrong))
    currencies = {currency for _account, _phase, currency in accounts}
    said = ngettext(
        "%(count)d currency adds up to 0 and agrees with the payments",
        "%(count)d currencies add up to 0 and agree with the payments",
        len(currencies),
    )
    run.note(said % {"count": len(currencies)})


Sums = Counter[tuple[str, str, str]]


def read_sums() -> Sums:
    """Debits minus credits of each account, and what the payments say, in one statement: one moment."""
    entries = LedgerEntry.objects.order_by()
    debited = entries.values_list("debit", "phase", "currency").annotate(left=Sum("amount_minor"))
    credited = entries.values_list("credit", "phase", "currency").annotate(left=-Sum("amount_minor"))
    held = of_payments("pending", F("authorized_minor") - F("captured_minor") - F("voided_minor"))
    kept = of_payments("posted", F("captured_minor") - F("refunded_minor"))
    sums: Sums = Counter()
    for account, phase, currency, left in debited.union(credited, held, kept, all=True):
        sums[account, phase, currency] += left
    return sums


def of_payments(phase: str, amount: Any) -> Any:
    rows = Payment.objects.order_by().annotate(account=Value("payments"), phase=Value(phase))
    return rows.values_list("account", "phase", "currency").annotate(left=Sum(amount))


def discrepancies(sums: Sums) -> list[str]:
    """Where an account does not add up, or does not agree with the payments."""
    wrong = []
    for phase, currency in sorted({(phase, currency) for _account, phase, currency in sums}):
        total = sum(sums[account, phase, currency] for account in Account)
        owed, expected = sums[Account.GATEWAY_RECEIVABLE, phase, currency], sums["payments", phase, currency]
        if total:
            wrong.append(f"{phase} {currency}: the accounts add up to {total}, not 0")
        if owed != expected:
            wrong.append(f"{phase} {currency}: the gateway owes {owed} by the ledger, {expected} by the payments")
    return wrong
