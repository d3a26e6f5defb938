"""What the environment says: profile, data folder, secret, time zone, port. A wrong value refuses the start by name."""

import os
import secrets
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

__all__ = [
    "BASE_DIR",
    "BROKER_URL",
    "DEBUG",
    "REDIS_URL",
    "SECRET_KEY",
    "TIME_ZONE",
    "USE_TZ",
    "WAYBILL_DATA",
    "WAYBILL_PORT",
    "WAYBILL_PROFILE",
]

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent

DATABASE_SCHEMES = {"sqlite", "postgres", "postgresql", "psql", "pgsql"}
BROKER_SCHEMES = {"memory", "amqp", "amqps", "pyamqp"}
REDIS_SCHEMES = {"redis", "rediss", "unix"}
SECRET_MINIMUM = 50


def switch(name: str, default: bool = False) -> bool:
    """A yes or no; anything else is refused, so that a typing error never turns a protection off."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value == "":
        return default
    raise ImproperlyConfigured(f"{name} is '{value}'. Set it to 1 or 0.")


def whole_number(name: str, default: int, lowest: int, highest: int) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if value.isdecimal() and lowest <= int(value) <= highest:
        return int(value)
    raise ImproperlyConfigured(f"{name} is '{value}'. Set it to a whole number from {lowest} to {highest}.")


def server_url(name: str, schemes: set[str]) -> str:
    """The URL named, or nothing. Its password is never part of a complaint."""
    url = os.environ.get(name, "").strip()
    scheme = urlsplit(url).scheme
    if url and scheme not in schemes:
        allowed = ", ".join(sorted(schemes))
        raise ImproperlyConfigured(f"{name} starts with '{scheme or url[:12]}'. Start it with one of: {allowed}.")
    return url


def failover_urls(name: str, schemes: set[str], default: str) -> str:
    """Several URLs separated by `;`, all of one transport, tried in turn."""
    urls = [url.strip() for url in os.environ.get(name, "").split(";") if url.strip()] or [default]
    found = {urlsplit(url).scheme for url in urls}
    if unknown := found - schemes:
        allowed = ", ".join(sorted(schemes))
        raise ImproperlyConfigured(f"{name} has a URL starting with '{min(unknown)}'. Start it with one of: {allowed}.")
    if "memory" in found and len(urls) > 1:
        raise ImproperlyConfigured(f"{name} mixes memory:// with another URL. Name either memory:// alone or servers.")
    return ";".join(urls)


DATABASE_URL = server_url("DATABASE_URL", DATABASE_SCHEMES)
BROKER_URL = failover_urls("BROKER_URL", BROKER_SCHEMES, default="memory://")
REDIS_URL = server_url("REDIS_URL", REDIS_SCHEMES)

ON_POSTGRESQL = bool(DATABASE_URL) and not DATABASE_URL.startswith("sqlite")
ON_RABBITMQ = not BROKER_URL.startswith("memory")
WAYBILL_PROFILE = "servers" if ON_POSTGRESQL or ON_RABBITMQ or REDIS_URL else "embedded"

if ON_RABBITMQ and not ON_POSTGRESQL:
    raise ImproperlyConfigured(
        "BROKER_URL names a server, but the database is SQLite, for one process. Set DATABASE_URL to PostgreSQL."
    )

DEBUG = switch("DEBUG")
if DEBUG and WAYBILL_PROFILE == "servers":
    raise ImproperlyConfigured("DEBUG is on with servers; its error pages show secrets. Unset DEBUG.")

WAYBILL_DATA = Path(os.environ.get("WAYBILL_DATA", "").strip() or BASE_DIR / ".data").expanduser().resolve()
"""The folder of this shop: SQLite file, secret, mail, reports."""


def data_folder() -> Path:
    try:
        WAYBILL_DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {WAYBILL_DATA} cannot be made ({error.strerror}). Set WAYBILL_DATA to a folder of yours."
        ) from error
    return WAYBILL_DATA


def kept_secret() -> str:
    """The embedded shop's own secret, made at its first start; two processes starting at once agree on one."""
    file = data_folder() / "secret_key"
    draft = file.with_name(f"secret_key.{os.getpid()}")
    if not file.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()


def secret_key() -> str:
    given = os.environ.get("SECRET_KEY", "").strip()
    if not given and WAYBILL_PROFILE == "servers":
        raise ImproperlyConfigured(
            "SECRET_KEY is not set, and every process of a shop on servers must share one. "
            "Set it to the output of: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if given and len(given) < SECRET_MINIMUM:
        raise ImproperlyConfigured(f"SECRET_KEY is shorter than {SECRET_MINIMUM} characters. Set a longer, random one.")
    return given or kept_secret()


SECRET_KEY = secret_key()

USE_TZ = True
TIME_ZONE = os.environ.get("WAYBILL_TIME_ZONE", "").strip() or "UTC"
"""The shop's own: the default of schedules and of what people see."""
if TIME_ZONE not in zoneinfo.available_timezones():
    raise ImproperlyConfigured(f"WAYBILL_TIME_ZONE is '{TIME_ZONE}', which is no time zone. Set one like Asia/Taipei.")

WAYBILL_PORT = whole_number("WAYBILL_PORT", default=8000, lowest=1, highest=65535)
