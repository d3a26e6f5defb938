"""A whole shop on servers, as separate processes: orders placed until they are confirmed."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from apps.backbone import log
from apps.backbone.models import Message, table
from apps.inventory.models import Product, StockLevel
from apps.orders.commands import PlaceOrder
from apps.orders.models import Order
from bench import orders
from bench.measure import Measure, NeverCame, Watch, alone, rate, timed
from project.private_servers.server import free_port
from project.settings.environment import BASE_DIR

IN_ONE_TRANSACTION = 100
ONE_AT_A_TIME = 50
WARM_UP = 20
NOTE = (
    "placed -> confirmed: events and commands in the log, commands through Celery; a checkout saga with a timer, stock "
    "reserved, a payment authorized at the simulated gateway, double-entry book, read models"
)
MESSAGES = f"SELECT count(*) FROM {table(Message)} WHERE kind = %s"
CONFIRMED = f"SELECT count(*) FROM {table(Order)} WHERE status = 'confirmed'"
ONE_CONFIRMED = f"{CONFIRMED} AND order_id = %s"


def measure(count: int, runs: int) -> list[Measure]:
    watch = Watch(os.environ["DATABASE_URL"])
    with shop():
        fill(watch)
        together(watch, list(orders.orders(WARM_UP)))
        before = counted(watch)
        times = [[one(watch, each) for each in orders.orders(min(count, ONE_AT_A_TIME), run)] for run in range(runs)]
        rates = [rate(count, lambda: together(watch, list(orders.orders(count)))) for _ in range(runs)]
        verdict = audit()
    events, commands, confirmed = (now - then for now, then in zip(counted(watch), before, strict=True))
    note = f"{NOTE}; {events / confirmed:.1f} events and {commands / confirmed:.1f} commands an order; {verdict}"
    throughput = Measure(section="checkout", name="checkout, all at once", unit="orders/s", runs=rates, note=note)
    return [throughput, *alone("checkout", "checkout, one alone", times, "from the append of PlaceOrder to its row")]


def counted(watch: Watch) -> tuple[int, int, int]:
    return watch.number(MESSAGES, "event"), watch.number(MESSAGES, "command"), watch.number(CONFIRMED)


@contextmanager
def shop() -> Iterator[None]:
    """`manage.py up --servers`, like `bin/run --servers`, on the servers of the environment."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "log"
        command = [sys.executable, "manage.py", "up", "--servers", "--no-demo", "--port", str(free_port())]
        with said.open("w") as file:
            process = subprocess.Popen(
                [*command, "--data", folder],
                cwd=BASE_DIR,
                env=os.environ | {"WAYBILL_DATA": folder},
                stdout=file,
                stderr=subprocess.STDOUT,
            )
            try:
                wait_for(said, "New password")
                yield
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(90)


def wait_for(said: Path, words: str, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while words not in said.read_text():
        if time.monotonic() > deadline:
            raise NeverCame(f"the shop did not start:\n{said.read_text()[-2000:]}")
        threading.Event().wait(0.2)


def fill(watch: Watch) -> None:
    with log.transaction():
        for command in orders.products():
            log.send(command)
    watch.until(len(orders.PRODUCTS), f"SELECT count(*) FROM {table(Product)}")
    log.send(orders.stock())
    watch.until(len(orders.PRODUCTS), f"SELECT count(*) FROM {table(StockLevel)} WHERE on_hand > 0")


def together(watch: Watch, placed: list[PlaceOrder]) -> None:
    """Everything sent as fast as it can be, a hundred in a transaction, until all of it is confirmed."""
    before, rest = watch.number(CONFIRMED), iter(placed)
    while page := list(islice(rest, IN_ONE_TRANSACTION)):
        with log.transaction():
            for command in page:
                log.send(command)
    watch.until(before + len(placed), CONFIRMED)


def one(watch: Watch, command: PlaceOrder) -> float:
    def place() -> None:
        log.send(command)
        watch.until(1, ONE_CONFIRMED, command.order_id, every=0.002)

    return timed(place)


def audit() -> str:
    """The shop's own proof that nothing is missing, twice or out of balance, as soon as the last effects are in."""
    said = ""
    for _ in range(20):
        done = subprocess.run(
            [sys.executable, "manage.py", "audit"], cwd=BASE_DIR, capture_output=True, text=True, check=False
        )
        said = (done.stdout.strip().splitlines() or [done.stderr[-500:]])[-1]
        if done.returncode == 0:
            break
        threading.Event().wait(1)
    return said
