"""A shop that is well passes; whatever is broken on purpose is found by the invariant that says so, and by no other."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from apps.backbone import clock
from apps.backbone.drain import drain
from apps.backbone.topology import subscribe
from apps.console.audit import examine
from apps.console.audit.examination import INVARIANTS
from tests.integration.audit.broken_backbone import HARMLESS, INBOX, LOG, SAGAS
from tests.integration.audit.broken_deeds import DEEDS, ORDERS
from tests.integration.audit.broken_rows import GATEWAY, ROWS
from tests.integration.audit.every_state import AFTERWARDS, fill, statuses

pytestmark = pytest.mark.django_db
BREAKS = ROWS | GATEWAY | LOG | INBOX | SAGAS | ORDERS | DEEDS


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Built once and rolled back at the end; each test breaks it inside a savepoint."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        subscribe()
        fill(drain)
        with clock.at(clock.now() + AFTERWARDS):
            yield
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def broken_by(change: Callable[[], None]) -> set[str]:
    with undone():
        change()
        return {finding.name for finding in examine().broken}


def test_the_shop_has_orders_in_every_state(shop: None):
    assert set(statuses().values()) == {"placed", "confirmed", "rejected", "expired", "cancelled", "completed"}


def test_a_shop_that_is_well_passes(shop: None):
    examination = examine()

    assert [(one.name, one.examples) for one in examination.broken] == []
    assert examination.verdict == f"audit: {len(INVARIANTS)} invariants, 0 broken"
    assert {one.name: one.count for one in examination.counts if one.count and one.name != "log.messages"} == {
        "inbox.quarantined": 1,
        "sagas.running": 4,
        "gateway.undecided": 1,
    }


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_on_purpose_is_found(shop: None, name: str):
    change, expected = BREAKS[name]

    assert broken_by(change) == set(expected)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_under_way_is_not_broken(shop: None, name: str):
    assert broken_by(HARMLESS[name]) == set()


def test_every_invariant_has_been_seen_broken():
    seen = {name for _change, expected in BREAKS.values() for name in expected}

    assert sorted(invariant.name for invariant in INVARIANTS) == sorted(seen)


def test_no_two_invariants_have_one_name():
    names = [invariant.name for invariant in INVARIANTS]

    assert len(names) == len(set(names)) >= 25


def test_the_command_says_a_line_for_each_and_its_verdict_last(shop: None):
    said = told()

    assert [line.split()[0] for line in said if line.startswith(("ok", "BROKEN"))] == ["ok"] * len(INVARIANTS)
    assert said[-1] == f"audit: {len(INVARIANTS)} invariants, 0 broken"


def test_the_command_names_what_is_broken_and_ends_with_1(shop: None):
    change, _expected = BREAKS["an order's status is changed by hand"]
    with undone():
        change()
        with pytest.raises(SystemExit, match="1"):
            told()


def test_the_command_speaks_json(shop: None):
    said = json.loads("\n".join(told("--json")))

    assert (said["invariants"], said["broken"]) == (len(INVARIANTS), 0)
    assert said["findings"][0] == {
        "name": "stock.conserved",
        "says": "received + adjusted - issued, by the messages, is on hand",
        "count": 0,
        "examples": [],
        "broken": False,
    }


def told(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue().splitlines()
