"""Which Debian packages the private servers come from, and how they get onto a machine whose root we are."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from project.private_servers.server import ServersUnavailable

POLICY = Path("/usr/sbin/policy-rc.d")
"""Debian asks this file before an installed service is started; 101 means no."""


def missing_packages() -> list[str]:
    present = {
        "postgresql": any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb"),
        "rabbitmq-server": Path("/usr/lib/rabbitmq/bin/rabbitmq-server").exists(),
        "redis-server": shutil.which("redis-server"),
    }
    return [package for package, found in present.items() if not found]


def install_missing() -> None:
    packages = missing_packages()
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ServersUnavailable(
            f"Not installed: {', '.join(packages)}. Run as root: apt-get install {' '.join(packages)}, "
            "or set DATABASE_URL, BROKER_URL and REDIS_URL to servers of yours."
        )
    with services_left_alone():
        apt_get("update", "-qq")
        apt_get("install", "-y", "-qq", "--no-install-recommends", *packages)


def apt_get(*arguments: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServersUnavailable(f"apt-get {' '.join(arguments)} failed:\n{done.stderr.strip()[-800:]}")


@contextmanager
def services_left_alone() -> Iterator[None]:
    """An installed server would start itself on its standard port; here it stays off."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
