"""A whole shop of its own: `manage.py up` on a private folder and port, and scripts that work beside it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PASSWORD = "browser-tests"
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
DEMO_SECONDS = 600

STOCK_UP = """
import uuid
from apps.backbone.log import send
from apps.backbone.messages import Money
from apps.inventory.commands import AddProduct, OpenWarehouse, ReceiveStock
from apps.inventory.events import ReceiptLine
from apps.inventory.models import Product, StockLevel, Warehouse
from tests.browser.shop import until
send(OpenWarehouse(warehouse_id="main", name="Main", priority=1))
for sku in ("tea", "cup"):
    send(AddProduct(sku=sku, title=sku.title(), price=Money(450, "EUR")))
until(lambda: Product.objects.count() == 2 and Warehouse.objects.count() == 1)
lines = tuple(ReceiptLine(sku=sku, quantity=500, unit_cost=Money(200, "EUR")) for sku in ("tea", "cup"))
send(ReceiveStock(receipt_id=uuid.uuid4(), warehouse_id="main", lines=lines, by="system"))
until(lambda: StockLevel.objects.count() == 2)
"""
PLACE = """
from uuid import UUID
from apps.backbone.log import send
from tests.integration.orders.shop import place
for number in range({first}, {first} + {count}):
    send(place(number, {card!r}), actor="user:1")
"""
GIVE_UP = """
from apps.backbone import codec, log
from apps.backbone.models import Inbox, Message
from tests.browser.shop import until
rows = Inbox.objects.filter(consumer="inventory.events", type="order.confirmed")
until(lambda: rows.count() >= 2)
for row in rows[:2]:
    message = Message.objects.get(message_id=row.message_id)
    row.raw = codec.to_wire(log.envelope_of(message, row.position), message.body)
    row.state, row.tries, row.error_class = "dead", 8, "ValueError"
    row.error = "no such warehouse <script>alert(1)</script>"
    row.error_place, row.traceback = "apps/inventory/projections.py:1 place", "Traceback (most recent call last): …"
    row.save()
"""
PAGES = """
import json, sys
from django.contrib.auth import get_user_model
from django.test import Client
from tests.pages import every_page
client = Client(SERVER_NAME="localhost", raise_request_exception=False)
client.force_login(get_user_model().objects.get(username="admin"))
with open({file!r}, "w") as out:
    json.dump(every_page(client), out)
"""


class Shop:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {"WAYBILL_DATA": str(folder), "WAYBILL_ADMIN_PASSWORD": PASSWORD}

    def start(self, demo: bool = False) -> None:
        command = [sys.executable, "manage.py", "up", "--port", str(self.port), "--data", str(self.folder)]
        command += [] if demo else ["--no-demo"]
        self.said = (self.folder.parent / "shop.log").open("w")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=self.said, stderr=subprocess.STDOUT
        )
        until(self.answers, DEMO_SECONDS if demo else PATIENCE_SECONDS)

    def answers(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(Path(self.said.name).read_text())
        with socket.socket() as probe:
            probe.settimeout(2)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def script(self, text: str) -> None:
        """Run beside the shop, on its data."""
        environment = self.environment | {"PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "manage.py", "shell", "-c", text], cwd=ROOT, env=environment, check=True)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.said.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: object, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for a condition, not for a time."""
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.1)
