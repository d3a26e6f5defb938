"""Where uploaded files wait to be imported: in the data folder, each under the digest of its bytes."""

import re
import time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from apps.console.imports.orders import digest_of
from apps.console.imports.reading import FileFault

KEEP_SECONDS = 30 * 24 * 3600


def folder() -> Path:
    found = Path(settings.WAYBILL_DATA) / "imports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def keep(raw: bytes) -> str:
    """Store a file and say its digest, by which `load` finds it; files older than 30 days go."""
    digest = digest_of(raw)
    place = folder() / f"{digest}.csv"
    draft = place.with_suffix(".part")
    draft.write_bytes(raw)
    draft.replace(place)
    for old in folder().glob("*.csv"):
        if time.time() - old.stat().st_mtime > KEEP_SECONDS:
            old.unlink(missing_ok=True)
    return digest


def load(digest: str) -> bytes:
    """Raises FileFault if it is gone."""
    place = folder() / f"{digest}.csv"
    if not re.fullmatch("[0-9a-f]{64}", digest) or not place.exists():
        raise FileFault(_("The file is not here any more. Upload it again."))
    return place.read_bytes()
