"""What a person does in the console is an event in the log, and the cause of what it brings about."""

from collections.abc import Callable
from typing import Any

import pytest
from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_structured_event
from django.test import RequestFactory

from apps.backbone import codec, log
from apps.backbone.models import Message
from apps.console import lines
from apps.console.audit import examine
from apps.console.operators import OperatorActed, acted
from tests.integration.console.people import person

pytestmark = pytest.mark.django_db(transaction=True)


def asked(user: Any) -> Any:
    request = RequestFactory().post("/")
    request.user = user
    return request


def act_and_fail(request: Any) -> None:
    with log.transaction():
        acted(request, "requeue")
        raise ZeroDivisionError


def test_an_act_is_an_event_of_its_person(drain: Callable[[], int]) -> None:
    user = person("ada")

    said = acted(asked(user), "discard", about="order-1", reason="a duplicate", consumer="orders.events")
    drain()

    row = Message.objects.get()
    assert (row.type, row.source, row.stream, row.version) == ("operator.acted", "/console", f"operator-{user.pk}", 1)
    assert (row.actor, row.correlation_id, row.causation_id) == (f"user:{user.pk}", said.message_id, None)
    assert log.open_message(row) == OperatorActed(
        action="discard", about="order-1", reason="a duplicate", details={"consumer": "orders.events"}
    )
    assert [(line.who, line.about) for line in lines.latest(5)] == [
        ("ada", "discarded · order-1 · consumer orders.events · a duplicate")
    ]


def test_an_act_joins_what_it_answers_under_its_own_name() -> None:
    first = acted(asked(person("ada")), "pause", about="schedule:report")
    bob = person("bob")

    second = acted(asked(bob), "resume", about="schedule:report", cause=first)

    assert (second.correlation_id, second.causation_id) == (first.correlation_id, first.message_id)
    assert second.actor == f"user:{bob.pk}"


def test_an_act_is_undone_with_the_work_that_failed() -> None:
    user = person("ada")

    with pytest.raises(ZeroDivisionError):
        act_and_fail(asked(user))

    assert not Message.objects.exists()


def test_the_same_act_twice_keeps_the_audit_whole(drain: Callable[[], int]) -> None:
    ada = asked(person("ada"))
    first = acted(ada, "requeue", about="order-1")
    acted(ada, "requeue", about="order-1", cause=first)
    acted(ada, "requeue", about="order-1", cause=first)
    drain()

    assert examine().broken == ()


def test_an_act_is_a_cloud_event() -> None:
    acted(asked(person("ada")), "gateway", profile="flaky")
    row = Message.objects.get()

    wire = codec.to_wire(log.envelope_of(row, 7), row.body)

    event = from_structured_event(RabbitMQMessage(body=wire, content_type=codec.CONTENT_TYPE, headers={}))
    assert (event.get_type(), event.get_source()) == ("operator.acted", "/console")
    assert codec.open_wire("event", wire) == (log.envelope_of(row, 7), log.open_message(row))
