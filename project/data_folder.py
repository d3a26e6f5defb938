"""The folder of a shop: one running shop at a time."""

import fcntl
import os
from pathlib import Path
from typing import TextIO


class FolderInUse(RuntimeError):
    """Another shop runs on this folder."""


def claim(folder: Path) -> TextIO:
    """Holds the folder as long as the returned file is open; the kernel lets go of it however the process ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (folder / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise FolderInUse(holder) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
