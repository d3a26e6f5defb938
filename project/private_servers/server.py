"""What the three servers share: being launched, stopped, killed, wiped and waited for."""

import os
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

START_SECONDS = 60
STOP_SECONDS = 20


class ServersUnavailable(RuntimeError):
    """Private servers cannot be had here; the message says which and what to do."""


class Server(ABC):
    """One private server process. It outlives `stop` and `kill` with its data, its port and its URL."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    """Ends it cleanly; sent by the kernel, too, when the thread that started it dies."""
    immediate_signal: ClassVar[signal.Signals] = signal.SIGKILL

    def __init__(self, folder: Path, password: str) -> None:
        self.folder = folder
        self.password = password
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def prepare(self) -> None:
        """Makes the folder and its configuration; done again after a wipe."""

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def answers(self) -> bool:
        """Whether a client can work with it now."""

    def environment(self) -> dict[str, str]:
        return {}

    @property
    def log_file(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.log")

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def launch(self) -> None:
        if self.is_running:
            return
        self.prepare()
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                env=os.environ | self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self) -> None:
        self.launch()
        self.wait_ready()

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not self.answers():
            if not self.is_running:
                raise ServersUnavailable(f"{self.name} ended while it started:\n{self._last_lines()}")
            if time.monotonic() > deadline:
                raise ServersUnavailable(f"{self.name} did not answer in {seconds:.0f} s:\n{self._last_lines()}")
            time.sleep(0.05)

    def stop(self, *, immediate: bool = False) -> None:
        """Immediate is a power cut that still lets the process go at once; data that was synced stays."""
        if not self.is_running:
            return
        self._signal(self.immediate_signal if immediate else self.stop_signal)
        self._wait_for_end()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self._wait_for_end()

    def wipe(self) -> None:
        """Everything it stored is gone, and so is the process; `start` begins anew."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        """SIGKILL goes to the whole group, so that no child keeps the port; others are the parent's to pass on."""
        if self.process is None or not self.is_running:
            return
        try:
            if number == signal.SIGKILL:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)
        except ProcessLookupError:
            pass

    def _wait_for_end(self) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def _last_lines(self) -> str:
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-15:])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def accepts_connections(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def dies_with_parent(number: signal.Signals) -> list[str]:
    """Before a command: its process gets this signal when the thread that started it ends, however that ends."""
    return ["setpriv", "--pdeathsig", number.name.removeprefix("SIG")] if shutil.which("setpriv") else []
