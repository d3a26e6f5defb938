"""A whole shop on servers, under load, while its processes are killed and its servers stopped, wiped and emptied."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from project.private_servers import PrivateServers
from project.private_servers.server import free_port
from project.settings.environment import BASE_DIR
from tests.servers.toy import wait_until

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(900)]

ORDERS = 400
RECOVERY_SECONDS = 60


class Shop:
    """`manage.py up --servers` on the tests' servers, and the commands that people type beside it."""

    def __init__(self, servers: PrivateServers, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | servers.environment() | {"WAYBILL_DATA": str(folder)}
        self.log = (folder / "log").open("a")
        self.process = self.manage("up", "--servers", "--no-demo", "--port", str(free_port()), "--data", str(folder))
        wait_until(lambda: "New password" in (folder / "log").read_text(), seconds=120)

    def manage(self, *arguments: str, output: Path | None = None) -> "subprocess.Popen[bytes]":
        with (output or self.folder / "log").open("a" if output is None else "w") as file:
            return subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                env=self.environment,
                cwd=BASE_DIR,
                stdout=file,
                stderr=self.log,
            )

    def kill(self, name: str) -> None:
        """`kill -9` of one process; returns when the supervisor has started it anew."""
        before = self.processes()[name]
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: self.processes().get(name, before) != before, seconds=60)

    def processes(self) -> dict[str, int]:
        found: dict[str, int] = json.loads((self.folder / "processes.json").read_text())
        return found

    def start_import(self, prefix: str) -> "subprocess.Popen[bytes]":
        source = self.folder / f"{prefix}.csv"
        write_orders(source, prefix)
        options = ["--create-products", "--stock", "60", "--wait"]
        return self.manage("import_orders", str(source), *options, output=self.folder / f"{prefix}.json")

    def decided(self, prefix: str) -> dict[str, int]:
        summary = json.loads((self.folder / f"{prefix}.json").read_text())
        return {name: summary[name] for name in ("orders", "refused", "undecided")} | {
            "decided": summary["confirmed"] + summary["rejected"]
        }

    def audit(self) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", "audit"],
            env=self.environment,
            cwd=BASE_DIR,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return done.stdout.strip().splitlines()[-1] if done.returncode == 0 else done.stdout + done.stderr

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(90)
        self.log.close()


def write_orders(path: Path, prefix: str) -> None:
    """Orders of one to three lines over 20 products; with 60 of each in stock, some must go without."""
    chance = random.Random(prefix)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for number in range(ORDERS):
            for sku in chance.sample(range(20), chance.choice((1, 1, 2, 3))):
                rows.writerow([f"{prefix}-{number}", f"fault-{sku}", chance.randint(1, 3), "12.50", "EUR", *BUYER])


BUYER = ["Ada Tester", "Long Street 1", "Taipei", "100", "TW"]
COLUMNS = [
    "order",
    "sku",
    "quantity",
    "unit_price",
    "currency",
    "customer_name",
    "street",
    "city",
    "postal_code",
    "country",
]


@pytest.fixture(scope="module")
def shop(servers: PrivateServers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    one = Shop(servers, tmp_path_factory.mktemp("faults"))
    yield one
    one.stop()


def assert_recovered(shop: Shop, work: "subprocess.Popen[bytes]", prefix: str) -> None:
    """Every order is decided, and the audit finds nothing broken, within a minute of the last fault or order.

    An import that the database's crash has ended is started again by hand, as the docs say: each order counts once.
    """
    if work.wait(400):
        work = shop.start_import(prefix)
    assert work.wait(400) == 0
    ended = time.monotonic()
    assert shop.decided(prefix) == {"orders": ORDERS, "refused": 0, "undecided": 0, "decided": ORDERS}
    verdict = ""
    while not verdict.endswith(", 0 broken") and time.monotonic() - ended < RECOVERY_SECONDS:
        verdict = shop.audit()
    assert verdict.startswith("audit: ")
    assert verdict.endswith(", 0 broken")


def test_killing_every_process_in_turn_under_load_loses_nothing(shop: Shop) -> None:
    work = shop.start_import("kills")

    for name in shop.processes():
        shop.kill(name)

    assert_recovered(shop, work, "kills")


def test_servers_may_stop_and_lose_everything_under_load(shop: Shop, servers: PrivateServers) -> None:
    work = shop.start_import("servers")

    servers.rabbitmq.stop()
    time.sleep(30)
    servers.rabbitmq.start()
    servers.postgresql.stop(immediate=True)
    servers.postgresql.start()
    servers.rabbitmq.kill()
    servers.rabbitmq.wipe()
    servers.rabbitmq.start()
    servers.redis.kill()
    servers.redis.wipe()
    servers.redis.start()

    assert_recovered(shop, work, "servers")
