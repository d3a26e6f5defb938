"""Our own layout: a row a line, amounts in the currency's main unit. `docs/import.md` has the columns."""

from django.utils.translation import gettext as _, gettext_lazy
from moneyed import CURRENCIES

from apps.console.countries import is_country
from apps.console.imports.layouts.layout import Buyer, Layout, Line
from apps.console.imports.reading import Row
from apps.orders.commands import NewLine
from apps.orders.events import Address

MOST_PERCENT = 100


def read(row: Row) -> Line:
    currency = row.text("currency").upper()
    if currency not in CURRENCIES:
        row.refuse("currency", _("“%(found)s” is no currency") % {"found": currency})
    return Line(
        reference=row.text("order"),
        buyer=buyer(row, currency),
        line=NewLine(
            sku=row.text("sku", longest=64),
            title=row.text("title", default=row.text("sku")),
            quantity=row.whole("quantity"),
            unit_price=row.money("unit_price", currency),
            discount=row.money("discount", currency, default="0"),
            tax_basis_points=basis_points(row),
        ),
    )


def buyer(row: Row, currency: str) -> Buyer:
    name = row.text("customer_name")
    return Buyer(
        name=name,
        email=row.text("email", default=""),
        ship_to=Address(
            name=row.text("ship_to_name", default=name),
            street=row.text("street"),
            city=row.text("city"),
            region=row.text("region", default=""),
            postal_code=row.text("postal_code"),
            country=country(row),
        ),
        payment_method=row.text("payment_method", default="tok_ok"),
        shipping=row.money("shipping", currency, default="0"),
    )


def country(row: Row) -> str:
    found = row.text("country").upper()
    if not is_country(found):
        row.refuse("country", _("“%(found)s” is no country’s ISO-3166 code of two letters") % {"found": found})
    return found


def basis_points(row: Row) -> int:
    percent = row.number_in("tax_percent", default="0")
    if not 0 <= percent <= MOST_PERCENT or percent * 100 != (percent * 100).to_integral_value():
        row.refuse("tax_percent", _("from 0 to 100, with at most two decimals"))
    return int(percent * 100)


waybill = Layout(
    name="waybill",
    title=gettext_lazy("Waybill"),
    columns=(
        "order",
        "sku",
        "quantity",
        "unit_price",
        "currency",
        "customer_name",
        "street",
        "city",
        "postal_code",
        "country",
    ),
    read=read,
    key="order",
    names={"name": "customer_name"},
)
