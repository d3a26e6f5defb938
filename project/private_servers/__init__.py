"""PostgreSQL, RabbitMQ and Redis of our own: private ports, private folders, loopback only, gone when their parent is.

Standard-port servers of the machine are never touched. Used by `bin/run --servers` and by the tests alike.
"""

import atexit
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

from project.private_servers.packages import install_missing
from project.private_servers.postgresql import PostgreSQL
from project.private_servers.rabbitmq import RabbitMQ
from project.private_servers.redis import Redis
from project.private_servers.server import Server, ServersUnavailable

__all__ = ["PostgreSQL", "PrivateServers", "RabbitMQ", "Redis", "ServersUnavailable"]


class PrivateServers:
    """The three together, in one folder. `keep=False` removes what they stored when they stop for good.

    Start them from a thread that outlives them (the main one): each server ends when the thread that started it does.
    """

    def __init__(self, folder: Path, *, keep: bool = True) -> None:
        self.folder = folder.resolve()
        self.keep = keep
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.password = self._password()
        self.postgresql = PostgreSQL(self.folder / "postgresql", self.password)
        self.rabbitmq = RabbitMQ(self.folder / "rabbitmq", self.password)
        self.redis = Redis(self.folder / "redis", self.password)

    @property
    def all(self) -> tuple[Server, ...]:
        return (self.rabbitmq, self.postgresql, self.redis)

    def start(self) -> Self:
        """Installs what is missing if it can; otherwise raises `ServersUnavailable`, which says what to do."""
        install_missing()
        atexit.register(self.stop)
        try:
            for server in self.all:
                server.launch()
            for server in self.all:
                server.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        atexit.unregister(self.stop)
        for server in self.all:
            server.stop(immediate=not self.keep)
            if not self.keep:
                server.wipe()

    def environment(self) -> dict[str, str]:
        """What a process needs to work with these servers."""
        return {
            "DATABASE_URL": self.postgresql.url,
            "BROKER_URL": self.rabbitmq.url,
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": self.password * 2,
        }

    def _password(self) -> str:
        file = self.folder / "password"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_hex(16))
        return file.read_text()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
