"""A file's rows grouped into whole orders: an order with one bad row is rejected, never halved."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Literal
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from apps.backbone.messages import MAX_BODY_BYTES, zero
from apps.backbone.saga import identity
from apps.console.imports.layouts import LAYOUTS, Buyer, Layout, Line, Postage, Skipped
from apps.console.imports.reading import FileFault, Row, columns_of, rows_of, text_of
from apps.orders.commands import NewLine, PlaceOrder
from apps.orders.events import Address

Fault = tuple[str, str]
"""A column, and what is wrong in it."""
MOST_OF_A_LINE = 1_000_000
LARGEST_AMOUNT = 10**12
BUYERS = ("name", "email", "payment_method", "shipping")
"""What a buyer is besides the address."""
GROWTH_OF_A_LINE = 180
"""Bytes that a placed line is larger than one asked for: its id, tax and total."""
ROOM = 2_000
"""And the rest of a placed order, at most."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something about a row that its sender should know."""

    kind: Literal["error", "note"]
    row: int
    reference: str
    column: str
    why: str


class ImportedOrder(msgspec.Struct, kw_only=True):
    """One order as the file has it."""

    reference: str
    buyer: Buyer
    rows: list[int]
    lines: list[NewLine]


class Imported(msgspec.Struct, kw_only=True):
    """What a file holds: its good orders, and what was found wrong or left out."""

    layout: str
    digest: str
    rows: int = 0
    orders: list[ImportedOrder] = []
    findings: list[Finding] = []
    rejected: set[str] = set()
    """References of the orders that a row's error takes along."""

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind == "error"]

    @property
    def bad_rows(self) -> int:
        return len({finding.row for finding in self.errors})

    def order_id(self, reference: str) -> UUID:
        """The same for every try with this file, so that each row counts once."""
        return identity("import", self.digest, reference)


def digest_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def read(raw: bytes, layout_name: str = "", known: frozenset[str] | None = None) -> Imported:
    """Read a whole file; `known` are the SKUs that exist, None if products are going to be created.

    Raises FileFault if no row can be read; a bad row is a finding.
    """
    text = text_of(raw)
    columns = columns_of(text)
    layout = find_layout(layout_name, columns)
    imported = Imported(layout=layout.name, digest=digest_of(raw), orders=[], findings=[], rejected=set())
    _group(imported, layout, rows_of(text, columns), known)
    for order in imported.orders:
        if order.reference not in imported.rejected and (fault := _fault_of_all(order)):
            _reject(imported, layout, order.rows[0], order.reference, [fault])
    imported.orders = [order for order in imported.orders if order.reference not in imported.rejected and order.lines]
    imported.findings.sort(key=lambda finding: finding.row)
    return imported


def rows_left_out(raw: bytes, imported: Imported) -> Iterator[list[str]]:
    """The rows of the rejected orders as they came, below the names of the columns: a file to mend."""
    text, key = text_of(raw), LAYOUTS[imported.layout].key
    columns = columns_of(text)
    yield columns
    for row in rows_of(text, columns):
        if row.cells.get(key, "").strip() in imported.rejected:
            yield [row.cells.get(name, "") for name in columns]


def find_layout(name: str, columns: list[str]) -> Layout:
    """The layout asked for, or the one whose columns are all there."""
    if name and name not in LAYOUTS:
        raise FileFault(_("There is no layout “%(name)s”: choose %(all)s.") % {"name": name, "all": ", ".join(LAYOUTS)})
    candidates = [LAYOUTS[name]] if name else list(LAYOUTS.values())
    nearest = min(candidates, key=lambda layout: len(layout.missing(columns)) / len(layout.columns))
    if missing := nearest.missing(columns):
        raise FileFault(
            _("For the layout “%(layout)s” these columns are missing: %(missing)s.")
            % {"layout": nearest.name, "missing": ", ".join(missing)}
        )
    return nearest


def _group(imported: Imported, layout: Layout, rows: Iterable[Row], known: frozenset[str] | None) -> None:
    orders: dict[str, ImportedOrder] = {}
    postage: dict[str, list[Postage]] = {}
    for row in rows:
        imported.rows += 1
        reference = row.cells.get(layout.key, "").strip()
        found = None if row.fault else layout.read(row)
        if faults := _faults(row, layout, found, known) or _disagreements(orders, found):
            _reject(imported, layout, row.number, reference, faults)
        elif isinstance(found, Line):
            _add(orders, found, row.number)
        elif isinstance(found, Postage):
            postage.setdefault(reference, []).append(found)
        elif found:
            imported.findings.append(_finding("note", row.number, reference, layout.key, found.why))
    for reference, amounts in postage.items():
        _add_postage(imported, orders.get(reference), amounts)
    imported.orders = list(orders.values())


