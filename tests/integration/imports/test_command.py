"""`manage.py import_orders` beside a shop at work."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.backbone.models import Message
from apps.console.imports import sending
from apps.orders.models import Order
from tests.integration.imports.test_sending import HEADER

pytestmark = pytest.mark.django_db

ROW = "R{},tea,1,3.50,EUR,Ada,1 Mill Lane,Graz,8010,AT"


@pytest.fixture
def file(tmp_path: Path, drain: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sending.time, "sleep", lambda seconds: drain())
    found = tmp_path / "orders.csv"
    found.write_text("\n".join([HEADER, *[ROW.format(number) for number in range(5)]]))
    return found


def told(file: Path, **options: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command("import_orders", file, verbosity=0, stdout=out, **options)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_summary_says_what_became_of_the_orders(file: Path):
    summary = told(file, create_products=True, stock=4, wait=True)

    counts = {name: summary[name] for name in ("layout", "rows", "orders", "confirmed", "rejected", "undecided")}
    assert counts == {"layout": "waybill", "rows": 5, "orders": 5, "confirmed": 4, "rejected": 1, "undecided": 0}
    assert summary["seconds"] >= 0


def test_a_dry_run_sends_nothing(file: Path):
    before = Message.objects.count()

    assert told(file, dry_run=True, create_products=True)["orders"] == 5
    assert Message.objects.count() == before


def test_unknown_products_are_errors_with_their_lines(file: Path):
    errors = told(file, dry_run=True)["errors"]

    assert errors[0] == {"line": 2, "order": "R0", "column": "sku", "why": "there is no product tea"}
    assert len(errors) == 5


def test_a_file_with_errors_ends_in_failure(file: Path):
    with pytest.raises(CommandError, match="5 rows have errors"):
        call_command("import_orders", file, verbosity=0, stdout=io.StringIO())
    assert Order.objects.count() == 0


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(CommandError, match=r"gone\.csv: No such file"):
        call_command("import_orders", tmp_path / "gone.csv")
