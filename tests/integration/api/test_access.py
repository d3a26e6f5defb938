"""Who may use the API: a token's bearer, or a session with its CSRF token; each with permission only."""

import io
import re
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.console.models import ApiToken
from tests.integration.api.shop import Caller, in_log, order, person, stock_up

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "one"}


def post(client: Client, **headers: str) -> int:
    reply = client.post("/api/orders", order(), content_type="application/json", headers=KEY | headers)
    return int(reply.status_code)


@pytest.fixture(autouse=True)
def shop(drain: Callable[[], int]) -> None:
    stock_up(tea=10)


def test_without_token_or_session_nothing_is_said():
    reply = Client().get("/api/orders")

    assert (reply.status_code, reply["WWW-Authenticate"]) == (401, "Bearer")
    assert post(Client(enforce_csrf_checks=True)) == 401


def test_a_wrong_token_is_refused_even_with_a_session():
    client = Client()
    client.force_login(person())

    assert post(client, Authorization="Bearer waybill_wrong") == 401


def test_a_session_needs_its_csrf_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(person())
    client.get("/admin/")
    client.get("/api/docs")
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else ""

    assert post(client) == 403
    assert post(client, **{"X-CSRFToken": token}) == 202
    assert in_log("orders.place_order") == 1


def test_each_call_needs_its_permission():
    caller = Caller(person("viewer", "orders.view_order"))

    assert caller.get("/orders").status_code == 200
    assert caller.place().status_code == 403
    assert caller.get("/stock/tea").status_code == 403
    assert in_log("orders.place_order") == 0


def test_a_token_ends_with_its_user():
    user = person()
    caller = Caller(user)
    user.is_active = False
    user.save()

    assert caller.get("/orders").status_code == 401


def test_the_command_prints_a_token_once_and_revokes_all():
    person("ada")
    out = io.StringIO()
    call_command("api_token", "ada", name="shop", stdout=out)
    key = out.getvalue().strip()

    assert re.fullmatch(r"waybill_[\w-]{43}", key)
    assert key not in str(list(ApiToken.objects.values()))
    assert Client(headers={"Authorization": f"Bearer {key}"}).get("/api/orders").status_code == 200
    call_command("api_token", "ada", revoke=True, stdout=out)
    assert Client(headers={"Authorization": f"Bearer {key}"}).get("/api/orders").status_code == 401


def test_a_token_for_nobody_is_refused():
    with pytest.raises(CommandError, match="no user eve"):
        call_command("api_token", "eve")


def test_the_api_describes_itself_to_staff():
    client = Client()
    assert client.get("/api/docs").status_code == 302
    client.force_login(person())

    page, schema = client.get("/api/docs"), client.get("/api/openapi.json").json()
    assert page.status_code == 200
    assert sorted(schema["paths"]) == [
        "/api/orders", "/api/orders/{order_id}", "/api/orders/{order_id}/cancel", "/api/stock/{sku}",
    ]  # fmt: skip


def test_a_token_made_in_the_admin_is_shown_once():
    user, client = person(), Client()
    client.force_login(user)
    page = client.post("/admin/console/apitoken/add/", {"user": user.pk, "name": "till"}, follow=True).content.decode()
    (key,) = re.findall(r"waybill_[\w-]{43}", page)

    assert Client(headers={"Authorization": f"Bearer {key}"}).get("/api/orders").status_code == 200
    assert key not in client.get("/admin/console/apitoken/").content.decode()


def test_nobody_makes_a_token_for_somebody_stronger():
    boss, clerk, client = person("boss"), person("clerk", "console.add_apitoken", "console.view_apitoken"), Client()
    client.force_login(clerk)
    client.post("/admin/console/apitoken/add/", {"user": boss.pk, "name": "till"})
    client.post("/admin/console/apitoken/add/", {"user": clerk.pk, "name": "till"})

    assert [token.user for token in ApiToken.objects.all()] == [clerk]
