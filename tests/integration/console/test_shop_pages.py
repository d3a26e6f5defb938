"""Stock, payments and customers as people need them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.backbone import clock, slots
from apps.backbone.models import JobRun
from apps.inventory.models import StockLevel
from apps.orders.models import Customer, Order
from apps.payments.gateway.simulated.models import SimulatedCharge
from apps.payments.models import Operation, Payment
from tests.integration.console.people import administrator, client_of
from tests.integration.orders.shop import ORDER, open_shop, place, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(drain: Callable[[], int]) -> None:
    open_shop(drain, tea=5, cup=20)
    say(place())
    drain()


@pytest.fixture
def client() -> Client:
    return administrator()


def skus(page: Any) -> list[str]:
    return [level.product_id for level in page.context["page"].rows]


def test_low_stock_comes_first_and_is_a_list_of_its_own(shop: None, client: Client) -> None:
    StockLevel.objects.filter(product_id="tea").update(low=True)

    assert skus(client.get("/stock/")) == ["tea", "cup"]
    assert skus(client.get("/stock/?low=1")) == ["tea"]
    assert skus(client.get("/stock/?q=cu")) == ["cup"]
    assert skus(client.get("/stock/?warehouse=elsewhere")) == []


def test_a_product_shows_what_moved_it_and_why(shop: None, client: Client) -> None:
    page = client.get(reverse("console:stock-product", args=["tea"]))

    moves = [(move["row"].type, move["row"].on_hand, move["available"]) for move in page.context["moves"]]
    assert moves[-1] == ("stock.received", 5, 5)
    assert ("stock.reserved", 0, -2) in moves
    assert Order.objects.get().number in page.content.decode()
    assert client.get(reverse("console:stock-product", args=["none"])).status_code == 404


def test_who_may_not_change_stock_is_told_so(shop: None) -> None:
    page = client_of("viewer", "inventory.view_stocklevel").get("/stock/")

    assert 'aria-disabled="true"' in page.content.decode()
    assert "You lack the permission to receive and adjust stock." in page.content.decode()


def test_payments_are_found_by_order_state_and_reference(shop: None, client: Client) -> None:
    payment, number = Payment.objects.get(), Order.objects.get().number

    for query in (number, str(ORDER), str(payment.pk), payment.gateway_reference[:6]):
        assert [row.pk for row, _number in client.get("/payments/", {"q": query}).context["rows"]] == [payment.pk], (
            query
        )
    assert client.get("/payments/", {"status": "refunded"}).context["rows"] == []
    assert client.get("/payments/", {"status": "authorized"}).context["rows"] == [(payment, number)]


def test_a_payment_is_compared_with_the_gateways_book(shop: None, client: Client) -> None:
    address = reverse("console:payment", args=[Payment.objects.get().pk])

    same = client.get(address).context["compared"]
    SimulatedCharge.objects.update(amount_minor=1)
    differs = client.get(address)

    assert [one.same for one in same] == [True] * 4
    assert [one.same for one in differs.context["compared"]] == [False, True, True, True]
    assert "differs" in differs.content.decode()


def test_what_only_a_person_can_settle_is_counted_listed_and_led_to(shop: None, client: Client) -> None:
    Operation.objects.update(status="needs_review")

    assert "1 to review" in client.get("/payments/").content.decode()
    page = client.get("/payments/open/?status=needs_review")
    assert [row.status for row, _number in page.context["rows"]] == ["needs_review"]
    assert reverse("console:order", args=[ORDER]) + "#offers" in page.content.decode()
    assert client.get("/payments/open/?status=unknown").context["rows"] == []


def test_the_books_show_money_balance_and_agreement(shop: None, client: Client) -> None:
    for job in ("payments.trial-balance", "console.nightly-audit"):
        slots.run_job(slots.start(job).pk)

    page = client.get("/payments/books/")

    assert [row[0] for row in page.context["accounts"]] == ["customer_authorized", "gateway_receivable"]
    assert page.context["findings"]
    assert JobRun.objects.filter(state="done").count() == 2


def test_customers_are_found_with_what_they_ordered(shop: None, client: Client) -> None:
    ada, bob = (
        Customer.objects.create(customer_id=uuid4(), name=name, email=f"{name}@example.org", registered_at=clock.now())
        for name in ("Ada", "Bob")
    )
    Order.objects.update(customer_id=ada.pk, captured_minor=500, refunded_minor=100)

    page = client.get("/customers/", {"q": "ad"})
    (row, totals), *others = page.context["rows"]
    assert (row, others) == (ada, [])
    assert [(one.currency, one.orders, one.ordered_minor, one.paid_minor) for one in totals] == [("EUR", 1, 1000, 400)]
    assert [row for row, _totals in client.get("/customers/", {"q": Order.objects.get().number}).context["rows"]] == [
        ada
    ]
    assert [row for row, _totals in client.get("/customers/").context["rows"]] == [ada, bob]
    assert [row.pk for row in client.get(reverse("console:customer", args=[ada.pk])).context["page"].rows] == [ORDER]


def test_empty_shops_say_what_to_do(client: Client) -> None:
    for address in ("/stock/", "/payments/", "/customers/"):
        assert 'class="empty"' in client.get(address).content.decode()
    assert 'class="good"' in client.get("/payments/open/").content.decode()


def test_no_list_counts_its_rows(shop: None, client: Client) -> None:
    for address in ("/stock/", "/payments/", "/customers/", "/payments/open/"):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        said = " ".join(query["sql"] for query in asked.captured_queries)
        assert "OFFSET" not in said
        assert 'COUNT(*) AS "__count" FROM "payments_payment"' not in said
