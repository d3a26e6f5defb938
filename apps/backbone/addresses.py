"""Where the broker and the other servers are; asked afresh at every (re)connect."""

import os

DEFAULTS = {"broker": "memory://"}
VARIABLES = {"broker": "BROKER_URL", "redis": "REDIS_URL", "database": "DATABASE_URL"}


class UnknownServer(KeyError):
    """No server of that name is known; the names are broker, redis and database."""


def addresses(name: str) -> list[str]:
    """The URLs of a server, best first, from the environment (several are separated by `;`)."""
    if name not in VARIABLES:
        raise UnknownServer(name)
    urls = os.environ.get(VARIABLES[name]) or DEFAULTS.get(name, "")
    return [url.strip() for url in urls.split(";") if url.strip()]
