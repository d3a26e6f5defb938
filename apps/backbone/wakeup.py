"""A knock on the relay's door after a commit: a thread event in one process, NOTIFY between several.

Only speed: the relay polls too. NOTIFY inside the append's transaction would put all commits in one queue (measured:
8,300 -> 3,800 transactions a second), so it is a statement of its own after the commit, at most one each 10 ms.
"""

import threading
import time

from django.db import connection

CHANNEL = "waybill"
SECONDS_BETWEEN = 0.01

rung = threading.Event()
"""Set whenever this process has appended something."""
_last = [0.0]


def ring() -> None:
    """Say that the log has grown. Inside a caller's transaction only this process hears it."""
    rung.set()
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return
    if time.monotonic() - _last[0] >= SECONDS_BETWEEN:
        _last[0] = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
