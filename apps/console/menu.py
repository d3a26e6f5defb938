"""The menu's items and the pages that belong to each: the one place that gives pages their words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from apps.console.home import triage


@dataclass(frozen=True)
class Page:
    """A page under an item of the menu; with a title it is also shown in the strip above that item's pages."""

    name: str
    """Of the page, or the beginning of its address."""
    title: Any = ""
    permission: str = ""


@dataclass(frozen=True)
class Place:
    """One item of the menu. Its title is also the first word in the heading of every page that belongs to it."""

    title: Any
    icon: str
    names: tuple[str, ...]
    """Its page; of several the first that there is."""
    permission: str = ""
    within: tuple[Page, ...] = ()
    count: Callable[[HttpRequest], int] | None = None
    """How many things there need a person."""

    @property
    def address(self) -> str:
        return next(filter(None, map(address, self.names)), "")

    def folders(self) -> Iterator[str]:
        return filter(None, map(address, (*self.names, *(page.name for page in self.within))))


def address(name: str) -> str:
    """Of a page by its name; nothing if there is no such page."""
    if name.startswith("/"):
        return name
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def listed(model: str) -> str:
    return f"admin:{model}_changelist"


ABOVE = [
    Place(_("Home"), "home", ("admin:index",)),
    Place(_("Live"), "stream", ("console:live",), "backbone.view_message"),
]
SHOP = [
    Place(
        _("Orders"),
        "receipt_long",
        ("console:orders",),
        "orders.view_order",
        (Page("/orders/"), Page(listed("orders_shipment"), _("Shipments"), "orders.view_shipment")),
    ),
    Place(
        _("Stock"),
        "inventory_2",
        ("console:stock",),
        "inventory.view_stocklevel",
        (
            Page(listed("inventory_stocklevel")),
            Page(listed("inventory_product"), _("Products"), "inventory.view_product"),
            Page(listed("inventory_warehouse"), _("Warehouses"), "inventory.view_warehouse"),
            Page(listed("inventory_reservation"), _("Reservations"), "inventory.view_reservation"),
        ),
    ),
    Place(
        _("Payments"),
        "payments",
        ("console:payments",),
        "payments.view_payment",
        (
            Page(listed("payments_payment")),
            Page("console:payments-open", _("Open operations"), "payments.view_operation"),
            Page("console:payment-books", _("Books"), "payments.view_ledgerentry"),
            Page(listed("payments_operation"), _("Operations"), "payments.view_operation"),
            Page(listed("payments_ledgerentry"), _("Ledger"), "payments.view_ledgerentry"),
        ),
    ),
    Place(
        _("Customers"),
        "group",
        ("console:customers",),
        "orders.view_customer",
        (Page(listed("orders_customer")),),
    ),
]
WORKFLOWS = [
    Place(_("Start"), "play_circle", ("console:start",)),
    Place(
        _("Runs"),
        "account_tree",
        ("console:runs",),
        "backbone.view_sagainstance",
        (Page(listed("backbone_sagainstance")), Page("console:jobs", _("Jobs"), "backbone.view_jobrun")),
    ),
    Place(_("Schedules"), "schedule", ("console:schedules",), "django_celery_beat.view_periodictask"),
]
REPAIR = [
    Place(_("Problems"), "emergency_home", ("console:problems",), count=triage.count_problems),
    Place(
        _("Dead letters"),
        "mark_email_unread",
        ("console:dead-letters",),
        "backbone.view_inbox",
        count=triage.count_dead_letters,
    ),
]
SYSTEM = [
    Place(
        _("Events"),
        "list_alt",
        ("console:events",),
        "backbone.view_message",
    ),
    Place(
        _("Celery tasks"),
        "task",
        ("console:tasks",),
        "django_celery_results.view_taskresult",
    ),
    Place(
        _("Workers & queues"),
        "memory",
        ("console:workers",),
        "backbone.view_process",
    ),
    Place(_("Read models & audit"), "fact_check", ("console:read-models",), "backbone.view_jobrun"),
    Place(
        _("Gateway"),
        "dns",
        ("console:gateway",),
        "payments.view_faultprofile",
    ),
    Place(_("Mail"), "mail", (listed("console_mail"),), "console.view_mail"),
    Place(_("API"), "api", ("console-api:openapi-view",)),
    Place(
        _("People & roles"),
        "manage_accounts",
        ("console:roles",),
        "auth.view_user",
        (
            Page(listed("auth_user"), _("People"), "auth.view_user"),
            Page(listed("auth_group"), _("Roles"), "auth.view_group"),
            Page(listed("console_apitoken"), _("API tokens"), "console.view_apitoken"),
            Page("console:operator-actions", _("What people did"), "backbone.view_message"),
        ),
    ),
]
MENU: list[tuple[Any, list[Place]]] = [
    ("", ABOVE),
    (_("Shop"), SHOP),
    (_("Workflows"), WORKFLOWS),
    (_("Repair"), REPAIR),
    (_("System"), SYSTEM),
]


def place_of(path: str) -> Place | None:
    """The item that a page belongs to: the one whose folder lies nearest above it. Home is above nothing."""
    home = reverse("admin:index")
    found = [
        (len(folder), place)
        for _title, places in MENU
        for place in places
        for folder in place.folders()
        if path == folder or (folder != home and path.startswith(folder))
    ]
    return max(found, key=lambda one: one[0])[1] if found else None
