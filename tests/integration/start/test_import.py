"""The import pages: upload, look, start; a bad file is refused before anything happens."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from apps.backbone.models import JobRun, Message
from apps.backbone.slots import run_job
from apps.console import frame
from apps.console.imports import sending
from apps.console.start import importing
from apps.orders.models import Order
from tests.integration.api.shop import person, stock_up
from tests.integration.console.test_permissions import senders
from tests.integration.imports.test_sending import HEADER
from tests.integration.start.pages import Desk, faults

pytestmark = pytest.mark.django_db

PAGE = "/start/import/"
GOOD = "R{},tea,1,3.50,EUR,Ada,1 Mill Lane,Graz,8010,AT"
BAD = "R9,tea,0,3.50,EUR,Ada,1 Mill Lane,Graz,8010,AT"


@pytest.fixture
def desk(drain: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(sending.time, "sleep", lambda seconds: drain())
    stock_up(tea=10)
    return Desk()


def upload(desk: Desk, *rows: str, raw: bytes = b"", **options: Any) -> HttpResponse:
    file = SimpleUploadedFile("orders.csv", raw or "\n".join([HEADER, *rows]).encode())
    return desk.client.post(PAGE, {"file": file, "layout": "", "reject": "all", "token": "", **options})


def start(desk: Desk, preview: str) -> HttpResponse:
    page = desk.client.get(preview)
    fields = {**{name: page.wsgi_request.GET[name] for name in page.wsgi_request.GET}}
    return desk.client.post(preview, {**fields, "token": str(page.context["token"]["token"].value())})


def onlooker(*permissions: str) -> Desk:
    looking = Desk.__new__(Desk)
    looking.client = Client()
    looking.client.force_login(person("onlooker", *permissions))
    return looking


def refusals(page: HttpResponse) -> list[str]:
    """What is said under each button of the page that may not be pressed."""
    return re.findall(r'class="why"[^>]*>([^<]*)<', page.content.decode())


def test_a_file_is_looked_at_then_started_once_and_its_orders_come_in(desk: Desk):
    preview = upload(desk, *[GOOD.format(number) for number in range(3)])["Location"]
    page = desk.client.get(preview)
    assert (page.context["imported"].rows, len(page.context["imported"].orders)) == (3, 3)
    assert page.context["sums"] == [("EUR", 1050)]
    assert Order.objects.count() == JobRun.objects.count() == 0

    reply = start(desk, preview)
    run = JobRun.objects.get()
    assert reply["Location"] == f"/jobs/{run.pk}/"
    run_job(run.pk)
    run.refresh_from_db()
    assert (run.state, Order.objects.filter(status="confirmed").count()) == ("done", 3)
    assert Message.objects.filter(type="orders.place_order").values_list("actor", flat=True)[0].startswith("user:")


def test_the_start_button_pressed_twice_is_one_run(desk: Desk):
    preview = upload(desk, GOOD.format(1))["Location"]
    page = desk.client.get(preview)
    fields = {"reject": "all", "token": str(page.context["token"]["token"].value())}
    for _ in range(2):
        desk.client.post(preview, fields)

    assert JobRun.objects.count() == 1


def test_a_file_with_errors_does_not_start_unless_its_orders_are_left_out(desk: Desk):
    preview = upload(desk, GOOD.format(1), BAD)["Location"]

    page = desk.client.get(preview)
    assert [(one.row, one.column) for one in page.context["errors"]] == [(3, "quantity")]
    assert start(desk, preview).status_code == 200
    assert JobRun.objects.count() == 0
    assert start(desk, f"{preview}&reject=rows").status_code == 302
    assert JobRun.objects.count() == 1


def test_the_errors_and_the_rows_left_out_are_files_to_download(desk: Desk):
    preview = upload(desk, GOOD.format(1), "R9,=ghost,0,3.50,EUR,,1 Mill Lane,Graz,8010,AT")["Location"]

    errors = desk.client.get(preview.replace("/?", "/errors.csv?")).content.decode("utf-8-sig").splitlines()
    rows = desk.client.get(preview.replace("/?", "/left-out.csv?")).content.decode("utf-8-sig").splitlines()

    assert errors == [
        "Line,Order,Column,What,Why",
        "3,R9,sku,error,there is no product =ghost",
        "3,R9,quantity,error,must be from 1 to 1000000",
        "3,R9,customer_name,error,is empty",
    ]
    assert rows == [HEADER, "R9,=ghost,0,3.50,EUR,,1 Mill Lane,Graz,8010,AT"]


def test_one_press_leaves_the_bad_orders_out_and_imports_the_others(desk: Desk):
    preview = upload(desk, GOOD.format(1), BAD)["Location"]
    page = desk.client.get(preview)
    fields = {"name": "orders.csv", "reject": ["all", "rows"], "token": str(page.context["token"]["token"].value())}

    reply = desk.client.post(preview, fields)
    run_job(JobRun.objects.get().pk)

    assert reply["Location"] == f"/jobs/{JobRun.objects.get().pk}/"
    assert list(Order.objects.values_list("reference", flat=True)) == ["R1"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"a,b\n1,2\n", "these columns are missing"),
        ("order,city\n1,臺北市中正區\n".encode("big5"), "neither UTF-8 nor Windows-1252"),
        (b"PK\x03\x04\x00\x00", "NUL bytes"),
        (b"\n", "The file is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(desk: Desk, raw: bytes, said: str):
    reply = upload(desk, raw=raw)

    assert reply.status_code == 422
    assert said in faults(reply)["file"][0]


def test_cells_are_shown_escaped(desk: Desk):
    preview = upload(desk, GOOD.format(1).replace("Ada", "<script>alert(1)</script>"))["Location"]

    assert "<script>alert(1)" not in desk.client.get(preview).content.decode()


def test_references_of_another_file_are_warned_of(desk: Desk):
    first = upload(desk, GOOD.format(1))["Location"]
    start(desk, first)
    run_job(JobRun.objects.get().pk)
    second = upload(desk, GOOD.format(1), GOOD.format(2))["Location"]

    assert desk.client.get(first).context["seen"] == 0
    assert desk.client.get(second).context["seen"] == 1


def test_new_products_and_stock_need_their_own_permission(desk: Desk):
    clerk = onlooker("orders.view_order", "orders.add_order")

    assert list(faults(upload(clerk, GOOD.format(1), create_products="on"))) == ["create_products"]
    assert list(faults(upload(clerk, GOOD.format(1), stock="5"))) == ["stock"]


@pytest.mark.parametrize("digest", ["0" * 64, "x", "..%2Fsecret_key"])
def test_only_a_stored_file_can_be_looked_at(desk: Desk, digest: str):
    reply = desk.client.get(f"{PAGE}{digest}/?reject=all")

    assert reply.status_code in (200, 404)
    assert b"SECRET" not in reply.content
    assert JobRun.objects.count() == 0


def test_a_viewer_reads_the_preview_and_its_files_and_starts_nothing(desk: Desk):
    preview = upload(desk, GOOD.format(1), BAD)["Location"]
    viewer = onlooker("orders.view_order")
    lacks = "You lack the permission to place orders."

    page = viewer.client.get(preview)

    assert page.context["imported"].orders[0].buyer.name == "Ada"
    assert (refusals(page), senders(page)) == ([lacks, lacks], [])
    assert viewer.client.get(preview.replace("/?", "/errors.csv?"))["Content-Type"].startswith("text/csv")
    assert BAD in viewer.client.get(preview.replace("/?", "/left-out.csv?")).content.decode()
    assert start(viewer, f"{preview}&reject=rows").status_code == 403
    assert JobRun.objects.count() == 0


def test_who_may_not_see_orders_sees_no_file_of_them(desk: Desk):
    preview = upload(desk, GOOD.format(1), BAD)["Location"]
    stranger = onlooker("inventory.view_product")

    parts = ("/?", "/errors.csv?", "/left-out.csv?")
    assert [stranger.client.get(preview.replace("/?", part)).status_code for part in parts] == [403] * 3


def test_a_preview_that_adds_products_names_the_permissions_for_it(desk: Desk):
    preview = upload(desk, GOOD.format(1), create_products="on", stock="5")["Location"]
    clerk = onlooker("orders.view_order", "orders.add_order")

    lacks = frame.lack(get_user_model().objects.get(username="onlooker"), *importing.ADDING.values())
    assert refusals(clerk.client.get(preview)) == [lacks]
    assert start(clerk, preview).status_code == 403
    assert JobRun.objects.count() == 0
