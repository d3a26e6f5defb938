"""The UCI Online Retail layout: sales of a British shop in pounds, with its cancellations and bookkeeping among them.

A cancellation (`C536379`) does not say which invoice it cancels, so it is skipped with a note, and so is every other
row that sells nothing: returns, write-offs, samples, fees.
"""

from django.utils.translation import gettext as _, gettext_lazy

from apps.backbone.messages import zero
from apps.console.imports.layouts.countries import code_of
from apps.console.imports.layouts.layout import ABSENT, Buyer, Layout, Line, Postage, Skipped, rounded
from apps.console.imports.reading import Row
from apps.orders.commands import NewLine
from apps.orders.events import Address

CURRENCY = "GBP"
POSTAGE = ("POST", "DOT", "C2")
BOOKKEEPING = ("M", "D", "S", "B", "PADS", "CRUK", "AMAZONFEE", "BANK CHARGES")


def read(row: Row) -> Line | Postage | Skipped:
    reference, code = row.text("InvoiceNo", longest=64), row.text("StockCode", longest=64).upper()
    quantity, price = row.whole("Quantity"), row.number_in("UnitPrice")
    if why := no_sale(reference, code, quantity, price > 0):
        return Skipped(reference=reference, why=why)
    if code in POSTAGE:
        return Postage(reference=reference, amount=rounded(price * quantity, CURRENCY), row=row.number)
    if any(letter.isspace() for letter in code):
        row.refuse("StockCode", _("has a blank"))
    return Line(
        reference=reference,
        buyer=buyer(row),
        line=NewLine(
            sku=code,
            title=row.text("Description", default=code),
            quantity=quantity,
            unit_price=rounded(price, CURRENCY),
            discount=zero(CURRENCY),
        ),
    )


def no_sale(reference: str, code: str, quantity: int, priced: bool) -> str:
    if reference.upper().startswith("C"):
        return _("a cancellation that does not say of what")
    if code in BOOKKEEPING:
        return _("bookkeeping, no product")
    if quantity <= 0:
        return _("nothing was sold: the quantity is %(quantity)d") % {"quantity": quantity}
    if not priced:
        return _("nothing to pay: a sample or a correction")
    return ""


def buyer(row: Row) -> Buyer:
    customer = row.text("CustomerID", default="").removesuffix(".0")
    name = f"Customer {customer}" if customer else "Guest"
    return Buyer(
        name=name,
        email="",
        ship_to=Address(
            name=name, street=ABSENT, city=ABSENT, postal_code=ABSENT, country=code_of(row, "Country", unknown="ZZ")
        ),
        payment_method="tok_ok",
        shipping=zero(CURRENCY),
    )


uci = Layout(
    name="uci",
    title=gettext_lazy("UCI Online Retail"),
    columns=("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"),
    read=read,
    key="InvoiceNo",
    names={"sku": "StockCode", "quantity": "Quantity", "unit_price": "UnitPrice", "name": "CustomerID"},
)
