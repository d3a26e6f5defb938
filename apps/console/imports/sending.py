"""A file's orders into the shop: products, then stock, then orders in batches, never far ahead of what is carried out.

Every command's id follows from the file and the order's reference. A second try, after a kill or a restart, sends only
what the first did not, so that each row counts once.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _, ngettext

from apps.backbone.log import send, transaction
from apps.backbone.messages import Command, Money, zero
from apps.backbone.models import Message, Stream
from apps.backbone.saga import identity
from apps.console.imports.orders import Imported, command
from apps.console.imports.outcome import Outcome, in_chunks, outcome_of, unsettled
from apps.inventory.commands import AddProduct, OpenWarehouse, ReceiveStock
from apps.inventory.events import ReceiptLine
from apps.inventory.models import Product, Warehouse

SOURCE = "/import"
"""Who said the commands, so that a person's own are told from those of a file."""
BATCH = 200
MOST_IN_FLIGHT = 400
"""Orders placed and not yet decided; each has a handful of messages under way, so the backlog stays near 2,000."""
PATIENCE_SECONDS = 120.0
RECEIPT_LINES = 200
REST_SECONDS = 0.1


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What to do besides placing the orders, and what a bad row means for the others."""

    create_products: bool = False
    stock: int = 0
    """So many of every product in the file are received first, into the first warehouse."""
    reject: Literal["all", "rows"] = "all"


class Follower(Protocol):
    """Whoever is told how it goes, and may stop it; a job's run is one."""

    @property
    def actor(self) -> str: ...
    @property
    def cancelled(self) -> bool: ...
    def note(self, text: str) -> None: ...
    def progress(self, done: int, total: int | None = None, cursor: Any = None) -> None: ...


class Stopped(RuntimeError):
    """The import cannot go on; the message says why and what to do."""


