"""A command that failed is carried out once its cause is mended: by the worker's own task, as the relay offers it."""

import json
from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest

from apps.backbone import clock, codec, dead_letters, inbox, log, numbering, receipts
from apps.backbone.handlers import Handlers
from apps.backbone.messages import Command, Envelope
from apps.backbone.models import Inbox, Message
from apps.backbone.relay import pack_commands, task_again
from apps.backbone.worker import carry_commands, new_app

pytestmark = pytest.mark.django_db


class PaintParcel(Command):
    parcel_id: UUID


class MailParcel(Command):
    outside: ClassVar[bool] = True
    parcel_id: UUID


class Depot:
    """A service of two commands, one of which calls the outside; both fail while it is closed."""

    def __init__(self) -> None:
        self.closed, self.done = True, 0
        self.handlers = Handlers(PaintParcel.service)
        self.handlers.on(PaintParcel)(lambda command, envelope: self.work())
        self.handlers.outside(MailParcel, prepare=self.prepare, call=lambda request: self.work(), record=self.record)
        self.app = new_app("depot")
        carry_commands(self.app, self.handlers.service)

    def prepare(self, command: Command, envelope: Envelope) -> str:
        return "letter"

    def record(self, command: Command, envelope: Envelope, request: str, reply: Any) -> None:
        return None

    def work(self) -> None:
        if self.closed:
            raise OSError("the depot is closed")
        self.done += 1

    def carry(self, *tasks: Any) -> None:
        """As a worker would, from the bytes that were published."""
        for one in tasks:
            _, arguments, _ = json.loads(one.body)
            self.app.tasks[one.headers["task"]](**arguments)

    def rows(self) -> list[Inbox]:
        return list(Inbox.objects.filter(consumer=self.handlers.name))


@pytest.fixture
def depot() -> Iterator[Depot]:
    yield (depot := Depot())
    del inbox.subscribers[depot.handlers.name]


def sent(command: Command) -> list[tuple[int, Message]]:
    log.send(command)
    numbering.number()
    return numbering.read(numbering.head() - 1, 1)


@pytest.mark.parametrize("kind", [PaintParcel, MailParcel])
def test_a_command_that_failed_is_tried_again_when_it_is_due(depot: Depot, kind: type[Command]) -> None:
    depot.carry(*pack_commands(sent(kind(parcel_id=uuid4()))))  # type: ignore[call-arg]
    assert [(row.state, row.tries, row.error_class) for row in depot.rows()] == [("waiting", 1, "OSError")]

    depot.closed = False
    with clock.at(clock.now() + inbox.LONGEST_DELAY * 2):
        depot.carry(*map(task_again, receipts.due_commands(depot.handlers)))

    assert [row.state for row in depot.rows()] == ["done"]
    assert depot.done == 1


@pytest.mark.parametrize("kind", [PaintParcel, MailParcel])
def test_a_requeued_command_is_carried_out_once_however_often_it_is_offered(depot: Depot, kind: type[Command]) -> None:
    position, row = sent(kind(parcel_id=uuid4()))[0]  # type: ignore[call-arg]
    depot.carry(*pack_commands([(position, row)]))
    raw = codec.to_wire(log.envelope_of(row, position), row.body)
    Inbox.objects.filter(consumer=depot.handlers.name).update(state=Inbox.State.DEAD, due_at=None, tries=8, raw=raw)

    depot.closed = False
    dead_letters.requeue(depot.rows()[0].pk, by="user:7")
    offered = [task_again(each) for each in receipts.due_commands(depot.handlers)]
    depot.carry(*offered, *offered)

    assert [row.state for row in depot.rows()] == ["done"]
    assert depot.done == 1
