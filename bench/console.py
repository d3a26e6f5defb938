"""The console's pages in a big shop: a thousand times as many messages, a hundred times as many orders as are named."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.backbone.models import Message, SagaInstance
from apps.inventory.models import Movement
from apps.orders.models import Customer, Order
from apps.payments.models import Payment
from bench.console_data import fill
from bench.measure import Measure, percentile, timed

TIMES = 7
"""Each page is asked for so often in each run; the median counts."""


def measure(count: int, runs: int) -> list[Measure]:
    fill(1000 * count, 100 * count)
    note = f"{Message.objects.count():,} messages, {Order.objects.count():,} orders; server time, one request at a time"
    return [
        Measure(section="console", name=name, unit="ms", runs=[median(visit) for _ in range(runs)], note=note)
        for name, visit in visits(browser())
    ]


def browser() -> Client:
    """An administrator's, on the address the settings allow."""
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(HTTP_HOST="localhost")
    client.force_login(get_user_model().objects.get_or_create(username="bench", is_superuser=True, is_staff=True)[0])
    return client


def median(visit: Callable[[], Any]) -> float:
    visit()
    return round(1000 * percentile([timed(visit) for _ in range(TIMES)], 0.5), 1)


def visits(client: Client) -> Iterator[tuple[str, Callable[[], Any]]]:
    def visit(address: str, **given: Any) -> Callable[[], Any]:
        def ask() -> None:
            reply = client.get(address, given)
            assert reply.status_code == 200, (address, reply.status_code)

        return ask

    events = reverse("console:events")
    for name, given in filters():
        yield f"events: {name}", visit(events, **given)
    for name, address in (*pages(), *lists()):
        yield name, visit(address)


def filters() -> Iterator[tuple[str, dict[str, Any]]]:
    middle = Message.objects.filter(seq__gte=Message.objects.order_by("-seq")[0].seq // 2).order_by("seq")[0]
    day = timezone.localtime(middle.occurred_at).strftime("%Y-%m-%dT%H:%M:%S")
    order = Order.objects.order_by("-placed_at")[0]
    yield "first page", {}
    yield "a page in the middle", {"older": middle.seq}
    yield "jump to a time", {"at": day}
    yield "jump to a position", {"position": middle.seq}
    yield "a frequent type", {"type": "payments.perform_operation"}
    yield "a rare type", {"type": "inventory.open_warehouse"}
    yield "types by their beginning", {"type": "order."}
    yield "one service", {"service": "payments"}
    yield "commands of one service", {"service": "inventory", "kind": "command"}
    yield "events only", {"kind": "event"}
    yield "one stream", {"stream": f"order-{order.pk}"}
    yield "one stream, by an order's number", {"stream": order.number}
    yield "a long stream", {"stream": long_stream()}
    yield "one correlation", {"correlation": middle.correlation_id}
    yield "text, last 24 hours, often there", {"text": "Darjeeling"}
    yield "text, last 24 hours, nowhere there", {"text": "no such words"}
    yield "text, a week, nowhere there", {"text": "no such words", "within": "week"}
    yield "text, a day in the middle", {"text": "Darjeeling", "at": day}
    yield "text and a type", {"text": "no such words", "type": "order.placed", "within": "week"}


def long_stream() -> str:
    counted = Message.objects.filter(kind="event", stream__startswith="product-").values_list("stream")
    name: str = counted.annotate(number=Count("seq")).order_by("-number")[0][0]
    return name


def pages() -> Iterator[tuple[str, str]]:
    placed = Message.objects.filter(type="order.placed").order_by("-seq")[0]
    together = Message.objects.values_list("correlation_id").annotate(number=Count("seq")).order_by("-number")
    widest = Message.objects.filter(correlation_id=together[0][0]).order_by("seq")[0]
    sku = Movement.objects.values_list("sku").annotate(number=Count("pk")).order_by("-number")[0][0]
    buyer = Customer.objects.filter(pk__in=Order.objects.values("customer_id")[:1]).get()
    payment = Payment.objects.order_by("-created_at")[0]
    middle = Payment.objects.order_by("-created_at")[Payment.objects.count() // 2]
    deep = f"{(middle.created_at + timedelta(microseconds=1)).isoformat().replace('+', '%2B')},{middle.pk}"
    yield "one message", reverse("console:event", args=[placed.seq])
    yield f"one message, {together[0][1]} of one beginning", reverse("console:event", args=[widest.seq])
    yield "stock", reverse("console:stock")
    yield "stock: found by title", f"{reverse('console:stock')}?q=earl"
    yield "one product, its movements", reverse("console:stock-product", args=[sku])
    yield "payments", reverse("console:payments")
    yield "payments: a page in the middle", f"{reverse('console:payments')}?older={deep}"
    yield "payments: one state", f"{reverse('console:payments')}?status=declined"
    yield "payments: a state that none has", f"{reverse('console:payments')}?status=pending"
    yield "payments: by order number", f"{reverse('console:payments')}?q={Order.objects.all()[0].number}"
    yield "open operations", reverse("console:payments-open")
    yield "books", reverse("console:payment-books")
    yield "one payment", reverse("console:payment", args=[payment.pk])
    yield "customers", reverse("console:customers")
    yield "customers: found by name", f"{reverse('console:customers')}?q={buyer.name.split()[0]}"
    yield "one customer", reverse("console:customer", args=[buyer.pk])
    yield "gateway", reverse("console:gateway")
    yield "read models", reverse("console:read-models")
    yield "home", reverse("admin:index")


def lists() -> Iterator[tuple[str, str]]:
    number, buyer = Order.objects.all()[0].number, Customer.objects.order_by("name")[0]
    yield "orders", reverse("console:orders")
    yield "orders: one state", f"{reverse('console:orders')}?state=confirmed"
    yield "orders: held", f"{reverse('console:orders')}?state=held"
    yield "orders: the beginning of a name", f"{reverse('console:orders')}?q={buyer.name[:3]}"
    yield "orders: the end of a number", f"{reverse('console:orders')}?q={number[-4:]}"
    yield "orders: nothing found", f"{reverse('console:orders')}?q=no+such+words"
    yield "one order", reverse("console:order", args=[Order.objects.order_by("-placed_at")[0].pk])
    yield "runs", reverse("console:runs")
    yield "runs: one process", f"{reverse('console:runs')}?kind=shipping"
    yield "runs: stuck", f"{reverse('console:runs')}?state=stuck"
    yield "one run", reverse("console:run", args=[SagaInstance.objects.filter(saga="checkout").order_by("-pk")[0].pk])
    yield "jobs", reverse("console:jobs")
    yield "start", reverse("console:start")
    yield "problems", reverse("console:problems")
    yield "dead letters", reverse("console:dead-letters")
    yield "celery tasks", reverse("console:tasks")
    yield "workers and queues", reverse("console:workers")
    yield "schedules", reverse("console:schedules")
    yield "what people did", reverse("console:operator-actions")
    yield "palette: an order", f"{reverse('console:palette')}?q={number}"
    yield "palette: the beginning of a name", f"{reverse('console:palette')}?q={buyer.name[:3]}"
