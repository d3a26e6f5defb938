"""What the three layouts make of a row."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, strategies as some

from apps.backbone.messages import Money
from apps.console.imports.layouts import LAYOUTS, Line
from apps.console.imports.orders import Imported, read
from apps.console.imports.reading import FileFault, Row
from apps.orders.commands import NewLine
from apps.orders.events import Address

OURS = "order,sku,quantity,unit_price,currency,customer_name,street,city,postal_code,country"
SUPERSTORE = "Order ID,Customer Name,Country,City,State,Postal Code,Product ID,Product Name,Sales,Quantity,Discount"
UCI = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def taken(header: str, *rows: str, known: frozenset[str] | None = None) -> Imported:
    return read("\n".join([header, *rows]).encode(), known=known)


def said(imported: Imported) -> list[tuple[str, int, str, str, str]]:
    return [(one.kind, one.row, one.reference, one.column, one.why) for one in imported.findings]


def test_rows_of_one_reference_are_one_order():
    row = "A1,{},2,3.50,eur,Ada,1 Mill Lane,Graz,8010,at"
    imported = taken(OURS, row.format("tea"), row.format("cup"))

    (order,) = imported.orders
    assert (imported.layout, imported.rows, said(imported)) == ("waybill", 2, [])
    assert (order.reference, order.rows, [line.sku for line in order.lines]) == ("A1", [2, 3], ["tea", "cup"])
    assert order.buyer.ship_to == Address(
        name="Ada", street="1 Mill Lane", city="Graz", postal_code="8010", country="AT"
    )
    assert order.lines[0] == NewLine(
        sku="tea", title="tea", quantity=2, unit_price=Money(350, "EUR"), discount=Money(0, "EUR")
    )


@pytest.mark.parametrize(
    ("amount", "currency", "minor"), [("1200", "JPY", 1200), ("1.234", "KWD", 1234), ("0.1", "USD", 10)]
)
def test_amounts_follow_their_currency(amount: str, currency: str, minor: int):
    imported = taken(OURS, f"A1,tea,1,{amount},{currency},Ada,1 Mill Lane,Graz,8010,AT")

    assert imported.orders[0].lines[0].unit_price == Money(minor, currency)


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("A1,tea,1.5,3,EUR,Ada,s,c,p,AT", "quantity", "“1.5” is no whole number, like 3"),
        ("A1,tea,two,3,EUR,Ada,s,c,p,AT", "quantity", "“two” is no whole number, like 3"),
        ("A1,tea,0,3,EUR,Ada,s,c,p,AT", "quantity", "must be from 1 to 1000000"),
        ("A1,tea,-2,3,EUR,Ada,s,c,p,AT", "quantity", "must be from 1 to 1000000"),
        ("A1,tea,99999999,3,EUR,Ada,s,c,p,AT", "quantity", "must be from 1 to 1000000"),
        ("A1,tea,1,3.005,EUR,Ada,s,c,p,AT", "unit_price", "3.005 has more decimals than EUR"),
        ("A1,tea,1,0.5,JPY,Ada,s,c,p,JP", "unit_price", "0.5 has more decimals than JPY"),
        ("A1,tea,1,-3,EUR,Ada,s,c,p,AT", "unit_price", "must be from 0 to 1000000000000 minor units"),
        ("A1,tea,1,99999999999,EUR,Ada,s,c,p,AT", "unit_price", "must be from 0 to 1000000000000 minor units"),
        ('A1,tea,1,"1,234",EUR,Ada,s,c,p,AT', "unit_price", "“1,234” is no number; write it like 1234.56"),
        ("A1,tea,1,NaN,EUR,Ada,s,c,p,AT", "unit_price", "“NaN” is no number; write it like 1234.56"),
        ("A1,tea,1,1E5,EUR,Ada,s,c,p,AT", "unit_price", "“1E5” is no number; write it like 1234.56"),
        ("A1,tea,1,0,EUR,Ada,s,c,p,AT", "unit_price", "there is nothing to pay"),
        ("A1,tea,1,3,XXY,Ada,s,c,p,AT", "currency", "“XXY” is no currency"),
        ("A1,tea,1,3,EUR,Ada,s,c,p,Austria", "country", "“AUSTRIA” is no country’s ISO-3166 code of two letters"),
        ("A1,tea,1,3,EUR,Ada,s,c,p,zz", "country", "“ZZ” is no country’s ISO-3166 code of two letters"),
        ("A1,green tea,1,3,EUR,Ada,s,c,p,AT", "sku", "“green tea” has a blank"),
        ("A1,tea,1,3,EUR,,s,c,p,AT", "customer_name", "is empty"),
        ("A1,tea,1,3,EUR,A\x07da,s,c,p,AT", "customer_name", "has a control character"),
        (f"A1,tea,1,3,EUR,{'a' * 201},s,c,p,AT", "customer_name", "is longer than 200 characters"),
        ("A1,tea,1", "", "3 cells, but 10 columns"),
    ],
)
def test_a_bad_cell_is_named_with_its_line_and_its_order_is_rejected_whole(row: str, column: str, why: str):
    good = "A1,cup,1,3,EUR,Ada,s,c,p,AT"
    imported = taken(OURS, "A2,cup,1,3,EUR,Eve,s,c,p,AT", row, *([good] if column != "unit_price" else []))

    assert said(imported)[0] == ("error", 3, "A1", column, why)
    assert ([order.reference for order in imported.orders], imported.rejected) == (["A2"], {"A1"})


def test_rows_of_one_order_must_agree_on_its_currency_and_its_buyer():
    imported = taken(OURS, "A1,tea,1,3,EUR,Ada,s,c,p,AT", "A1,cup,1,3,USD,Ada,s,c,p,AT", "A1,cup,1,3,EUR,Eve,s,c,p,AT")

    differs = "differs from line 2 of the same order"
    assert said(imported) == [("error", 3, "A1", "currency", differs), ("error", 4, "A1", "customer_name", differs)]
    assert imported.orders == []


def test_everything_that_is_wrong_with_a_row_is_said_at_once():
    header = OURS + ",discount,tax_percent"
    imported = taken(header, "A1,ghost,two,3.005,EUR,,s,c,p,Austria,1,200", known=frozenset({"tea"}))

    columns = ["sku", "quantity", "unit_price", "customer_name", "country", "tax_percent"]
    assert [one.column for one in imported.errors] == columns
    assert ({one.row for one in imported.errors}, imported.bad_rows) == ({2}, 1)


def test_a_currency_that_is_none_hides_no_other_fault():
    imported = taken(OURS, "A1,tea,0,3,XXY,Ada,,c,p,AT")

    assert [one.column for one in imported.errors] == ["quantity", "currency", "street"]


def test_a_fault_is_named_by_the_files_own_column():
    imported = taken(SUPERSTORE, "US-1,Sean,Atlantis,,FL,33311,F 1,Table,-1,0,2", known=frozenset())

    columns = ["Country", "City", "Product ID", "Sales", "Quantity", "Discount"]
    assert [one.column for one in imported.errors] == columns


def test_an_unknown_product_is_an_error_unless_products_are_created():
    row = "A1,tea,1,3,EUR,Ada,s,c,p,AT"

    assert said(taken(OURS, row, known=frozenset({"cup"}))) == [("error", 2, "A1", "sku", "there is no product tea")]
    assert said(taken(OURS, row)) == []


def test_an_order_that_no_message_could_carry_is_refused():
    imported = taken(OURS, *[f"A1,tea{n},1,3,EUR,Ada,s,c,p,AT" for n in range(400)])

    assert said(imported) == [("error", 2, "A1", "order", "400 lines are more than one order can carry")]


def test_discount_tax_and_shipping_are_taken_where_they_are_given():
    header = OURS + ",discount,tax_percent,shipping,email,payment_method"
    imported = taken(header, "A1,tea,2,3,EUR,Ada,s,c,p,AT,0.50,19.5,4.90,ada@example.org,tok_decline_funds")

    (order,) = imported.orders
    assert (order.lines[0].discount, order.lines[0].tax_basis_points) == (Money(50, "EUR"), 1950)
    assert (order.buyer.shipping, order.buyer.email) == (Money(490, "EUR"), "ada@example.org")
    assert order.buyer.payment_method == "tok_decline_funds"


def test_missing_columns_are_named_for_the_nearest_layout():
    with pytest.raises(FileFault, match="“uci” these columns are missing: Quantity, Country"):
        taken("InvoiceNo,StockCode,Description,InvoiceDate,UnitPrice,CustomerID")


def test_a_layout_that_does_not_exist_is_named():
    with pytest.raises(FileFault, match="no layout “excel”: choose waybill, superstore, uci"):
        read(b"order\n", "excel")


def test_a_superstore_line_comes_to_its_sales():
    imported = taken(
        SUPERSTORE, 'US-1,Sean,United States,Fort Lauderdale,Florida,33311,FUR-1,"Table, slim",957.5775,5,0.45'
    )

    (order,) = imported.orders
    assert order.lines == [
        NewLine(
            sku="FUR-1",
            title="Table, slim",
            quantity=5,
            unit_price=Money(34821, "USD"),
            discount=Money(5 * 34821 - 95758, "USD"),
        )
    ]
    assert (order.buyer.ship_to.country, order.buyer.ship_to.region) == ("US", "Florida")


@given(
    sales=some.decimals("0.004", "99999", places=4),
    quantity=some.integers(1, 20),
    discount=some.decimals("0", "0.99", places=2),
)
def test_every_superstore_line_comes_to_its_sales_rounded_to_cents(sales: Decimal, quantity: int, discount: Decimal):
    row = {
        "Order ID": "US-1", "Customer Name": "Sean", "Country": "US", "City": "c", "State": "", "Postal Code": "1",
        "Product ID": "a", "Product Name": "A", "Sales": f"{sales:f}", "Quantity": str(quantity),
        "Discount": f"{discount:f}",
    }  # fmt: skip
    found = LAYOUTS["superstore"].read(Row(2, row))

    assert isinstance(found, Line)
    line = found.line
    assert line.discount.amount_minor >= 0
    total = line.unit_price * line.quantity - line.discount
    assert total.amount_minor == int((sales * 100).quantize(Decimal(1), ROUND_HALF_UP))


def test_uci_rows_that_sell_nothing_are_notes_and_postage_is_shipping():
    when = "01/12/2010 08:26"
    imported = taken(
        UCI,
        f"536365,85123A,WHITE HANGING HEART,6,{when},2.55,17850,United Kingdom",
        f"536365,POST,POSTAGE,1,{when},18,17850,United Kingdom",
        f"C536379,D,Discount,-1,{when},27.50,14527,United Kingdom",
        f"536414,22139,,56,{when},0,,United Kingdom",
        f"536589,21777,,-10,{when},0,,United Kingdom",
        f"536540,M,Manual,1,{when},2,14911,EIRE",
        f"536544,21773,DECORATIVE ROSE,1,{when},2.51,,Unspecified",
    )

    first, second = imported.orders
    assert (first.buyer.name, first.buyer.shipping, first.lines[0].unit_price) == (
        "Customer 17850", Money(1800, "GBP"), Money(255, "GBP"),
    )  # fmt: skip
    assert (second.buyer.name, second.buyer.ship_to.country) == ("Guest", "ZZ")
    assert said(imported) == [
        ("note", 4, "C536379", "InvoiceNo", "a cancellation that does not say of what"),
        ("note", 5, "536414", "InvoiceNo", "nothing to pay: a sample or a correction"),
        ("note", 6, "536589", "InvoiceNo", "nothing was sold: the quantity is -10"),
        ("note", 7, "536540", "InvoiceNo", "bookkeeping, no product"),
    ]


def test_one_file_gives_the_same_ids_every_time_and_another_file_others():
    row = "A1,tea,1,3,EUR,Ada,s,c,p,AT"
    once, again, other = taken(OURS, row), taken(OURS, row), taken(OURS, row, row)

    assert once.order_id("A1") == again.order_id("A1") != other.order_id("A1")
