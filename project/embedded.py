"""The whole shop in one process: web, relay, consumers, workers and beat, over the memory of this process."""

import signal
import threading
from collections.abc import Callable
from types import FrameType

import structlog
import uvicorn
from celery.beat import Service as Beat
from celery.worker import WorkController

from apps.backbone import garbage, presence, topology
from apps.backbone.consumer import consume, event_consumers
from apps.backbone.relay import Relay
from apps.backbone.topology import subscribe

logger = structlog.get_logger(__name__)

WORKER_THREADS = 3
JOIN_SECONDS = 10


class Shop:
    """Everything but the web, in threads."""

    def __init__(self) -> None:
        from project import celery

        self.stop = threading.Event()
        self.threads: list[threading.Thread] = []
        self.busy = celery.busy
        queues = [queue.name for queue in celery.embedded.conf.task_queues]
        self.worker = WorkController(
            app=celery.embedded,
            pool="threads",
            concurrency=WORKER_THREADS,
            queues=queues,
            hostname="embedded@localhost",
            without_mingle=True,
            without_gossip=True,
            without_heartbeat=True,
            quiet=True,
        )
        self.beat = Beat(celery.embedded, max_interval=2, scheduler_cls=celery.embedded.conf.beat_scheduler)

    def start(self) -> None:
        """Topology and subscriptions first, in this thread; then everyone at once."""
        subscribe()
        with topology.connect() as connection:
            topology.declare(connection)
        self.threads = consume(event_consumers(), self.stop)
        relay = Relay(self.stop)
        self._thread("relay", lambda: relay.run(refill=True))
        self._thread("worker", self.worker.start)
        self._thread("beat", lambda: self.beat.start(embedded_process=False))
        presence.show_until(self.stop, "worker embedded", self.busy)
        presence.show_until(self.stop, "beat")

    def _thread(self, name: str, target: Callable[[], object]) -> None:
        def live() -> None:
            while not self.stop.is_set():
                try:
                    target()
                except Exception:
                    logger.exception("thread_failed", thread=name)  # on servers a supervisor would start it anew
                self.stop.wait(1)

        thread = threading.Thread(target=live, name=name, daemon=True)
        thread.start()
        self.threads.append(thread)

    def close(self) -> None:
        """Let everyone finish what is in hand; what is not finished, the receipts bring back at the next start."""
        self.stop.set()
        self.beat.stop()
        self.worker.stop()
        for thread in self.threads:
            thread.join(timeout=JOIN_SECONDS)


class Web(uvicorn.Server):
    """uvicorn that says when it is up. It runs beside the main thread, and so leaves the signals to us."""

    def __init__(self, port: int, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                "project.asgi:application",
                host="127.0.0.1",
                port=port,
                log_level="warning",
                timeout_graceful_shutdown=3,
            )
        )
        self.ready = ready

    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        if self.started:
            self.ready()


def serve(port: int, ready: Callable[[], None]) -> None:
    """Run until SIGINT or SIGTERM, then stop cleanly."""
    shop = Shop()
    web = Web(port, ready)

    def leave(number: int, frame: FrameType | None) -> None:
        if web.should_exit:
            web.force_exit = True
        web.should_exit = True

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, leave)
    garbage.seldom()
    shop.start()
    try:
        thread = threading.Thread(target=web.run, name="web", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(timeout=0.5)
    finally:
        shop.close()