class Sender:
    """One try at one file. `rest` passes a moment in which the shop works."""

    def __init__(
        self,
        imported: Imported,
        options: Options,
        follower: Follower,
        *,
        since: int = 0,
        patience: float = PATIENCE_SECONDS,
        rest: Callable[[], object] = lambda: time.sleep(REST_SECONDS),
    ) -> None:
        self.imported, self.options, self.follower, self.rest = imported, options, follower, rest
        self.since, self.patience = since, patience
        self.order_ids = [imported.order_id(order.reference) for order in imported.orders]
        self.undecided = self.order_ids[:since]
        """Those of the orders sent that were not decided when last looked at."""

    def run(self, *, wait: bool) -> Outcome:
        """Send all that is to be sent; with `wait` until every order is decided. Raises Stopped."""
        if self.imported.errors and self.options.reject == "all":
            raise Stopped(rejected(self.imported.bad_rows))
        self.add_products()
        self.receive_stock()
        began = time.monotonic()
        self.place_orders()
        if wait and not self.wait_for(0):
            self.follower.note(_("%(count)d orders are still undecided") % {"count": len(self.undecided)})
        return outcome_of(self.order_ids, time.monotonic() - began)

    def add_products(self) -> None:
        if not self.options.create_products:
            return
        prices: dict[str, tuple[str, Money]] = {}
        for order in self.imported.orders:
            for line in order.lines:
                prices.setdefault(line.sku, (line.title, line.unit_price))
        new = prices.keys() - known_products(prices)
        commands = [AddProduct(sku=sku, title=prices[sku][0], price=prices[sku][1]) for sku in prices if sku in new]
        self.follower.note(_("%(count)d new products") % {"count": len(commands)})
        self.send_all(("product", one.sku, one) for one in commands)
        self.require(lambda: len(known_products(new)), len(new), _("products"))

    def receive_stock(self) -> None:
        if not self.options.stock:
            return
        warehouse_id = self.warehouse()
        skus = list(dict.fromkeys(line.sku for order in self.imported.orders for line in order.lines))
        currency = self.imported.orders[0].buyer.shipping.currency if self.imported.orders else ""
        receipts = [
            ReceiveStock(
                receipt_id=self.identify("receipt", f"{self.options.stock}/{number}"),
                warehouse_id=warehouse_id,
                lines=tuple(
                    ReceiptLine(sku=sku, quantity=self.options.stock, unit_cost=zero(currency)) for sku in some
                ),
                by=self.follower.actor,
                reference=f"import {self.imported.digest[:12]}",
            )
            for number, some in enumerate(in_chunks(skus, RECEIPT_LINES))
        ]
        self.follower.note(_("%(stock)d of each product received") % {"stock": self.options.stock})
        self.send_all(("receive", str(one.receipt_id), one) for one in receipts)
        streams = [f"receipt-{one.receipt_id}" for one in receipts]
        self.require(
            lambda: Stream.objects.filter(name__in=streams, version__gt=0).count(), len(streams), _("receipts")
        )
        refused = Message.objects.filter(stream__in=streams, type="stock.request_refused").first()
        if refused:
            raise Stopped(_("The stock was refused: %(body)s") % {"body": refused.body})

    def warehouse(self) -> str:
        """The one that serves first; a shop without any gets one, if it gets its products here too."""
        first = Warehouse.objects.order_by("priority", "warehouse_id").first()
        if first:
            return first.warehouse_id
        if not self.options.create_products:
            raise Stopped(_("There is no warehouse to receive the stock into. Open one first."))
        self.send_all([("warehouse", "main", OpenWarehouse(warehouse_id="main", name="Main", priority=1))])
        self.require(Warehouse.objects.count, 1, _("warehouses"))
        return "main"

    def place_orders(self) -> None:
        done, total = self.since, len(self.order_ids)
        for some in in_chunks(self.imported.orders[self.since :], BATCH):
            if not self.wait_for(MOST_IN_FLIGHT - len(some)):
                raise self.stuck(_("orders"))
            if self.follower.cancelled:
                raise Stopped(_("Stopped after %(done)d of %(total)d orders.") % {"done": done, "total": total})
            done += len(some)
            with transaction():
                self.send_new([("place", order.reference, command(self.imported, order)) for order in some])
                self.follower.progress(done, total, cursor=done)
            self.undecided += self.order_ids[done - len(some) : done]

    def send_all(self, commands: Iterable[tuple[str, str, Command]]) -> None:
        for some in in_chunks(commands, BATCH):
            with transaction():
                self.send_new(some)

    def send_new(self, commands: Sequence[tuple[str, str, Command]]) -> None:
        """In one look: those of them that no earlier try has sent."""
        by_id = {self.identify(step, key): one for step, key, one in commands}
        known = set(Message.objects.filter(message_id__in=by_id).values_list("message_id", flat=True))
        for message_id, one in by_id.items():
            if message_id not in known:
                send(one, actor=self.follower.actor, source=SOURCE, message_id=message_id, new=True)

    def identify(self, step: str, key: str) -> UUID:
        return identity("import", self.imported.digest, f"{step}/{key}")

    def wait_for(self, most: int) -> bool:
        """Until at most so many of the orders sent are undecided."""

        def decided() -> int:
            self.undecided = unsettled(self.undecided)
            return -len(self.undecided)

        return self.until(decided, -most)

    def require(self, count: Callable[[], int], goal: int, what: str) -> None:
        if not self.until(count, goal):
            raise self.stuck(what)

    def until(self, count: Callable[[], int], goal: int) -> bool:
        """Rest until the count is there; False once it has not moved for long: then the shop is not running."""
        reached, moved_at = count(), time.monotonic()
        while reached < goal:
            self.rest()
            if (now := count()) > reached:
                reached, moved_at = now, time.monotonic()
            elif time.monotonic() - moved_at > self.patience:
                return False
        return True

    def stuck(self, what: str) -> Stopped:
        waits = _(
            "The import waits for %(what)s, and nothing moves. Is the shop running (bin/run)? Then start it again."
        )
        return Stopped(waits % {"what": what})


def rejected(count: int) -> str:
    told = ngettext(
        "Nothing was imported: %(count)d row has an error.", "Nothing was imported: %(count)d rows have errors.", count
    )
    return told % {"count": count}


def known_products(skus: Iterable[str]) -> set[str]:
    return {
        sku
        for some in in_chunks(skus, 500)
        for sku in Product.objects.filter(sku__in=some).values_list("sku", flat=True)
    }
