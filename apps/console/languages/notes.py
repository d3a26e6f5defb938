"""What jobs have said is kept as they said it, in English; here it is said again in the language of the page."""

import re
from functools import cache
from pathlib import PurePath
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from apps.console.languages import sources
from apps.console.languages.reading import Text, strings

TOLD_BY = {"job.py", "jobs.py"}
PLACE = re.compile(r"%\\\((\w+)\\\)(?:s|d)")


def again(text: Any) -> Any:
    """`2 runs are stuck` -> 2 個執行卡住; what no job says by itself comes back as it is."""
    if not isinstance(text, str) or not text or (get_language() or "en").startswith("en"):
        return text
    for pattern, said in notes():
        if found := pattern.fullmatch(text):
            return translated(said, found.groupdict())
    return text


def translated(said: Text, values: dict[str, str]) -> str:
    if isinstance(said, str):
        return gettext(said).replace(")d", ")s") % values if values else gettext(said)
    count = next((int(value) for value in values.values() if value.isdecimal()), 2)
    return ngettext(*said, count).replace(")d", ")s") % values


@cache
def notes() -> list[tuple[re.Pattern[str], Text]]:
    """Every string of the files that jobs are in, and what it looks like once its places are filled."""
    files = [file for name, file in sources.ours() if PurePath(name).name in TOLD_BY]
    said = dict.fromkeys(text for file in files for text, _context in strings(file))
    return [(looks(form), one) for one in said for form in ([one] if isinstance(one, str) else one)]


def looks(text: str) -> re.Pattern[str]:
    return re.compile(PLACE.sub(r"(?P<\1>.+?)", re.escape(text)))
