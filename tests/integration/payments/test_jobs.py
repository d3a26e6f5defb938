"""What payments does by the clock."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from apps.backbone import clock, slots
from apps.backbone.messages import Money
from apps.backbone.models import JobReportPart, JobRun, Message, Timer
from apps.payments.models import LedgerEntry
from tests.integration.payments.till import Till, misbehaving

pytestmark = pytest.mark.django_db(transaction=True)
CAPTURE = uuid4()


@pytest.fixture
def till(drain):
    till = Till(drain)
    till.run(till.authorize())
    return till


def run(till: Till, job: str) -> JobRun:
    with clock.at(till.now):
        row = slots.start(f"payments.{job}")
        slots.run_job(row.pk)
    till.run()
    return JobRun.objects.get(pk=row.pk)


def resolved() -> int:
    return Message.objects.filter(type="payments.resolve_operation").count()


def test_an_outcome_that_nobody_chases_is_asked_after_once_an_hour(till):
    with misbehaving(lost_request_rate=1):
        till.run(till.capture(CAPTURE))
    Timer.objects.all().delete()

    assert run(till, "resolve-unknown-outcomes").summary == ""
    till.now += timedelta(minutes=76)
    with misbehaving(lost_request_rate=1):
        assert run(till, "resolve-unknown-outcomes").summary == "1 operation asked after"
    assert resolved() == 1
    Timer.objects.all().delete()
    till.now += timedelta(minutes=76)
    run(till, "resolve-unknown-outcomes")

    assert till.operation(CAPTURE) == "succeeded"
    assert till.theirs() == [(100, 100, 0, 0)]


def test_the_trial_balance_adds_up_to_nothing_and_agrees_with_the_payments(drain, till):
    till.run(till.capture())
    till.run(till.refund(amount=30))
    yen = Till(drain, amount=Money(500, "JPY"))
    yen.run(yen.authorize())

    done = run(till, "trial-balance")

    assert (done.state, done.summary) == ("done", "2 currencies add up to 0 and agree with the payments")
    assert msgspec.json.decode(JobReportPart.objects.get(run=done).rows) == [
        ["customer_authorized", "pending", "EUR", 0],
        ["customer_authorized", "pending", "JPY", -500],
        ["gateway_receivable", "pending", "EUR", 0],
        ["gateway_receivable", "pending", "JPY", 500],
        ["gateway_receivable", "posted", "EUR", 70],
        ["refunds_payable", "posted", "EUR", 0],
        ["sales_clearing", "posted", "EUR", -70],
    ]


def test_a_ledger_that_lost_an_entry_fails_the_trial_balance_and_says_where(till):
    till.run(till.capture())
    LedgerEntry.objects.filter(credit="sales_clearing").delete()

    failed = run(till, "trial-balance")

    assert (failed.state, failed.error) == (
        "failed",
        "posted EUR: the gateway owes 0 by the ledger, 100 by the payments",
    )
