"""Runs the sections on private servers of their own, each in a fresh database; prints a table and keeps the results."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psycopg

from bench import machine
from bench.measure import Measure
from bench.quoted import QUOTED
from bench.section import ASKED_FOR, SECTIONS
from project.private_servers import PrivateServers

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results"
QUIET = 0.5
"""Above this load average someone else is at work, and what is measured is theirs too."""


class Results(msgspec.Struct, kw_only=True):
    """What one run of `bench/run` leaves behind."""

    started_at: datetime
    load_before: float
    machine: dict[str, object]
    settings: dict[str, object]
    measures: list[dict[str, object]]
    quoted: dict[str, dict[str, str]]
    """Of others, measured elsewhere on the same kind of machine."""


def main() -> int:
    wanted = arguments()
    if wanted.load_before > QUIET and not wanted.anyway:
        print(f"The machine's load average is {wanted.load_before}, above {QUIET}: something else is at work.")
        print("Wait until it is quiet, or say --anyway and do not trust the figures.")
        return 1
    started = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder, PrivateServers(Path(folder), keep=False) as servers:
        facts = machine.facts(servers.postgresql.url)
        measures = [one for name in sections(wanted.only) for one in run(name, wanted, servers)]
    results = Results(
        started_at=started,
        load_before=wanted.load_before,
        machine=facts,
        settings={"orders": wanted.orders, "runs": wanted.runs, "only": wanted.only, "anyway": wanted.anyway},
        measures=[msgspec.to_builtins(one) | {"median": round(one.median, 2)} for one in measures],
        quoted={name: QUOTED[name] for name in sections(wanted.only) if name in QUOTED},
    )
    file = wanted.output or RESULTS / f"{started:%Y-%m-%d-%H%M}.json"
    file.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")
    print("\n".join(table(results, measures)))
    print(f"\nKept in {file}")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--orders", type=int, default=1000, help="how many; backbone sections take ten times as many")
    parser.add_argument("--runs", type=int, default=3, help="of each measure; the median counts")
    parser.add_argument("--only", choices=SECTIONS + ASKED_FOR, help="one section alone")
    parser.add_argument("--anyway", action="store_true", help="measure although the machine is busy")
    parser.add_argument("--output", type=Path, help="a file for the results instead of bench/results/")
    parser.add_argument("--load-before", type=float, default=os.getloadavg()[0], help=argparse.SUPPRESS)
    return parser.parse_args()


def sections(only: str | None) -> tuple[str, ...]:
    """The checkout never without its peers: a rate alone says nothing."""
    return ("checkout", "peers") if only == "checkout" else (only,) if only else SECTIONS


def run(name: str, wanted: argparse.Namespace, servers: PrivateServers) -> list[Measure]:
    print(f"· {name}", flush=True)
    with fresh_database(servers, name) as url, tempfile.TemporaryDirectory() as data:
        file = Path(data) / "measures.json"
        subprocess.run(
            [sys.executable, "-m", "bench.section", name, str(wanted.orders), str(wanted.runs), str(file)],
            cwd=ROOT,
            env=os.environ | servers.environment() | {"DATABASE_URL": url, "WAYBILL_DATA": data},
            check=True,
        )
        return msgspec.json.decode(file.read_bytes(), type=list[Measure])


@contextmanager
def fresh_database(servers: PrivateServers, name: str) -> Iterator[str]:
    """A database of its own for each section: none pays for what another one wrote."""
    with psycopg.connect(servers.postgresql.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE bench_{name}")
        yield servers.postgresql.url.rsplit("/", 1)[0] + f"/bench_{name}"


def table(results: Results, measures: list[Measure]) -> Iterator[str]:
    load = f"load before {results.load_before}{', BUSY' if results.load_before > QUIET else ''}"
    size = f"{results.settings['orders']} orders, {results.settings['runs']} runs"
    yield f"\n{results.machine['cores']} cores, {load}, {size}"
    for section in dict.fromkeys(one.section for one in measures):
        yield f"\n{section}"
        for one in (each for each in measures if each.section == section):
            every = " ".join(f"{value:,.1f}" for value in one.runs)
            yield f"  {one.name:45} {one.median:>10,.1f} {one.unit:12} ({every})"
        for note, names in notes(measures, section).items():
            yield f"    {names}: {note}"
        for name, figure in results.quoted.get(section, {}).items():
            yield f"  «{name}»  {figure}   quoted, measured elsewhere on the same kind of machine"


def notes(measures: list[Measure], section: str) -> dict[str, str]:
    """Each note once, with the names of all that it is about."""
    found: dict[str, str] = {}
    for one in measures:
        if one.section == section and one.note:
            found[one.note] = f"{found[one.note]}; {one.name}" if one.note in found else one.name
    return found


if __name__ == "__main__":
    sys.exit(main())
