"""Opens the picture of one run of many messages in Chromium, and says how long that takes: `-m bench.run_picture`."""

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

ROOT = Path(__file__).parent.parent
FILL = """
from datetime import timedelta
from uuid import UUID, uuid5
import msgspec
from django.contrib.auth import get_user_model
from apps.backbone import clock, log, numbering
from apps.backbone.models import Inbox, Message, SagaInstance
from apps.backbone.saga_runner import sagas
from apps.payments.commands import PerformOperation, ResolveOperation
from apps.payments.events import PaymentOutcomeUnknown
from apps.sagas.payment_outcome import OutcomeCheckDue, due
KEY, ORDER = UUID(int=7), UUID(int=8)
saga, state, cause, before = sagas["payment_outcome"], sagas["payment_outcome"].initial, None, clock.now()
for number in range({rounds}):
    with clock.at(before - timedelta(hours={rounds} - number)), log.transaction():
        unknown = PaymentOutcomeUnknown(
            payment_id=KEY, order_id=ORDER, operation_id=KEY, operation="authorize", tries=number + 1, final=False,
            first_sent_at=before,
        )
        said = log.append(f"payment-{{KEY}}", [unknown], cause)[0]
        state = saga.evolve(state, unknown)
        asked = log.append(f"payment_outcome-{{KEY}}", [due(state)], said)[0]
        state = saga.evolve(state, due(state))
        command = ResolveOperation(payment_id=KEY, operation_id=KEY)
        identity = uuid5(asked.message_id, f"payment_outcome/{{KEY}}/{{command.type}}/0")
        sent = log.send(command, asked, source="/sagas", message_id=identity, new=True)
        cause = log.send(PerformOperation(payment_id=KEY, operation_id=KEY), sent, source="/payments")
while numbering.number():
    pass
first = Message.objects.order_by("seq").first()
SagaInstance.objects.create(
    pk=1, saga="payment_outcome", key=KEY, state=msgspec.json.encode(state).decode(), version=2 * {rounds},
    waits_for=state.waits_for, deadline=before + timedelta(hours=1), correlation_id=first.correlation_id,
    started_at=before - timedelta(hours={rounds}), moved_at=before,
)
Inbox.objects.bulk_create([
    Inbox(consumer=f"{{one.target}}.commands" if one.kind == "command" else "sagas.payment_outcome",
          message_id=one.message_id, type=one.type, tries=1, received_at=one.occurred_at)
    for one in Message.objects.all()
], batch_size=500)
get_user_model().objects.create_superuser("admin", password="bench")
print(Message.objects.count())
"""
READY = "document.querySelector('#lanes[data-ready]') && document.querySelectorAll('#lanes-space .node').length > 0"
FRAMES = """
async () => {
  const box = document.getElementById("lanes-scroll");
  const took = [];
  for (let number = 0; number < 60; number += 1) {
    const start = performance.now();
    box.scrollTop = Math.max(box.scrollHeight * (1 - number / 60) - 600, 400);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    took.push(performance.now() - start);
  }
  took.sort((one, other) => one - other);
  return [took[30], took[59]];
}
"""
UNFOLD = "document.querySelector('#lanes-space .node-repeat')"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"WAYBILL_DATA": folder, "DJANGO_SETTINGS_MODULE": "project.settings"}
        manage(environment, "migrate", "-v0")
        there = manage(environment, "shell", "-v0", "-c", FILL.format(rounds=wanted.messages // 4))
        print(f"{there.strip()} messages of one run, SQLite, load average {os.getloadavg()[0]:.1f}")
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "project.asgi:application", "--port", str(port), "--log-level", "error"],
            cwd=ROOT,
            env=environment,
        )
        try:
            answered(port)
            look(f"http://127.0.0.1:{port}", wanted.messages)
        finally:
            server.terminate()
            server.wait(20)


def look(address: str, messages: int) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_context(base_url=address, viewport={"width": 1400, "height": 900}).new_page()
        page.set_default_timeout(120_000)
        page.goto("/admin/login/")
        page.get_by_label("Username").fill("admin")
        page.locator("#id_password").fill("bench")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/")
        for number in range(5):
            print(f"opened the {number + 1}. time: {opened(page):6.0f} ms from the click to the newest rows drawn")
        print(f"every message loaded:  {loaded(page, messages):6.0f} ms")
        median, longest = page.evaluate(FRAMES)
        print(f"scrolling, folded:     {median:6.1f} ms a frame, the longest {longest:.1f} ms")
        page.evaluate(f"{UNFOLD} && {UNFOLD}.dispatchEvent(new MouseEvent('click', {{ bubbles: true }}))")
        median, longest = page.evaluate(FRAMES)
        print(f"scrolling, each shown: {median:6.1f} ms a frame, the longest {longest:.1f} ms")
        print(f"nodes in the document: {page.locator('#lanes-space .node').count()}")
        browser.close()


def opened(page: Any) -> float:
    page.goto("/runs/")
    link = page.locator(".runs a.run-name").first
    link.wait_for()
    begun = time.perf_counter()
    link.click(no_wait_after=True)
    page.wait_for_function(READY, polling=10)
    return (time.perf_counter() - begun) * 1000


def loaded(page: Any, messages: int) -> float:
    begun = time.perf_counter()
    count = page.locator("#lanes-count")
    while int(count.inner_text().split()[0]) < messages:
        before = count.inner_text()
        page.locator("#lanes-older").click()
        page.wait_for_function("before => document.getElementById('lanes-count').innerText !== before", arg=before)
    return (time.perf_counter() - begun) * 1000


def manage(environment: dict[str, str], *command: str) -> str:
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answered(port: int) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the server did not answer within three minutes")


if __name__ == "__main__":
    main()
