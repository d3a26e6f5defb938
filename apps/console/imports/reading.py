"""A file's bytes to rows: encoding, separator and columns are told apart, or refused with what to change."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from moneyed import CURRENCIES

from apps.backbone.messages import Money

MOST_BYTES = 64 * 1024 * 1024
LONGEST_TEXT = 200
SEPARATORS = ",;\t"

_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


class FileFault(ValueError):
    """The file as a whole cannot be read; the message says what to change."""


class RowFault(ValueError):
    """One cell of a row cannot be taken."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(f"{column}: {why}")
        self.column, self.why = column, why


@dataclass(frozen=True)
class Row:
    """One record; `number` is the line that it begins on, as an editor counts."""

    number: int
    cells: dict[str, str]
    fault: RowFault | None = None
    """It has another number of cells than there are columns: some cannot be trusted."""
    faults: list[RowFault] = field(default_factory=list)
    """Every cell that cannot be taken. Something harmless stands in for it, so that the rest of the row is read too."""

    def refuse(self, column: str, why: str) -> None:
        """The first fault of a cell is the one that tells."""
        if not self.refused(column):
            self.faults.append(RowFault(column, why))

    def refused(self, *columns: str) -> bool:
        return any(fault.column in columns for fault in self.faults)

    def text(self, column: str, *, default: str | None = None, longest: int = LONGEST_TEXT) -> str:
        found = self.cells.get(column, "").strip()
        if not found and default is None:
            self.refuse(column, _("is empty"))
        elif _CONTROL.search(found):
            self.refuse(column, _("has a control character"))
        elif len(found) > longest:
            self.refuse(column, _("is longer than %(longest)d characters") % {"longest": longest})
        return found or default or ""

    def number_in(self, column: str, *, default: str | None = None) -> Decimal:
        found = self.text(column, default=default)
        if _NUMBER.fullmatch(found):
            return Decimal(found)
        self.refuse(column, _("“%(found)s” is no number; write it like 1234.56") % {"found": found[:40]})
        return Decimal(0)

    def whole(self, column: str) -> int:
        found = self.text(column)
        if _NUMBER.fullmatch(found) and not Decimal(found) % 1:
            return int(Decimal(found))
        self.refuse(column, _("“%(found)s” is no whole number, like 3") % {"found": found[:40]})
        return 0

    def money(self, column: str, currency: str, *, default: str | None = None) -> Money:
        """An amount with no more decimals than the currency has."""
        found = self.number_in(column, default=default)
        minor = found * CURRENCIES[currency].sub_unit if currency in CURRENCIES else Decimal(0)
        if minor != minor.to_integral_value():
            told = {"found": found, "currency": currency}
            self.refuse(column, _("%(found)s has more decimals than %(currency)s") % told)
        return Money(int(minor), currency)


def text_of(raw: bytes) -> str:
    """UTF-8, with or without its mark, or Windows-1252."""
    if len(raw) > MOST_BYTES:
        raise FileFault(_("The file is over %(most)d MiB. Split it.") % {"most": MOST_BYTES >> 20})
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileFault(_("The file is in UTF-16. Save it as “CSV UTF-8”."))
    if b"\x00" in raw:
        raise FileFault(_("The file has NUL bytes: it is no CSV text. Save it as “CSV UTF-8”."))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _western(raw)


def _western(raw: bytes) -> str:
    """Windows-1252, unless what comes out looks like another encoding's bytes, which come in runs."""
    fault = FileFault(_("The file is neither UTF-8 nor Windows-1252. Save it as “CSV UTF-8”."))
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        raise fault from None
    runs = _FOREIGN.findall(text)
    if sum(len(run) for run in runs if len(run) > 1) * 2 > sum(map(len, runs)):
        raise fault
    return text


def columns_of(text: str) -> list[str]:
    """The names in the first line."""
    columns = [name.strip() for name in next(_records(text), (0, []))[1]]
    if not any(columns):
        raise FileFault(_("The file is empty: its first line must name the columns."))
    doubled = {name for name in columns if name and columns.count(name) > 1}
    if doubled:
        raise FileFault(_("Two columns are named “%(name)s”.") % {"name": min(doubled)})
    return columns


def rows_of(text: str, columns: list[str]) -> Iterator[Row]:
    """The records after the first line; blank ones are passed over."""
    records = _records(text)
    next(records)
    for number, cells in records:
        if any(cell.strip() for cell in cells):
            yield Row(number, dict(zip(columns, cells, strict=False)), _fault_of(cells, columns))


def _fault_of(cells: list[str], columns: list[str]) -> RowFault | None:
    if len(cells) == len(columns):
        return None
    return RowFault("", _("%(found)d cells, but %(wanted)d columns") % {"found": len(cells), "wanted": len(columns)})


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileFault(_("Line %(number)d: %(error)s.") % {"number": number, "error": error}) from None
        yield number, cells
