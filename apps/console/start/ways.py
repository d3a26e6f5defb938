"""Everything that staff can begin, in the order in which it is shown: what it is, where it is begun, who may."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from apps.backbone import slots

STEER, STOCK, CATALOG = "orders.change_order", "inventory.change_stocklevel", "inventory.add_product"
MONEY, JOBS = "payments.change_payment", "backbone.change_jobrun"
PAGED = ("console.rebuild",)
SCHEDULES, GATEWAY = "django_celery_beat.change_periodictask", "payments.change_faultprofile"


@dataclass(frozen=True)
class Way:
    """One thing to begin; `name` is its page's, `of` what that page takes."""

    title: Any
    about: Any
    icon: str
    name: str
    permission: str
    of: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Nothing if there is no such page."""
        try:
            return reverse(self.name, args=self.of)
        except NoReverseMatch:
            return ""


def of_an_order(title: Any, about: Any, icon: str, action: str, permission: str = STEER) -> Way:
    return Way(title, about, icon, "console:pick-order", permission, (action,))


ORDERS = [
    Way(_("Place order"), _("For a customer on the phone, or with a test card to see what happens."),
        "add_shopping_cart", "console:place-order", "orders.add_order"),
    Way(_("Add a customer"), _("Somebody who will order again."),
        "person_add", "console:add-customer", "orders.add_order"),
    Way(_("Import orders"), _("A CSV file of many: checked first, then placed one by one."),
        "upload_file", "console:import-orders", "orders.add_order"),
    of_an_order(_("Ship an order"), _("Packs it whole and captures its money."), "package_2", "ship"),
    of_an_order(_("Dispatch a parcel"), _("Hand a packed order over to a carrier."), "local_shipping", "dispatch"),
    of_an_order(_("Mark as delivered"), _("The parcel has arrived; the order is completed."), "home_pin", "delivered"),
    of_an_order(_("Hold an order"), _("Nothing of it moves until it is released."), "pause_circle", "hold"),
    of_an_order(_("Release a hold"), _("The order goes on."), "play_circle", "release"),
    of_an_order(_("Cancel an order"), _("Its stock and its money are given back."), "do_not_disturb_on", "cancel"),
]  # fmt: skip
PAYMENTS = [
    of_an_order(_("Refund"), _("Captured money goes back to the card, all of it or a part."),
                "currency_exchange", "refund", MONEY),
    of_an_order(_("Record an outcome"), _("What became of a payment that the gateway never told."),
                "flag", "outcome", MONEY),
    Way(_("Break something"), _("Let the gateway misbehave, and see how an order is undone."),
        "dns", "console:gateway", GATEWAY),
]  # fmt: skip
GOODS = [
    Way(_("Receive stock"), _("Goods have come in."), "move_to_inbox", "console:receive-stock", STOCK),
    Way(_("Adjust stock"), _("The shelf shows another number than the page."), "tune", "console:adjust-stock", STOCK),
    Way(_("Add a product"), _("Something new is sold."), "new_label", "console:add-product", CATALOG),
    Way(_("Open a warehouse"), _("Stock is kept in one more place."), "warehouse", "console:open-warehouse", CATALOG),
]
CARE = [
    Way(_("Schedule a job"), _("By the clock: every night, every Monday, once."),
        "schedule", "console:schedules", SCHEDULES),
    Way(_("Rebuild a read model"), _("From the log, beside the rows that are read meanwhile."),
        "build", "console:read-models", JOBS),
]  # fmt: skip


def of_jobs() -> list[Way]:
    """Each job that can be run by hand, but for those that have a page of their own."""
    return [
        Way(job.title, "", "work_history", "console:job-start", JOBS, (job.name,))
        for job in slots.offered()
        if job.name not in PAGED
    ]


def groups() -> list[tuple[Any, list[Way]]]:
    return [
        (_("Orders"), ORDERS),
        (_("Payments"), PAYMENTS),
        (_("Stock"), GOODS),
        (_("Schedules and read models"), CARE),
        (_("Run a job"), of_jobs()),
    ]
