"""The frame: the notice of what is missing, the menu, the mail that is kept."""

import re
from html import unescape

import pytest
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse

from apps.backbone import clock
from apps.backbone.models import Process
from apps.console import watch
from apps.console.menu import MENU
from apps.console.models import Mail
from tests.integration.console.people import administrator, client_of

pytestmark = pytest.mark.django_db


def alive(*roles: str) -> None:
    for role in roles:
        now = clock.now()
        Process.objects.create(name=f"{role}@here:1", role=role, host="here", pid=1, started_at=now, seen_at=now)


def test_alone_the_web_says_that_nothing_moves_and_how_to_start_it() -> None:
    body = administrator().get(reverse("console:orders")).content.decode()

    assert "no relay, consumer, worker or beat is running" in body
    assert "python manage.py up" in body


def test_one_missing_process_is_named_with_its_command() -> None:
    alive(*(one.role for one in watch.expected() if one.role != "beat"))

    assert [(one.role, one.command) for one in watch.silent()] == [("beat", "celery -A project.celery:beat beat")]
    assert "celery -A project.celery:beat beat" in administrator().get(reverse("admin:index")).content.decode()


def test_embedded_one_worker_is_every_worker() -> None:
    alive(
        "relay", "beat", "worker embedded", *(one.role for one in watch.expected() if one.role.startswith("consumer"))
    )

    assert watch.silent() == []


def test_the_menu_leads_only_where_one_may_go() -> None:
    client = client_of("viewer", "orders.view_order")

    menu = client.get(reverse("admin:index")).context["sidebar_navigation"]

    titles = [item["title"] for group in menu for item in group["items"]]
    assert "Orders" in titles
    assert not {"Live", "Payments", "Events", "Dead letters", "People & roles"} & set(titles)


def test_every_item_of_the_menu_opens() -> None:
    client = administrator()

    for group in client.get(reverse("admin:index")).context["sidebar_navigation"]:
        for item in group["items"]:
            assert client.get(item["link"], follow=True).status_code == 200, item["title"]


def test_the_menu_is_in_the_operators_words() -> None:
    menu = administrator().get(reverse("admin:index")).context["sidebar_navigation"]

    found = [(str(group["title"]), [str(item["title"]) for item in group["items"]]) for group in menu]
    assert [(title, [str(place.title) for place in places if place.address]) for title, places in MENU] == found


@pytest.mark.parametrize(
    ("page", "heading"),
    [
        ("admin:index", ["Home"]),
        ("console:live", ["Live"]),
        ("console:place-order", ["Start", "Place order"]),
        ("console:jobs", ["Runs", "Jobs"]),
        ("console:orders", ["Orders"]),
        ("admin:inventory_product_changelist", ["Stock", "Products"]),
        ("admin:payments_ledgerentry_changelist", ["Payments", "Ledger"]),
        ("admin:console_apitoken_changelist", ["People & roles", "API tokens"]),
    ],
)
def test_every_heading_begins_with_the_menus_word(page: str, heading: list[str]) -> None:
    body = administrator().get(reverse(page)).content.decode()

    shown = re.search(r"<h1.*?</h1>", body, re.DOTALL)
    assert shown is not None
    assert re.findall(r"(?:<a href=[^>]*>|frame-here\">)([^<]+)<", shown[0].replace("&amp;", "&")) == heading
    assert f"{' · '.join(reversed(heading))} | Waybill" in unescape(body)


def test_one_item_of_the_menu_is_lit_wherever_one_is() -> None:
    client = administrator()

    for group in client.get(reverse("admin:index")).context["sidebar_navigation"]:
        for item in group["items"]:
            page = client.get(item["link"], follow=True)
            if page.context and (menu := page.context.get("sidebar_navigation")):
                lit = [one["title"] for part in menu for one in part["items"] if one["active"]]
                assert lit == [item["title"]]


def test_what_belongs_together_stands_side_by_side() -> None:
    client = client_of("stock", "inventory.view_stocklevel", "inventory.view_product")

    body = client.get(reverse("admin:inventory_product_changelist")).content.decode()

    strip = body.partition('<nav class="strip"')[2].partition("</nav>")[0]
    assert re.findall(r">([A-Z]\w+)<", strip) == ["Stock", "Products"]
    assert strip.count("aria-current") == 1


def test_mail_stays_on_a_page_while_no_server_is_named() -> None:
    mail = EmailMessage("Your order <b>", "Thank you.", "shop@localhost", ["ada@example.org"])
    mail.connection = get_connection("apps.console.kept_mail.KeptMail")
    mail.send()

    kept = Mail.objects.get()
    assert (kept.subject, kept.recipients, kept.body) == ("Your order <b>", "ada@example.org", "Thank you.")
    page = administrator().get(reverse("admin:console_mail_change", args=[kept.pk])).content.decode()
    assert "Thank you." in page
    assert "Your order <b>" not in page