def _faults(
    row: Row, layout: Layout, found: Line | Postage | Skipped | None, known: frozenset[str] | None
) -> list[Fault]:
    """All that is wrong with the row as it stands alone: its cells, then what they would mean."""
    if row.fault:
        return [(row.fault.column, row.fault.why)]
    if isinstance(found, Line):
        unpriced = row.refused(layout.column("unit_price"), layout.column("quantity"))
        for column, why in _faults_of(found.line, known):
            if not (unpriced and column == "discount"):
                row.refuse(layout.column(column), why)
    places = {name: place for place, name in enumerate(row.cells)}
    return sorted(((one.column, one.why) for one in row.faults), key=lambda fault: places.get(fault[0], 0))


def _disagreements(orders: dict[str, ImportedOrder], found: Line | Postage | Skipped | None) -> list[Fault]:
    """Where a line has another buyer than the first of its order."""
    order = orders.get(found.reference) if isinstance(found, Line) else None
    if order is None or not isinstance(found, Line) or found.buyer == order.buyer:
        return []
    why = _("differs from line %(row)d of the same order") % {"row": order.rows[0]}
    return [(name, why) for name in differences(found.buyer, order.buyer)]


def differences(one: Buyer, other: Buyer) -> list[str]:
    if one.shipping.currency != other.shipping.currency:
        return ["currency"]
    names = [name for name in BUYERS if getattr(one, name) != getattr(other, name)]
    address = [name for name in Address.__struct_fields__ if getattr(one.ship_to, name) != getattr(other.ship_to, name)]
    return list(dict.fromkeys(names + address))


def _finding(kind: Literal["error", "note"], row: int, reference: str, column: str, why: str) -> Finding:
    return Finding(kind=kind, row=row, reference=reference, column=column, why=why)


def _add(orders: dict[str, ImportedOrder], line: Line, number: int) -> None:
    order = orders.setdefault(
        line.reference, ImportedOrder(reference=line.reference, buyer=line.buyer, rows=[], lines=[])
    )
    order.rows.append(number)
    order.lines.append(line.line)


def _add_postage(imported: Imported, order: ImportedOrder | None, amounts: list[Postage]) -> None:
    if order is None:
        why = _("postage alone, no product")
        imported.findings.append(_finding("note", amounts[0].row, amounts[0].reference, "", why))
        return
    shipping = order.buyer.shipping
    for postage in amounts:
        shipping += postage.amount
    order.buyer = msgspec.structs.replace(order.buyer, shipping=shipping)


def _reject(imported: Imported, layout: Layout, row: int, reference: str, faults: list[Fault]) -> None:
    imported.findings += [_finding("error", row, reference, layout.column(column), why) for column, why in faults]
    imported.rejected.add(reference)


def _fault_of_all(order: ImportedOrder) -> Fault | None:
    goods = sum((line.unit_price * line.quantity - line.discount).amount_minor for line in order.lines)
    shipping = order.buyer.shipping.amount_minor
    if not 0 <= shipping <= LARGEST_AMOUNT:
        return "shipping", _("must be from 0 to %(most)d minor units") % {"most": LARGEST_AMOUNT}
    if not goods + shipping:
        return "unit_price", _("there is nothing to pay")
    if too_large(order):
        return "order", _("%(count)d lines are more than one order can carry") % {"count": len(order.lines)}
    return None


def _faults_of(line: NewLine, known: frozenset[str] | None) -> Iterator[Fault]:
    if any(letter.isspace() for letter in line.sku):
        yield "sku", _("“%(sku)s” has a blank") % {"sku": line.sku}
    elif known is not None and line.sku not in known:
        yield "sku", _("there is no product %(sku)s") % {"sku": line.sku}
    if not 1 <= line.quantity <= MOST_OF_A_LINE:
        yield "quantity", _("must be from 1 to %(most)d") % {"most": MOST_OF_A_LINE}
    if not 0 <= line.unit_price.amount_minor <= LARGEST_AMOUNT:
        yield "unit_price", _("must be from 0 to %(most)d minor units") % {"most": LARGEST_AMOUNT}
    elif line.quantity > 0 and not zero(line.discount.currency) <= line.discount <= line.unit_price * line.quantity:
        yield "discount", _("must be from 0 to what the line is worth")


def too_large(order: ImportedOrder) -> bool:
    """Would the placed order be over a message's 64 KiB?"""
    if len(order.lines) * GROWTH_OF_A_LINE < MAX_BODY_BYTES // 4:
        return False
    asked = len(msgspec.json.encode((order.buyer, order.lines)))
    return asked + GROWTH_OF_A_LINE * len(order.lines) + ROOM > MAX_BODY_BYTES


def command(imported: Imported, order: ImportedOrder) -> PlaceOrder:
    return PlaceOrder(
        order_id=imported.order_id(order.reference),
        channel="import",
        customer_name=order.buyer.name,
        email=order.buyer.email,
        lines=tuple(order.lines),
        shipping=order.buyer.shipping,
        ship_to=order.buyer.ship_to,
        payment_method=order.buyer.payment_method,
        reference=order.reference,
    )
