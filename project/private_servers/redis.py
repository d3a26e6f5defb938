"""A private Redis that keeps nothing on disk."""

import socket
from pathlib import Path
from typing import ClassVar

from project.private_servers.server import Server, dies_with_parent


class Redis(Server):
    name: ClassVar[str] = "Redis"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def _configuration(self) -> Path:
        return self.folder / "redis.conf"

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._configuration.touch(mode=0o600)
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"dir {self.folder}",
            f"requirepass {self.password}",
            'save ""',
            "appendonly no",
            "daemonize no",
        ]
        self._configuration.write_text("\n".join(lines) + "\n")

    def command(self) -> list[str]:
        return [*dies_with_parent(self.stop_signal), "redis-server", str(self._configuration)]

    def answers(self) -> bool:
        return b"PONG" in self._ask("PING")

    def flush(self) -> None:
        self._ask("FLUSHALL")

    def _ask(self, command: str) -> bytes:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as link:
                link.sendall(f"AUTH {self.password}\r\n{command}\r\nQUIT\r\n".encode())
                return b"".join(iter(lambda: link.recv(4096), b""))
        except OSError:
            return b""
