"""Read models are rebuilt by a job that says what it changed; the last audit is shown with its findings."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.backbone import slots
from apps.backbone.models import Inbox, JobRun, Message
from apps.backbone.projector import projections
from apps.inventory.models import Product
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import open_shop, place, say

PAGE = "/read-models/"


@pytest.fixture
def client() -> Client:
    return administrator()


@pytest.mark.django_db
def test_each_read_model_says_how_far_it_is_behind(client: Client, drain: Callable[[], int]) -> None:
    open_shop(drain, tea=5)
    say(place())
    drain()
    assert {one.lag.waiting for one in client.get(PAGE).context["standings"] if one.lag} == {0}

    taken = Inbox.objects.filter(consumer="inventory.events", type="order.placed")
    taken.delete()

    late = {one.projection.name: one.lag.waiting for one in client.get(PAGE).context["standings"] if one.lag}
    assert late["inventory-orders"] == 1
    assert set(late) < {name for name, one in projections.items() if one.models}


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_mends_rows_and_says_so(client: Client, drain: Callable[[], int]) -> None:
    open_shop(drain, tea=5)
    Product.objects.update(title="Coffee")
    token = uuid4()

    replies = [client.post(reverse("console:rebuild", args=["catalog"]), {"token": token}) for _twice in range(2)]
    run = JobRun.objects.get()
    slots.run_job(run.pk)

    run.refresh_from_db()
    assert [reply["Location"] for reply in replies] == [reverse("console:job", args=[run.pk])] * 2
    assert (run.state, run.actor.startswith("user:")) == ("done", True)
    assert "rows were other than before" in run.summary
    assert Product.objects.get().title == "Tea"
    assert Message.objects.filter(type="operator.acted").count() == 1
    standing = next(one for one in client.get(PAGE).context["standings"] if one.projection.name == "catalog")
    assert standing.rebuilt == run


@pytest.mark.django_db
def test_one_that_is_being_rebuilt_is_followed_and_not_started_again(client: Client) -> None:
    client.post(reverse("console:rebuild", args=["catalog"]), {"token": uuid4()})

    page = client.get(PAGE)
    part = client.get(f"{PAGE}now/").content.decode()

    assert page.context["restless"] is True
    assert "It is being rebuilt already." in part
    assert 'hx-trigger="every 1s"' in part


@pytest.mark.django_db
def test_the_last_audit_is_shown_and_run_again(client: Client, drain: Callable[[], int]) -> None:
    assert "not been audited yet" in client.get(PAGE).content.decode()
    open_shop(drain, tea=5)

    reply = client.post(reverse("console:audit-now"), {"token": uuid4()})
    slots.run_job(JobRun.objects.get().pk)

    page = client.get(PAGE)
    assert reply["Location"] == reverse("console:job", args=[JobRun.objects.get().pk])
    assert page.context["whole"]
    assert page.context["broken"] == []


@pytest.mark.django_db
def test_who_may_not_rebuild_is_told_why() -> None:
    client = client_of("viewer", "backbone.view_jobrun")

    assert "You lack the permission to start, cancel and resume jobs." in client.get(PAGE).content.decode()
    assert client.post(reverse("console:rebuild", args=["catalog"]), {"token": uuid4()}).status_code == 403
    assert client.post(reverse("console:audit-now"), {"token": uuid4()}).status_code == 403
