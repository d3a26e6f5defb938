"""One section of the benchmark in a process and a database of its own; `python -m bench` starts it on its servers."""

import importlib
import logging
import os
import sys
from pathlib import Path

import django
import msgspec
import structlog

SECTIONS = ("checkout", "peers", "save", "relay", "consume", "replay")
ASKED_FOR = ("console",)
"""Only by `--only`: it takes minutes to fill its shop."""


def main(name: str, orders: str, runs: str, file: str) -> None:
    if not os.environ.get("DATABASE_URL", "").endswith(f"/bench_{name}"):
        sys.exit("A section writes what it likes, so it runs in a database of its own only: bench/run --only " + name)
    os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
    django.setup()
    logging.disable(logging.INFO)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    measures = importlib.import_module(f"bench.{name}").measure(int(orders), int(runs))
    Path(file).write_bytes(msgspec.json.encode(measures))


if __name__ == "__main__":
    main(*sys.argv[1:])
