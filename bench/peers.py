"""Others that carry a workflow of four small writes, on the same servers: a Celery chain, DBOS, and bare statements."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg

from bench import chain, durable
from bench.checkout import ONE_AT_A_TIME, WARM_UP
from bench.measure import Measure, Watch, alone, rate, timed
from project.settings.environment import BASE_DIR

WIDTHS = (2, 4, 8)
CHAIN = (
    "Celery chain of 4 tasks, one INSERT each; quorum queue, acks_late, confirms, Redis results; "
    "no log, no saga, no exactly-once: a redelivered task writes twice"
)
DBOS = (
    "DBOS workflow of 4 steps, one INSERT each, called directly in threads (no queue); its state in the same PostgreSQL"
)
BARE = "the 4 INSERTs, each committed, by one psycopg connection: no workflow at all"


def measure(count: int, runs: int) -> list[Measure]:
    watch = Watch(os.environ["DATABASE_URL"])
    for table in ("chain_step", "dbos_step", "bare_step"):
        watch.connection.execute(f"CREATE TABLE {table} (workflow uuid NOT NULL, step int NOT NULL)")
        watch.connection.execute(f"CREATE INDEX ON {table} (workflow)")
    bare = [rate(count, lambda: write_bare(count)) for _ in range(runs)]
    floor = Measure(section="peers", name="bare 4 writes", unit="workflows/s", runs=bare, note=BARE)
    return [*measure_chain(watch, count, runs), *measure_dbos(watch, count, runs), floor]


def best(name: str, by_width: dict[int, list[float]], note: str) -> Measure:
    """The width at which the peer does best; what the others gave stays in the note."""
    figures = [
        Measure(section="peers", name=f"{name}, width {width}", unit="workflows/s", runs=runs)
        for width, runs in by_width.items()
    ]
    winner = max(figures, key=lambda one: one.median)
    all_widths = ", ".join(f"{width}: {one.median:.0f}" for width, one in zip(by_width, figures, strict=True))
    winner.note = f"{note}; by width {all_widths}"
    return winner


def finished(table: str) -> str:
    return f"SELECT count(*) FROM {table} WHERE step = 4"


def together(watch: Watch, table: str, count: int, start: Callable[[UUID], None]) -> None:
    before = watch.number(finished(table))
    for _ in range(count):
        start(uuid4())
    watch.until(before + count, finished(table))


def one(watch: Watch, table: str, start: Callable[[UUID], None]) -> float:
    workflow = uuid4()

    def carry() -> None:
        start(workflow)
        watch.until(1, f"{finished(table)} AND workflow = %s", workflow, every=0.002)

    return timed(carry)


def measure_chain(watch: Watch, count: int, runs: int) -> list[Measure]:
    by_width, times = {}, []
    for width in WIDTHS:
        with workers(width):
            together(watch, "chain_step", WARM_UP, chain.start)
            if not times:
                times = [sequence(watch, "chain_step", count, chain.start) for _ in range(runs)]
            by_width[width] = [
                rate(count, lambda: together(watch, "chain_step", count, chain.start)) for _ in range(runs)
            ]
    return [best("Celery chain", by_width, CHAIN), *alone("peers", "Celery chain, one alone", times, "width 2")]


def sequence(watch: Watch, table: str, count: int, start: Callable[[UUID], None]) -> list[float]:
    return [one(watch, table, start) for _ in range(min(count, ONE_AT_A_TIME))]


@contextmanager
def workers(width: int) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "bench.chain:app", "worker"]
    options = [f"--concurrency={width}", "--loglevel=ERROR", "--without-gossip", "--without-mingle"]
    process = subprocess.Popen([*command, *options], cwd=BASE_DIR, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def measure_dbos(watch: Watch, count: int, runs: int) -> list[Measure]:
    by_width, times = {}, []
    with durable.launched():
        for width in WIDTHS:
            with ThreadPoolExecutor(width) as pool:

                def start(workflow: UUID, pool: ThreadPoolExecutor = pool) -> None:
                    pool.submit(durable.carry, str(workflow))

                together(watch, "dbos_step", WARM_UP, start)
                if not times:
                    times = [sequence(watch, "dbos_step", count, durable.carry_one) for _ in range(runs)]
                by_width[width] = [
                    rate(count, lambda start=start: together(watch, "dbos_step", count, start)) for _ in range(runs)
                ]
    return [best("DBOS", by_width, DBOS), *alone("peers", "DBOS, one alone", times, "called directly")]


def write_bare(count: int) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as own:
        for _ in range(count):
            workflow = uuid4()
            for step in range(1, 5):
                own.execute("INSERT INTO bare_step VALUES (%s, %s)", [workflow, step], prepare=True)
