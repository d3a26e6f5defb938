"""The import as staff start it: a stored file, a run with progress, and a report of the rows that were not taken."""

from collections.abc import Callable

import pytest

from apps.backbone.models import JobRun
from apps.backbone.slots import run_job, start
from apps.console.imports import files, sending
from apps.console.imports.job import ImportOrders
from apps.console.imports.reading import FileFault
from apps.orders.models import Order
from tests.integration.imports.test_sending import HEADER

pytestmark = pytest.mark.django_db

ROW = "R{},tea,1,3.50,EUR,Ada,1 Mill Lane,Graz,8010,AT"


@pytest.fixture(autouse=True)
def shop_at_work(drain: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop carries out what there is while the import rests."""
    monkeypatch.setattr(sending.time, "sleep", lambda seconds: drain())


def imported(*rows: str, **options: object) -> JobRun:
    digest = files.keep("\n".join([HEADER, *rows]).encode())
    run = start("console.import-orders", ImportOrders(digest=digest, name="a.csv", **options), "user:7")  # type: ignore[arg-type]
    run_job(run.pk)
    run.refresh_from_db()
    return run


def test_a_run_reports_what_it_did():
    run = imported(*[ROW.format(number) for number in range(5)], create_products=True, stock=4)

    assert (run.state, run.done, run.total) == ("done", 5, 5)
    assert run.summary == "5 orders: 4 confirmed, 1 rejected, 0 left out of the import"


def test_rows_that_were_not_taken_are_in_its_report():
    run = imported(ROW.format(1), ROW.format(2).replace(",1,", ",0,"), create_products=True, stock=4, reject="rows")

    assert (run.state, run.row_count, Order.objects.count()) == ("done", 1, 1)
    assert '["3","R2","quantity","error","must be from 1 to 1000000"]' in run.report_parts.get().rows


def test_a_file_with_a_bad_row_fails_the_run_whole():
    run = imported(ROW.format(1), ROW.format(2).replace(",1,", ",0,"), create_products=True)

    assert (run.state, run.error, Order.objects.count()) == (
        "failed", "Nothing was imported: 1 row has an error.", 0,
    )  # fmt: skip


def test_a_file_that_is_gone_is_asked_for_again():
    run = start("console.import-orders", ImportOrders(digest="0" * 64), "user:7")
    run_job(run.pk)
    run.refresh_from_db()

    assert (run.state, run.error) == ("failed", "The file is not here any more. Upload it again.")


@pytest.mark.parametrize("digest", ["../secret_key", "", "0" * 63])
def test_only_a_digest_names_a_file(digest: str):
    with pytest.raises(FileFault):
        files.load(digest)
