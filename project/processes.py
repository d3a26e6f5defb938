"""Every process of a shop on servers, by name; the supervisor, systemd, compose and the Procfile all start these."""

import sys

from apps.backbone import ask
from project.autodiscovery import SERVICES

CONCURRENCY = {"payments": 2}
"""Commands wait for each other's rows, not for a processor; only payments wait for someone else: the gateway."""


def programs(port: int, host: str = "127.0.0.1") -> dict[str, list[str]]:
    manage = [sys.executable, "manage.py"]
    web = [sys.executable, "-m", "uvicorn", "project.asgi:application", "--host", host, "--port", str(port)]
    return {
        "web": [*web, "--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "5"],
        "relay": [*manage, "relay"],
        "consumers": [*manage, "consume"],
        **{service: worker(service, f"{service}.commands", CONCURRENCY.get(service, 1)) for service in SERVICES},
        "queries": worker("queries", ",".join(sorted(ask.queues())), 1),
        "jobs": worker("jobs", "jobs", 2),
        "beat": [*celery("beat"), "beat", "--loglevel", "WARNING"],
    }


def worker(app: str, queues: str, concurrency: int) -> list[str]:
    options = {"queues": queues, "hostname": f"{app}@%h", "concurrency": concurrency, "loglevel": "WARNING"}
    return [*celery(app), "worker", *(f"--{name}={value}" for name, value in options.items())]


def celery(app: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--quiet", "--app", f"project.celery:{app}"]
