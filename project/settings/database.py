"""Where the log and the read models live."""

import os
from typing import Any

from project.settings.environment import DATABASE_URL, ON_POSTGRESQL, data_folder, env, whole_number

__all__ = ["DATABASES"]

POSTGRESQL_LIMITS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
}

SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
}


def postgresql(url: str) -> dict[str, Any]:
    """A statement that hangs frees its locks by itself; a connection that died is noticed before it is used."""
    options = " ".join(f"-c {name}={value}" for name, value in POSTGRESQL_LIMITS.items())
    given: dict[str, Any] = env.db_url_config(url)
    return given | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": whole_number("DATABASE_CONN_MAX_AGE", default=60, lowest=0, highest=86400),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "server_side_binding": True, "options": options} | given.get("OPTIONS", {}),
    }


def sqlite() -> dict[str, Any]:
    name = env.db_url_config(DATABASE_URL)["NAME"] if DATABASE_URL else os.fspath(data_folder() / "waybill.sqlite3")
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": SQLITE_OPTIONS}


DATABASES = {"default": postgresql(DATABASE_URL) if ON_POSTGRESQL else sqlite()}
