"""The list of runs: by index however many there are, and kept up to date without moving what is read."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from apps.backbone import clock
from apps.backbone.models import JobRun, SagaInstance
from apps.console.runs.listing import SIZE, Wanted
from tests.integration.console.people import administrator, client_of

pytestmark = pytest.mark.django_db


def sagas(count: int, saga: str = "checkout", **fields: Any) -> list[SagaInstance]:
    """One a second, the last just now."""
    now = clock.now()
    known = SagaInstance.objects.count()
    return SagaInstance.objects.bulk_create(
        SagaInstance(
            saga=saga,
            key=UUID(int=number),
            state="{}",
            correlation_id=UUID(int=number),
            **{"status": "completed", "moved_at": now, "started_at": now - timedelta(seconds=known + count - number)}
            | fields,
        )
        for number in range(known + 1, known + count + 1)
    )


def plan(kind: str) -> str:
    wanted = Wanted(view="", state="", kind=kind, order="", correlation=None, sees_jobs=True)
    return wanted.sagas().order_by("-started_at", "-id")[: SIZE + 1].explain()


@pytest.mark.parametrize(("kind", "index"), [("", "saga_newest"), ("shipping", "saga_newest_of_kind")])
def test_an_index_finds_the_newest_of_all_and_of_one_process_in_order(kind: str, index: str) -> None:
    told = plan(kind)

    assert told.split("INDEX ")[1].split(" ")[0].strip() == index
    assert "ORDER BY" not in told


def test_a_run_of_a_process_that_is_gone_is_listed_and_leads_nowhere() -> None:
    sagas(1, "loyalty")
    page = administrator().get(reverse("console:runs"))

    assert [(row.kind, row.link) for row in page.context["rows"]] == [("loyalty", "")]
    assert "loyalty" in page.content.decode()


def shown(client: Client, **query: str) -> str:
    """What the page's script says of the rows that it shows."""
    rows = client.get(reverse("console:runs"), query).context["rows"]
    return ",".join(f"{row.mark}.{row.digest}" for row in rows)


def told(client: Client, shown: str, **query: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The new rows, and the renewed ones with their states."""
    context = client.get(reverse("console:runs-news"), {"shown": shown, **query}).context
    return [row.mark for row in context["new"]], [(row.mark, row.state) for row in context["renewed"]]


def test_nothing_is_told_of_a_list_that_has_not_changed() -> None:
    sagas(3)
    client = administrator()

    assert told(client, shown(client)) == ([], [])


def test_what_came_is_new_and_what_changed_is_told_again() -> None:
    old = sagas(2, status="running")
    client = administrator()
    seen = shown(client)
    SagaInstance.objects.filter(pk=old[0].pk).update(status="completed")
    [run] = sagas(1)
    job = JobRun.objects.create(job="a.b", state="failed", actor="user:1", created_at=clock.now())

    assert told(client, seen) == ([f"j{job.pk}", f"s{run.pk}"], [(f"s{old[0].pk}", "completed")])


def test_a_row_that_its_filter_no_longer_means_is_renewed_and_stays() -> None:
    [run] = sagas(1, status="running")
    client = administrator()
    seen = shown(client, state="running")
    SagaInstance.objects.filter(pk=run.pk).update(status="compensated")

    assert told(client, seen, state="running") == ([], [(f"s{run.pk}", "compensated")])
    page = client.get(reverse("console:runs-news"), {"state": "running"}).content.decode()
    assert "<b>0</b>" in page
    assert 'href="/runs/?state=stuck"' in page


def test_below_the_first_page_only_what_is_shown_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.console.runs.listing.SIZE", 1)
    below, _top = sagas(2, status="running")
    client = administrator()
    older = client.get(reverse("console:runs")).context["older"].partition("older=")[2]
    page = client.get(f"{reverse('console:runs')}?older={older}")
    seen = ",".join(f"{row.mark}.{row.digest}" for row in page.context["rows"])
    sagas(1)
    SagaInstance.objects.filter(pk=below.pk).update(status="completed")

    assert told(client, seen, older=unquote(older)) == ([], [(f"s{below.pk}", "completed")])


@pytest.mark.parametrize("given", ["", "x", "s", "s0", "q1.0", f"s{'9' * 30}.0", ",,,", "s0.\x00"])
def test_rows_that_are_none_are_passed_over(given: str) -> None:
    [run] = sagas(1)

    assert told(administrator(), given) == ([f"s{run.pk}"], [])


def test_of_jobs_only_those_hear_who_may_see_them() -> None:
    job = JobRun.objects.create(job="a.b", state="queued", actor="user:1", created_at=clock.now())
    client = client_of("viewer", "backbone.view_sagainstance")

    assert told(client, f"j{job.pk}.0") == ([], [])
    assert client_of("nobody").get(reverse("console:runs-news")).status_code == 403
