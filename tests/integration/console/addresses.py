"""Every address of the console and the admin, filled with things that a small shop has."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import URLPattern, get_resolver, reverse
from django_celery_results.models import TaskResult

from apps.backbone import clock, slots
from apps.backbone.models import Inbox, JobRun, Message, Repair, SagaInstance, Schedule
from apps.orders.commands import RegisterCustomer
from apps.orders.models import Customer
from apps.payments.models import Payment
from tests.integration.console.people import person
from tests.integration.orders.shop import ORDER, open_shop, place, say

LETTER = {"consumer": "orders.events", "type": "stock.reserved", "tries": 8, "error_class": "ValueError", "error": "no"}


@dataclass(frozen=True)
class Address:
    name: str
    path: str


def fill_shop(drain: Callable[[], int]) -> None:
    """An order with its run and payment, a dead letter, a task's result, a schedule, a job that waits."""
    open_shop(drain, tea=5)
    say(RegisterCustomer(customer_id=UUID(int=9), name="Ada Lovelace", email="ada@example.org"), place())
    drain()
    message = Message.objects.filter(type="stock.reserved").get()
    Inbox.objects.filter(message_id=message.message_id, consumer=LETTER["consumer"]).delete()
    Inbox.objects.create(
        message_id=message.message_id, state=Inbox.State.DEAD, position=1, received_at=clock.now(), **LETTER
    )
    TaskResult.objects.create(task_id="one", task_name="orders.place_order", status="SUCCESS")
    slots.seed()
    slots.start(slots.offered()[0].name, actor="user:1")
    Repair.objects.create(action=Repair.Action.RETRY, actor="user:1", began_at=clock.now(), ended_at=clock.now())
    person("somebody")


def values(route: str) -> dict[str, Any]:
    """What the parts of the routes stand for; a new part has to be named here."""
    job = route.startswith(("job", "import"))
    return {
        "order_id": ORDER,
        "customer_id": first(Customer),
        "payment_id": first(Payment),
        "user_id": get_user_model().objects.get(username="somebody").pk,
        "run_id": first(JobRun) if job else first(SagaInstance),
        "row_id": Inbox.objects.get(state=Inbox.State.DEAD).pk,
        "result_id": first(TaskResult),
        "seq": Message.objects.filter(type="order.placed").get().pk,
        "message_id": Message.objects.filter(type="inventory.receive_stock").get().message_id,
        "sku": "tea",
        "name": named(route),
        "digest": "0" * 64,
        "repair_id": first(Repair),
        "action": "retry" if route.startswith("dead") else "cancel",
        "slot_id": 1,
        "warehouse_id": "main",
        "consumer": "orders.events",
    }


def named(route: str) -> str:
    if route == "job-start":
        return slots.offered()[0].name
    if route == "contract":
        return "order.placed"
    if route in ("gateway-use", "break"):
        return "declining"
    if route.startswith(("schedule", "slots")):
        return Schedule.objects.order_by("name").values_list("name", flat=True)[0]
    return "orders"


def first(model: Any) -> Any:
    return model.objects.order_by("pk").values_list("pk", flat=True).first()


def console_addresses() -> Iterator[Address]:
    for pattern in get_resolver("apps.console.urls").url_patterns:
        if isinstance(pattern, URLPattern) and pattern.name:
            parts = values(pattern.name)
            wanted = {part: parts[part] for part in pattern.pattern.regex.groupindex}
            yield Address(pattern.name, reverse(f"console:{pattern.name}", kwargs=wanted))


def admin_addresses() -> Iterator[Address]:
    """Each list, and the page of one thing in it."""
    yield Address("index", reverse("admin:index"))
    yield Address("password", reverse("admin:password_change"))
    for model in admin.site._registry:
        name = model._meta.label_lower.replace(".", "_")
        yield Address(name, reverse(f"admin:{name}_changelist"))
        if pk := first(model):
            yield Address(name, reverse(f"admin:{name}_change", args=[pk]))
