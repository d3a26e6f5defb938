"""Every page of the console that can be opened, collected from the addresses themselves: a new page is in by itself."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django_celery_results.models import TaskResult

from apps.backbone import slots
from apps.backbone.models import Inbox, JobRun, Message, Process, Repair, SagaInstance, Schedule
from apps.inventory.models import Product
from apps.orders.models import Customer, Order
from apps.payments.models import Payment

Example = Callable[[], Any]


def first(model: Any, **filters: Any) -> Example:
    return lambda: model.objects.filter(**filters).values_list("pk", flat=True).first()


EXAMPLES: dict[str, Example] = {
    "customer_id": first(Customer),
    "digest": lambda: None,
    "message_id": lambda: Message.objects.filter(kind="command").values_list("message_id", flat=True).first(),
    "order_id": first(Order),
    "payment_id": first(Payment),
    "repair_id": first(Repair),
    "result_id": first(TaskResult),
    "row_id": first(Inbox, state="dead"),
    "seq": first(Message, kind="event"),
    "sku": first(Product),
    "user_id": lambda: get_user_model().objects.values_list("pk", flat=True).first(),
    "dead-letters action": lambda: "retry",
    "contract name": lambda: "order.placed",
    "gateway name": lambda: None,
    "break name": lambda: None,
    "rebuild name": lambda: None,
    "job-start name": lambda: slots.offered()[0].name,
    "job run_id": first(JobRun),
    "order-action action": lambda: None,
    "pick-order action": lambda: "ship",
    "run run_id": first(SagaInstance),
    "run action": lambda: None,
    "schedule name": first(Schedule),
    "slots name": first(Schedule),
    "process name": first(Process),
}
"""What stands in an address, by the name of its part, or by that of the page (or how it begins) and of the part;
`None` where only a form leads, or nothing is in the shop yet."""
FOLLOWED = re.compile(r'href="(/dead-letters/group/\?[^"#]+)"')
"""Pages that only a link with a query leads to."""


def every_page(client: Client) -> list[str]:
    """Whole pages that this client can open; parts of pages, files and what only a form may ask for are left out."""
    found: dict[str, None] = {}
    for address in addresses():
        body = page(client, address)
        if body:
            found[address] = None
            found.update(dict.fromkeys(unescape(link) for link in FOLLOWED.findall(body)[:1]))
    return list(found)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
        return ""
    body = "" if response.streaming else response.content.decode()
    return body if "<html" in body else ""


def addresses() -> Iterator[str]:
    yield reverse("admin:index")
    yield from of_the_console()
    yield from of_the_admin()
    yield reverse("admin:password_change")


def of_the_console() -> Iterator[str]:
    for resolver in get_resolver().url_patterns:
        if getattr(resolver, "app_name", "") != "console":
            continue
        for pattern in resolver.url_patterns:
            if pattern.name and (given := arguments(pattern)) is not None:
                yield reverse(f"console:{pattern.name}", kwargs=given)


def arguments(pattern: URLPattern) -> dict[str, Any] | None:
    names = [*pattern.pattern.converters, *getattr(pattern.pattern.regex, "groupindex", {})]
    given = {name: example(str(pattern.name), name)() for name in names}
    return None if None in given.values() else given


def example(page_name: str, part: str) -> Example:
    words = page_name.split("-")
    wanted = ["-".join(words[:count]) + f" {part}" for count in range(len(words), 0, -1)]
    for key in (*wanted, part):
        if key in EXAMPLES:
            return EXAMPLES[key]
    raise LookupError(f"give tests/pages.py an example of “{part}” for the page “{page_name}”")


def of_the_admin() -> Iterator[str]:
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.values_list("pk", flat=True).first()
        for name, args in (("changelist", []), ("add", []), ("change", [row]), ("delete", [row])):
            if row is not None or not args:
                try:
                    yield reverse(f"{base}_{name}", args=args)
                except NoReverseMatch:
                    continue
