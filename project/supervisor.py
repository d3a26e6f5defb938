"""Starts the shop as separate processes, restarts what dies, stops all of them cleanly."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from types import FrameType

from django.conf import settings
from django.utils.translation import gettext as _

from project.preparation import FIRST_USER
from project.private_servers import PrivateServers, ServersUnavailable
from project.private_servers.packages import missing_packages
from project.private_servers.server import dies_with_parent
from project.processes import programs

URLS = ("DATABASE_URL", "BROKER_URL", "REDIS_URL")
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
"""A process that lived this long starts again at once when it dies; one that did not waits longer each time."""
STOP_SECONDS = 40.0
READY_SECONDS = 60.0

Say = Callable[[str], None]


@dataclass
class Program:
    """One process under supervision and what is known of its life."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = 0.0
    printer: threading.Thread = field(default_factory=threading.Thread)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*dies_with_parent(signal.SIGTERM), *self.command],
            env=self.environment,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.started = time.monotonic()
        self.printer = threading.Thread(target=self._print_lines, args=(self.process,), daemon=True)
        self.printer.start()

    def note_end(self, say: Say) -> None:
        """What it left running goes too, then its restart is planned."""
        assert self.process is not None
        self.signal_group(signal.SIGKILL)
        lived = time.monotonic() - self.started
        self.pause = 0.0 if lived > STEADY_SECONDS else min(max(1.0, self.pause * 2), LONGEST_PAUSE)
        self.due = time.monotonic() + self.pause
        say(
            _("%(name)s ended with %(code)s; starting again in %(pause)d s")
            % {"name": self.name, "code": self.process.returncode, "pause": self.pause}
        )
        self.process = None

    def signal_group(self, number: signal.Signals) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.is_running:
            self.process.send_signal(signal.SIGTERM)

    def _print_lines(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                sys.stdout.write(f"{self.name:<10}| {line}")
                sys.stdout.flush()


def supervise(port: int, *, demo: bool, say: Say, ready: Callable[[str], None]) -> None:
    """Returns after SIGINT or SIGTERM, when everything has stopped."""
    with stop_signals() as stopping, servers(say) as found:
        environment = os.environ | found
        password = prepare(environment, demo=demo)
        family = [Program(name, command, environment) for name, command in programs(port).items()]
        for program in family:
            say(_("Starting %(name)s") % {"name": program.name})
            program.start()
        threading.Thread(target=announce, args=(port, stopping, lambda: ready(password)), daemon=True).start()
        try:
            watch(family, stopping, say)
        finally:
            say(_("Stopping"))
            stop(family)


def servers(say: Say) -> AbstractContextManager[dict[str, str]]:
    named = [name for name in URLS if os.environ.get(name)]
    if len(named) == len(URLS):
        return nullcontext({})
    if named:
        raise ServersUnavailable(
            _("Set all of %(urls)s, or none of them for private servers.") % {"urls": ", ".join(URLS)}
        )
    if packages := missing_packages():
        say(_("Installing %(packages)s (a minute or two, the first time)") % {"packages": ", ".join(packages)})
    say(_("Starting private PostgreSQL, RabbitMQ and Redis"))
    return private_servers()


@contextmanager
def private_servers() -> Iterator[dict[str, str]]:
    with PrivateServers(settings.WAYBILL_DATA / "servers") as private:
        yield private.environment() | {"SECRET_KEY": settings.SECRET_KEY}


def prepare(environment: dict[str, str], *, demo: bool) -> str:
    """In a process whose settings name the servers. Returns the first user's password, if one was made up."""
    command = [sys.executable, "manage.py", "prepare", *(["--demo"] if demo else [])]
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    password, told = "", f"  {FIRST_USER}: "
    with process.stdout as lines:
        for line in lines:
            if line.startswith(told):
                password = line.removeprefix(told).strip()
            else:
                sys.stdout.write(line)
                sys.stdout.flush()
    if process.wait():
        raise ServersUnavailable(_("The database could not be prepared; the lines above say why."))
    return password


def watch(family: list[Program], stopping: threading.Event, say: Say) -> None:
    remembered: dict[str, int] = {}
    while not stopping.wait(0.2):
        for program in family:
            if program.process is None:
                if time.monotonic() >= program.due:
                    program.start()
            elif not program.is_running:
                program.note_end(say)
        remembered = write_processes(family, remembered)


def write_processes(family: list[Program], remembered: dict[str, int]) -> dict[str, int]:
    """`processes.json` in the data folder: name to process id, for people and tests."""
    now = {program.name: program.process.pid for program in family if program.process is not None}
    if now != remembered:
        file = settings.WAYBILL_DATA / "processes.json"
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps(now, indent=2) + "\n")
        draft.replace(file)
    return now


def stop(family: list[Program]) -> None:
    """Each may finish what it has begun; what does not end in time is killed."""
    for program in family:
        program.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS
    for program in family:
        if program.process is not None:
            try:
                program.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                program.signal_group(signal.SIGKILL)
                program.process.wait()
    (settings.WAYBILL_DATA / "processes.json").unlink(missing_ok=True)


def announce(port: int, stopping: threading.Event, ready: Callable[[], None]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not stopping.wait(0.2):
        if answers(port):
            ready()
            return


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/admin/login/", timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """Ctrl-C and SIGTERM set the event; a second one is as good as the first."""
    stopping = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
