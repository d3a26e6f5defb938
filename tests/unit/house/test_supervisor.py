"""The supervisor starts again what dies, and leaves nothing behind when it stops."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from project import supervisor
from project.supervisor import Program, stop, watch

WAITING = "import signal; signal.pause()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"


def program(name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-c", code], dict(os.environ))


@contextmanager
def supervised(*family: Program) -> Iterator[list[str]]:
    """Watches from this thread's view: processes end with the thread that started them, which is this one."""
    said: list[str] = []
    stopping = threading.Event()
    for one in family:
        one.start()
    watcher = threading.Thread(target=watch, args=(list(family), stopping, said.append))
    watcher.start()
    try:
        yield said
    finally:
        stopping.set()
        watcher.join()
        stop(list(family))


def running(data_folder: Path) -> dict[str, int]:
    file = data_folder / "processes.json"
    return json.loads(file.read_text()) if file.exists() else {}


def test_what_dies_is_started_again_and_the_others_go_on(data_folder: Path):
    with supervised(program("relay", WAITING), program("beat", WAITING)) as said:
        wait_until(lambda: len(running(data_folder)) == 2)
        before = running(data_folder)

        os.kill(before["relay"], signal.SIGKILL)

        wait_until(lambda: running(data_folder).get("relay", before["relay"]) != before["relay"])
        assert running(data_folder)["beat"] == before["beat"]
        assert said == ["relay ended with -9; starting again in 1 s"]


def test_what_dies_at_once_waits_longer_each_time():
    relay = program("relay", "raise SystemExit(3)")

    with supervised(relay) as said:
        wait_until(lambda: len(said) == 3)

    assert said == [f"relay ended with 3; starting again in {pause} s" for pause in (1, 2, 4)]


def test_stopping_ends_all_even_the_deaf(monkeypatch: pytest.MonkeyPatch):
    written: list[str] = []
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(write=written.append, flush=lambda: None))
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.5)
    family = [program("web", WAITING), program("relay", STUBBORN)]

    with supervised(*family):
        wait_until(lambda: "relay     | deaf\n" in written)

    assert [one.process.returncode for one in family if one.process] == [-signal.SIGTERM, -signal.SIGKILL]
