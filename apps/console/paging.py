"""Long lists by key: every page costs what the first does, nothing is counted, and the filters stay in the address."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

OLDER, NEWER = "older", "newer"
"""Names in the address: the key whose row the page lies below, or above."""
BETWEEN = ","
SIZE = 100
Key = list[Any]


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the query strings of its neighbors; empty where the list ends."""

    rows: list[Any] = field(default_factory=list)
    newer: str = ""
    older: str = ""
    first: str = ""
    """Leads back to the head of the list; empty if this is it."""


def page(request: HttpRequest, queryset: QuerySet[Any], order: str | Sequence[str] = "-pk", size: int = SIZE) -> Page:
    """One page of the queryset, by one unique field or by several that are unique together; `-` is descending.

    An index must serve the order, and none of its fields may be null. A broken link leads to the first page.
    """
    names = (order,) if isinstance(order, str) else tuple(order)
    sorting = Sorting(queryset.model, names)
    if (above := sorting.read(request.GET.get(NEWER))) and (found := upwards(queryset, sorting, above, size)):
        return shown(request, sorting, *found)
    below = sorting.read(request.GET.get(OLDER))
    wanted = queryset.filter(sorting.beyond(below)) if below else queryset
    rows = list(wanted.order_by(*names)[: size + 1])
    return shown(request, sorting, rows[:size], bool(below), len(rows) > size)


def upwards(queryset: QuerySet[Any], sorting: "Sorting", above: Key, size: int) -> tuple[list[Any], bool, bool] | None:
    """The rows just above a key; nothing if they do not fill a page, for then the first page shows them all."""
    against = sorting.reversed()
    rows = list(queryset.filter(against.beyond(above)).order_by(*against.names)[: size + 1])
    return (rows[:size][::-1], True, True) if len(rows) > size else None


def shown(request: HttpRequest, sorting: "Sorting", rows: list[Any], newer: bool, older: bool) -> Page:
    return Page(
        rows=rows,
        newer=address(request, NEWER, sorting.write(rows[0])) if newer and rows else "",
        older=address(request, OLDER, sorting.write(rows[-1])) if older else "",
        first=address(request) if newer else "",
    )


def address(request: HttpRequest, name: str = "", key: str = "") -> str:
    """The query string of the same list at another place."""
    given = request.GET.copy()
    for each in (OLDER, NEWER):
        given.pop(each, None)
    if name:
        given[name] = key
    return f"?{given.urlencode()}"


class Sorting:
    """The fields that a list is sorted by, and keys written as text."""

    def __init__(self, model: type[Model], names: Sequence[str]) -> None:
        self.model, self.names = model, tuple(names)
        self.paths = [name.removeprefix("-") for name in self.names]

    def reversed(self) -> "Sorting":
        return Sorting(self.model, [name[1:] if descending(name) else f"-{name}" for name in self.names])

    def beyond(self, key: Key) -> Q:
        """What comes after the key; the first field alone bounds the range, so that an index can."""
        later, same = Q(), Q()
        for name, path, value in zip(self.names, self.paths, key, strict=True):
            later |= same & Q((f"{path}__lt" if descending(name) else f"{path}__gt", value))
            same &= Q((path, value))
        bound = "lte" if descending(self.names[0]) else "gte"
        return Q((f"{self.paths[0]}__{bound}", key[0])) & later

    def write(self, row: Any) -> str:
        return BETWEEN.join(escaped(value_of(row, path)) for path in self.paths)

    def read(self, given: str | None) -> Key | None:
        """Nothing if it is no key of this list."""
        parts = given.split(BETWEEN) if given else []
        if len(parts) != len(self.paths):
            return None
        try:
            return [understood(field_of(self.model, path), part) for path, part in zip(self.paths, parts, strict=True)]
        except ValidationError:
            return None


def descending(name: str) -> bool:
    return name.startswith("-")


def field_of(model: type[Model], path: str) -> Any:
    name, _, rest = path.partition("__")
    found: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return field_of(found.related_model, rest) if rest else found


def value_of(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def escaped(value: Any) -> str:
    written = value.isoformat() if isinstance(value, datetime) else str(value)
    return written.replace("%", "%25").replace(BETWEEN, "%2C")


def understood(of: Any, part: str) -> Any:
    """Text as a value of this field; `ValidationError` if it is none that a row could have."""
    value = of.to_python(unquote(part))
    of.run_validators(value)
    if "\x00" in part or "\x00" in str(value) or (isinstance(value, datetime) and timezone.is_naive(value)):
        raise ValidationError("no row has this key")
    return value
