"""What jobs and contracts say of themselves is their docstring; on a page it is said in the page's language."""

from typing import Any

from django.utils.translation import gettext

from apps.console.languages.reading import one_line


def said(documented: Any) -> str:
    """One line for a class or a function; nothing where there is no docstring."""
    text = one_line(documented.__doc__ or "")
    return gettext(text) if text else ""
