"""Which dead letters are meant: the fields of an address, and the rows that they choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db.models import Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from apps.backbone import clock, dead_letters
from apps.backbone.models import Inbox, Repair

SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
WITHIN = [("hour", _("last hour")), ("day", _("last 24 hours")), ("week", _("last 7 days"))]
GROUP = ("consumer", "error_class", "error_place")
TEXTS = (*GROUP, "type", "text")
LONGEST = 200


class Wanted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A choice of dead letters. What is empty does not narrow it; `error_place` does as soon as it is given."""

    consumer: str = ""
    error_class: str = ""
    error_place: str | None = None
    type: str = ""
    text: str = ""
    since: datetime | None = None
    upto: datetime | None = None
    """Given up on later than this: not meant, for nobody had seen them."""
    rows: tuple[int, ...] = ()
    """Chosen by hand."""
    joined: int = 0
    """Given up on since this repair began, and not tried again by it."""

    def letters(self) -> QuerySet[Inbox]:
        chosen = dead_letters.given_up().filter(**self.conditions())
        if self.upto:
            chosen = chosen.filter(Q(updated_at__lte=self.upto) | Q(updated_at=None))
        if not self.joined:
            return chosen
        began = Repair.objects.filter(pk=self.joined).values("began_at")[:1]
        return chosen.filter(updated_at__gt=began).exclude(repair=self.joined)

    def conditions(self) -> dict[str, Any]:
        named = {"consumer": self.consumer, "error_class": self.error_class, "type": self.type}
        named |= {"error__icontains": self.text, "updated_at__gte": self.since, "pk__in": self.rows}
        place = {} if self.error_place is None else {"error_place": self.error_place}
        return place | {name: value for name, value in named.items() if value}

    @property
    def group(self) -> dict[str, str]:
        """The group that it lies in; nothing if it is wider."""
        if not (self.consumer and self.error_place is not None):
            return {}
        return {"consumer": self.consumer, "error_class": self.error_class, "error_place": self.error_place}


@dataclass(frozen=True)
class Asked:
    """The filter as it stands in an address."""

    given: dict[str, str]

    @property
    def wanted(self) -> Wanted:
        fields: dict[str, Any] = {name: self.given[name] for name in TEXTS if name in self.given}
        span = SPANS.get(self.given.get("within", ""))
        joined = int(self.given.get("joined", 0))
        return Wanted(**fields, since=clock.now() - span if span else None, joined=joined)

    @property
    def narrowed(self) -> bool:
        """By more than the group."""
        return any(self.given.get(name) for name in ("type", "text", "within", "joined"))

    @property
    def query(self) -> str:
        return urlencode(self.given)

    @property
    def group_query(self) -> str:
        return urlencode({name: self.given[name] for name in GROUP if name in self.given})


def read(given: Mapping[str, str]) -> Asked:
    """Only what is known; an empty place counts, since a failure may have none."""
    found = {name: given.get(name, "")[:LONGEST] for name in ("consumer", "error_class", "type", "text", "within")}
    found = {name: value.replace("\x00", "") for name, value in found.items() if value}
    if "error_place" in given:
        found["error_place"] = given["error_place"][:LONGEST].replace("\x00", "")
    if (joined := given.get("joined", "")).isdecimal():
        found["joined"] = joined[:18]
    return Asked(found)


def encode(wanted: Wanted) -> str:
    return msgspec.json.encode(wanted).decode()


def decode(text: str) -> Wanted:
    return msgspec.json.decode(text, type=Wanted)
