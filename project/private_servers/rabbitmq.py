"""A private RabbitMQ node with its own name server, so that no other node of the machine hears of it."""

import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import ClassVar

from project.private_servers.server import Server, accepts_connections, dies_with_parent, free_port

NODE = "waybill@localhost"
PROGRAMS = Path("/usr/lib/rabbitmq/bin")
PROTOCOL = b"AMQP\x00\x00\x09\x01"


class RabbitMQ(Server):
    name: ClassVar[str] = "RabbitMQ"

    def __init__(self, folder: Path, password: str) -> None:
        super().__init__(folder, password)
        self.node_port = free_port()
        self.names_port = free_port()
        self.names: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"amqp://waybill:{self.password}@127.0.0.1:{self.port}//"

    def environment(self) -> dict[str, str]:
        here = os.fspath(self.folder)
        return {
            "HOME": here,
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.node_port),
            "RABBITMQ_MNESIA_BASE": f"{here}/data",
            "RABBITMQ_LOG_BASE": f"{here}/log",
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": f"{here}/rabbitmq.conf",
            "RABBITMQ_CONF_ENV_FILE": f"{here}/no-environment-file",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{here}/no-advanced-file",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{here}/enabled_plugins",
            "RABBITMQ_PID_FILE": f"{here}/pid",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{here}/generated",
            "RABBITMQ_SCHEMA_DIR": f"{here}/schema",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(self.names_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        configuration = self.folder / "rabbitmq.conf"
        configuration.touch(mode=0o600)
        lines = [
            "default_user = waybill",
            f"default_pass = {self.password}",
            "vm_memory_high_watermark.relative = 0.6",
            "disk_free_limit.absolute = 200MB",
            "heartbeat = 10",
        ]
        configuration.write_text("\n".join(lines) + "\n")
        (self.folder / "enabled_plugins").write_text("[].\n")
        self._serve_names()

    def command(self) -> list[str]:
        return [*dies_with_parent(self.stop_signal), str(PROGRAMS / "rabbitmq-server")]

    def answers(self) -> bool:
        """A node takes connections before it can serve them; it serves once it greets."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as link:
                link.sendall(PROTOCOL)
                return link.recv(1) == b"\x01"
        except OSError:
            return False

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl` says, e.g. `control("stop_app")` or `control("list_queues", "name", "messages")`."""
        line = [str(PROGRAMS / "rabbitmqctl"), "--node", NODE, "--quiet", *arguments]
        environment = os.environ | self.environment()
        return subprocess.run(line, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout

    def stop(self, *, immediate: bool = False) -> None:
        super().stop(immediate=immediate)
        self._forget_names()

    def kill(self) -> None:
        super().kill()
        self._forget_names()

    def _serve_names(self) -> None:
        if self.names is None:
            line = [*dies_with_parent(signal.SIGKILL), "epmd", "-port", str(self.names_port), "-address", "127.0.0.1"]
            self.names = subprocess.Popen(
                line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        while self.names.poll() is None and not accepts_connections(self.names_port):
            pass

    def _forget_names(self) -> None:
        if self.names is not None:
            self.names.kill()
            self.names.wait()
            self.names = None
