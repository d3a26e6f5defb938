"""`manage.py up`: one command, one shop, in one process; it survives what happens to processes."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from project.settings.environment import BASE_DIR

READY_SECONDS = 60


class Shop:
    """A shop in a process of its own, with what it has said so far."""

    def __init__(self, data: Path, *arguments: str, **environment: str) -> None:
        self.port = free_port()
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(self.port), "--data", str(data), *arguments],
            env=os.environ | {"WAYBILL_DATA": str(data)} | environment,
            cwd=BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.said.append(line.strip())

    def wait_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not any(line.startswith("New password") for line in self.said):
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            self.listener.join(0.05)

    def value(self, name: str) -> str:
        return next(line.removeprefix(name).strip() for line in self.said if line.startswith(name))

    def page(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return int(answer.status)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(60)
        self.listener.join(5)
        return code


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "shop"


def test_the_first_start_prints_a_password_once_and_every_start_comes_up(data: Path):
    first = Shop(data, "--no-demo")
    first.wait_ready()
    page, password, folder = first.page("/admin/login/"), first.value("Password"), first.value("Data folder")
    killed = first.end(signal.SIGKILL)

    second = Shop(data, "--no-demo")
    second.wait_ready()
    again = second.value("Password")
    stopped = second.end(signal.SIGTERM)

    assert (page, folder, len(password)) == (200, str(data), 16)
    assert again == "the one you set, or that was printed at the first start"
    assert (killed, stopped) == (-signal.SIGKILL, 0)


def test_a_password_that_was_set_is_not_printed_and_ctrl_c_stops(data: Path):
    shop = Shop(data, "--no-demo", WAYBILL_ADMIN_PASSWORD="tea-and-biscuits")
    shop.wait_ready()
    stopped = shop.end(signal.SIGINT)

    assert (stopped, "tea-and-biscuits" in "\n".join(shop.said)) == (0, False)
