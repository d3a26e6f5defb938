"""Ctrl-C and SIGTERM as an event that loops look at."""

import signal
import threading


def stop_on_signals() -> threading.Event:
    """An event that SIGINT and SIGTERM set; call it in the main thread."""
    stop = threading.Event()

    def set_it(*_: object) -> None:
        stop.set()

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, set_it)
    return stop
