"""What a room of the console brings along is found without being listed."""

import pytest
from django.apps import apps
from django.urls import reverse

from apps.backbone import slots
from apps.console import rooms
from tests.integration.console.people import administrator

OF_ROOMS = {"console.import-orders", "console.rebuild", "console.repair-dead-letters"}


def test_a_rooms_job_registers_itself_at_start():
    assert apps.ready
    registered = {job.function.__module__: job.name for job in slots.registered()}

    found = {registered[module.__name__] for module in rooms.every("job")}

    assert found == OF_ROOMS


def test_a_rooms_pages_have_their_addresses():
    assert "apps.console.stock.urls" in [module.__name__ for module in rooms.every("urls")]
    assert reverse("console:stock") == "/stock/"


def test_a_room_without_the_part_is_passed_over():
    assert rooms.every("no_such_part") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("payments", ("q", "status")),
        ("stock", ("q", "warehouse", "low")),
        ("roles", ("role", "name")),
        ("operator-actions", ("who", "what")),
        ("customers", ("q",)),
    ],
)
def test_what_no_database_takes_narrows_nothing(page: str, fields: tuple[str, ...]):
    reply = administrator().get(reverse(f"console:{page}"), dict.fromkeys(fields, "\x00 "))

    assert (reply.status_code, b"\x00" in reply.content) == (200, False)
