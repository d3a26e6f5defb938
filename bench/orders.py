"""What the benchmarks order: two lines over fifty products, paid with a card that is always accepted."""

import random
from collections.abc import Iterator
from uuid import UUID, uuid4

from apps.backbone import clock
from apps.backbone.messages import Command, Envelope, Money
from apps.inventory.commands import AddProduct, OpenWarehouse, ReceiveStock
from apps.inventory.events import ReceiptLine
from apps.orders.commands import NewLine, PlaceOrder
from apps.orders.events import Address

PRODUCTS = [f"p{number}" for number in range(50)]
STOCK = 1_000_000
ADDRESS = Address(name="Ada Tester", street="Long Street 1", city="Taipei", postal_code="100", country="TW")


def products() -> list[Command]:
    return [
        OpenWarehouse(warehouse_id="A", name="A", priority=1),
        *(AddProduct(sku=sku, title=sku, price=Money(1000, "EUR")) for sku in PRODUCTS),
    ]


def stock() -> Command:
    lines = tuple(ReceiptLine(sku=sku, quantity=STOCK, unit_cost=Money(500, "EUR")) for sku in PRODUCTS)
    return ReceiveStock(receipt_id=uuid4(), warehouse_id="A", lines=lines, by="bench")


def orders(count: int, seed: int = 1) -> Iterator[PlaceOrder]:
    chance = random.Random(seed)
    for _ in range(count):
        yield order(uuid4(), chance.sample(PRODUCTS, 2))


def order(order_id: UUID, skus: list[str]) -> PlaceOrder:
    """Through the channel of imports, which sends no mail."""
    price, nothing = Money(1000, "EUR"), Money(0, "EUR")
    return PlaceOrder(
        order_id=order_id,
        channel="import",
        customer_name=ADDRESS.name,
        email="ada@example.com",
        shipping=nothing,
        ship_to=ADDRESS,
        payment_method="tok_ok",
        lines=tuple(NewLine(sku=sku, title=sku, quantity=1, unit_price=price, discount=nothing) for sku in skus),
    )


def envelope(command: Command, position: int = 0) -> Envelope:
    """As the relay would have handed it over."""
    identity = uuid4()
    return Envelope(
        message_id=identity,
        kind="command",
        type=command.type,
        source="/console",
        target=command.service,
        position=position,
        correlation_id=identity,
        occurred_at=clock.now(),
    )
