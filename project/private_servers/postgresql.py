"""A private PostgreSQL, with fsync on: what it confirms is on disk."""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from typing import ClassVar

import psycopg

from project.private_servers.server import Server, ServersUnavailable, dies_with_parent

OUTSIDE = Path("/var/lib/waybill-private")
"""Where root's private clusters lie: PostgreSQL refuses root, and its user may not reach root's folders.

Each has the name of its folder and password: a data folder that was deleted and made anew begins with a new cluster.
"""


class PostgreSQL(Server):
    name: ClassVar[str] = "PostgreSQL"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT
    immediate_signal: ClassVar[signal.Signals] = signal.SIGQUIT

    def __init__(self, folder: Path, password: str) -> None:
        self.user = "postgres" if os.geteuid() == 0 else ""
        self.origin = folder
        place = hashlib.sha256(os.fsencode(folder) + password.encode()).hexdigest()[:16]
        super().__init__(OUTSIDE / place if self.user else folder, password)

    @property
    def log_file(self) -> Path:
        return self.origin.with_name("postgresql.log")

    @property
    def url(self) -> str:
        return f"postgresql://waybill:{self.password}@127.0.0.1:{self.port}/waybill"

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    def prepare(self) -> None:
        if (self.cluster / "PG_VERSION").exists():
            return
        if self.user:
            remove_orphans()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "origin").write_text(str(self.origin.parent))
        password_file = self.folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        if self.user:
            owner = pwd.getpwnam(self.user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            os.chown(password_file, owner.pw_uid, owner.pw_gid)
        self._initialize(password_file)

    def _initialize(self, password_file: Path) -> None:
        line = [*self._as_user(), program("initdb"), "-D", str(self.cluster), "-U", "waybill", "--no-sync"]
        line += ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password_file}"]
        done = subprocess.run(line, capture_output=True, text=True, cwd="/", check=False)
        password_file.unlink()
        if done.returncode:
            raise ServersUnavailable(f"initdb failed: {done.stderr.strip()}")

    def command(self) -> list[str]:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 200,
            "fsync": "on",
            "synchronous_commit": "on",
        }
        line = [*dies_with_parent(self.stop_signal), *self._identity(), program("postgres"), "-D", str(self.cluster)]
        return line + [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def answers(self) -> bool:
        """The database of our own is made at the first answer."""
        try:
            with psycopg.connect(
                host="127.0.0.1",
                port=self.port,
                user="waybill",
                password=self.password,
                dbname="postgres",
                connect_timeout=2,
                autocommit=True,
            ) as link:
                if not link.execute("SELECT 1 FROM pg_database WHERE datname = 'waybill'").fetchone():
                    link.execute("CREATE DATABASE waybill")
            return True
        except psycopg.OperationalError:
            return False

    def _as_user(self) -> list[str]:
        return ["setpriv", *self._identity()] if self.user else []

    def _identity(self) -> list[str]:
        return ["--reuid", self.user, "--regid", self.user, "--init-groups"] if self.user else []


def remove_orphans() -> None:
    """Clusters whose own folder is gone: what a killed test run left behind."""
    for origin in OUTSIDE.glob("*/origin"):
        if not Path(origin.read_text()).exists():
            shutil.rmtree(origin.parent)


def program(name: str) -> str:
    """PostgreSQL's programs lie outside PATH on Debian; the newest version's are taken."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if not found:
        raise ServersUnavailable(f"PostgreSQL's {name} is not installed: apt-get install postgresql")
    return found
