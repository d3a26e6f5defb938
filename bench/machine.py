"""What was measured on: processors, memory, versions."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("django", "celery", "kombu", "amqp", "psycopg", "msgspec", "redis", "dbos")


def facts(database_url: str) -> dict[str, object]:
    import psycopg

    with psycopg.connect(database_url) as connection:
        postgresql = connection.info.server_version
    return {
        "cores": os.cpu_count(),
        "processor": first_line("/proc/cpuinfo", "model name"),
        "memory": first_line("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": f"{postgresql // 10000}.{postgresql % 10000}",
        "rabbitmq": said("dpkg-query", "-W", "-f", "${Version}", "rabbitmq-server"),
        "redis": said("redis-server", "--version"),
        "packages": {name: version(name) for name in PACKAGES},
        "commit": said("git", "describe", "--always", "--dirty"),
    }


def first_line(path: str, name: str) -> str:
    file = Path(path)
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "unknown")


def said(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    except OSError:
        return "unknown"
