"""`manage.py up --servers`: separate processes, each started again when it dies, all gone when the shop stops."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from project.private_servers import PrivateServers
from project.private_servers.server import free_port
from project.settings.environment import BASE_DIR

pytestmark = pytest.mark.slow


def wait_until(condition: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.1)


def processes(data: Path) -> dict[str, int]:
    file = data / "processes.json"
    return json.loads(file.read_text()) if file.exists() else {}


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/admin/login/", timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_every_killed_process_comes_back_and_none_stays_behind(servers: PrivateServers, tmp_path: Path):
    port = free_port()
    log = (tmp_path / "log").open("w+")
    shop = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--servers", "--no-demo", "--port", str(port), "--data", str(tmp_path)],
        env=os.environ | servers.environment() | {"WAYBILL_DATA": str(tmp_path)},
        cwd=BASE_DIR,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        wait_until(lambda: answers(port))
        before = processes(tmp_path)

        for pid in before.values():
            os.kill(pid, signal.SIGKILL)

        wait_until(
            lambda: (
                len(processes(tmp_path)) == len(before) and not set(processes(tmp_path).values()) & {*before.values()}
            )
        )
        wait_until(lambda: answers(port))
        after = processes(tmp_path)
    finally:
        shop.send_signal(signal.SIGTERM)
        code = shop.wait(60)
        log.seek(0)
        print(log.read())
        log.close()

    assert (code, list(before), list(after)) == (0, list(after), list(before))
    assert not any(is_alive(pid) for pid in after.values())
