"""The live page under 200 messages a second for a minute, in Chromium: `.venv/bin/python -m bench.live`.

Says how many messages the page has missed, and how long its longest piece of work kept the tab from answering.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
FIRST = """
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser("admin", password="bench")
"""
POUR = """
import time
from uuid import uuid4
from django.db import transaction
from django_celery_results.models import TaskResult
from apps.backbone import clock
from apps.backbone.models import Message, Position
def pour(first, number):
    now = clock.now()
    told = Message.objects.bulk_create([
        Message(message_id=uuid4(), kind="event", type="order.placed", source="/orders", stream=f"order-{{uuid4()}}",
                version=1, body='{{"number": "B-%d"}}' % (first + at), correlation_id=uuid4(), actor="system",
                occurred_at=now)
        for at in range(number)
    ])
    Position.objects.bulk_create([
        Position(position=first + at, message=one, numbered_at=now) for at, one in enumerate(told)
    ])
    TaskResult.objects.create(task_id=str(uuid4()), task_name="orders.place_order", status="SUCCESS", worker="bench")
AT_ONCE, start = 10, time.monotonic()
for turn in range({rate} * {seconds} // AT_ONCE):
    with transaction.atomic():
        pour(1 + turn * AT_ONCE, AT_ONCE)
    time.sleep(max(0, start + (turn + 1) * AT_ONCE / {rate} - time.monotonic()))
print(round(time.monotonic() - start, 1))
"""
WATCH = """
window.tasks = [];
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.tasks.push(one.duration); })
  .observe({ entryTypes: ["longtask"] });
window.frames = 0;
const count = () => { window.frames += 1; requestAnimationFrame(count); };
requestAnimationFrame(count);
"""


def main() -> None:
    wanted = arguments()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"WAYBILL_DATA": folder, "PYTHONPATH": str(ROOT)}
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "shell", "--verbosity", "0", "--command", FIRST)
        port = free_port()
        web = subprocess.Popen(server(port), cwd=ROOT, env=environment)
        try:
            wait_for(port)
            print_figures(wanted, watch(f"http://127.0.0.1:{port}", environment, wanted))
        finally:
            web.terminate()
            web.wait()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--rate", type=int, default=200, help="messages a second")
    parser.add_argument("--seconds", type=int, default=60)
    return parser.parse_args()


def manage(environment: dict[str, str], *command: str) -> str:
    asked = [sys.executable, "manage.py", *command]
    return subprocess.run(asked, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def server(port: int) -> list[str]:
    return [sys.executable, "-m", "uvicorn", "project.asgi:application", "--port", str(port), "--log-level", "error"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError("the web process does not answer")


def watch(address: str, environment: dict[str, str], wanted: argparse.Namespace) -> dict[str, Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(300_000)
        page.add_init_script(WATCH)
        log_in(page, address)
        page.goto(f"{address}/live/")
        page.get_by_text("live", exact=True).wait_for()
        page.evaluate("window.tasks = []; window.frames = 0")
        before = processor_seconds(browser)
        took = manage(environment, "shell", "--verbosity", "0", "--command", POUR.format(**vars(wanted)))
        last = wanted.rate * wanted.seconds
        page.wait_for_function(f"document.getElementById('live-positions').textContent.includes('–{last},')")
        found: dict[str, Any] = page.evaluate(
            "({tasks: window.tasks, frames: window.frames, rows: document.querySelectorAll('#live-rows tr').length,"
            " positions: document.getElementById('live-positions').textContent})"
        )
        used = processor_seconds(browser) - before
        browser.close()
        return found | {"took": float(took.splitlines()[-1]), "used": used}


def processor_seconds(browser: Browser) -> float:
    """What the tabs have worked so far: unlike times by the clock, the same on a busy machine."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    return sum(float(one["cpuTime"]) for one in told["processInfo"] if one["type"] == "renderer")


def log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/admin/login/?next=/live/")
    page.get_by_label("Username").fill("admin")
    page.locator("#id_password").fill("bench")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/live/")


def print_figures(wanted: argparse.Namespace, found: dict[str, Any]) -> None:
    tasks = found["tasks"]
    print(f"{wanted.rate * wanted.seconds} messages in {found['took']} s, load {os.getloadavg()[0]:.1f}")
    print(f"the page says: {found['positions']}; {found['rows']} rows on it; {found['frames']} frames drawn")
    print(f"tasks over 50 ms: {len(tasks)}; the longest {max(tasks, default=0):.0f} ms, together {sum(tasks):.0f} ms")
    print(f"the tab used {found['used']:.1f} s of a processor")


if __name__ == "__main__":
    main()
