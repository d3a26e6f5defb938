"""Where the numbers on the first page lead to."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def first_of(*names: str, **query: str) -> str:
    """The address of the first of these pages that there is; nothing if there is none."""
    for name in names:
        try:
            return reverse(name) + (f"?{urlencode(query)}" if query else "")
        except NoReverseMatch:
            continue
    return ""
