"""The demo's ordinary life: goods come in, orders are placed, packed, sent, cancelled, refunded."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from apps.backbone import clock
from apps.backbone.log import send
from apps.backbone.messages import Command, Money
from apps.backbone.saga import identity
from apps.console.demo.agenda import Agenda
from apps.console.demo.goods import (
    CARDS,
    CARRIERS,
    CURRENCY,
    DAYS_TO_SHIP,
    DISCOUNTS,
    GOODS,
    HOURS,
    LINES,
    QUANTITIES,
    WAREHOUSES,
    Good,
    Person,
    draw,
    people,
    popularity,
)
from apps.inventory.commands import AddProduct, OpenWarehouse, ReceiveStock
from apps.inventory.events import ReceiptLine
from apps.inventory.models import StockLevel
from apps.orders.commands import (
    CancelOrder,
    CreateShipment,
    DispatchShipment,
    HoldOrder,
    MarkDelivered,
    NewLine,
    PackShipment,
    PlaceOrder,
    RegisterCustomer,
)
from apps.orders.models import Order, Shipment
from apps.payments.commands import RefundPayment

ACTOR = "demo"
DAYS = 14
ORDERS = 290
BROKEN = 0.06
TAX = {"AT": 2000, "NL": 2100, "FR": 2000, "IT": 2200, "CZ": 2100, "DK": 2500, "PT": 2300, "TW": 500}
SHIPPING = {0: 40, 490: 45, 990: 15}


def money(cents: int) -> Money:
    return Money(cents, CURRENCY)


class Trade:
    """Draws everything from one seeded dice, so that a seed is a shop."""

    def __init__(self, agenda: Agenda, seed: int) -> None:
        self.agenda, self.seed = agenda, seed
        self.dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.began = agenda.until - timedelta(days=DAYS)
        self.people = people(self.dice, seed)
        self.orders = 0

    def say(self, step: str, command: Command) -> None:
        send(command, actor=ACTOR, message_id=identity("demo", self.seed, step), new=True)

    def open_shop(self) -> None:
        """Warehouses, goods and customers, a day before the first order; then stock, and more of it in a week."""
        at = self.began - timedelta(days=1)
        self.agenda.at(at, self._open, alone=False)
        self.agenda.at(at + timedelta(hours=2), lambda: self.receive("first", self._first_stock))
        self.agenda.at(at + timedelta(days=8), lambda: self.receive("second", self._second_stock))

    def _open(self) -> None:
        for priority, (warehouse_id, name) in enumerate(WAREHOUSES.items(), start=1):
            self.say(warehouse_id, OpenWarehouse(warehouse_id=warehouse_id, name=name, priority=priority))
        for good in GOODS:
            self.say(
                good.sku, AddProduct(sku=good.sku, title=good.title, price=money(good.cents), reorder_point=self._low())
            )
        for one in self.people:
            registered = RegisterCustomer(
                customer_id=one.customer_id, name=one.address.name, email=one.email, address=one.address
            )
            self.say(one.email, registered)

    def _low(self) -> int:
        return self.dice.choice((0, 5, 8, 10))

    def receive(self, when: str, how_many: Callable[[int, str], int]) -> None:
        for warehouse_id in WAREHOUSES:
            lines = tuple(
                ReceiptLine(sku=good.sku, quantity=quantity, unit_cost=money(good.cents * 55 // 100))
                for place, good in enumerate(GOODS)
                if (quantity := how_many(place, warehouse_id))
            )
            receipt_id = identity("demo-receipt", self.seed, f"{when}-{warehouse_id}")
            received = ReceiveStock(
                receipt_id=receipt_id,
                warehouse_id=warehouse_id,
                lines=lines,
                by=ACTOR,
                reference=f"PO-{self.dice.randint(1000, 9999)}",
            )
            self.say(str(receipt_id), received)

    def _first_stock(self, place: int, warehouse_id: str) -> int:
        share = {"graz": 0.5, "rotterdam": 0.3, "taipei": 0.2}[warehouse_id]
        return int(1000 / (place + 6) * share * self.dice.uniform(0.7, 1.2)) + 2

    def _second_stock(self, place: int, warehouse_id: str) -> int:
        """Not everything comes again: some goods run out."""
        return self._first_stock(place, warehouse_id) // 2 if place % 4 else 0

    def fill(self) -> None:
        """Put all the orders on the agenda, spread over days and hours as people shop.

        What would be later today is on the first day instead, so that at any hour each day before now has its share.
        """
        for number in range(ORDERS):
            placed_at = (self.agenda.until - timedelta(days=self.dice.randrange(DAYS))).replace(
                hour=draw(self.dice, HOURS), minute=self.dice.randrange(60), second=self.dice.randrange(60)
            )
            if placed_at > self.agenda.until:
                placed_at -= timedelta(days=DAYS)
            self.put(f"order-{number}", placed_at, card=draw(self.dice, CARDS))

    def put(self, name: str, placed_at: datetime, *, card: str = "tok_ok", onward: bool = True) -> UUID:
        """An order on the agenda, and if `onward` what is done with it later."""
        order_id = identity("demo-order", self.seed, name)
        command = self.order(order_id, card)
        self.agenda.at(placed_at, lambda: self.say(f"place {order_id}", command))
        if onward:
            self.then(order_id, placed_at)
        return order_id

    def order(self, order_id: UUID, card: str, *, in_stock: bool = False) -> PlaceOrder:
        self.orders += 1
        buyer = self.dice.choice(self.people)
        chosen = dict.fromkeys(self.dice.choices(GOODS, popularity(), k=draw(self.dice, LINES)))
        if in_stock:
            chosen = dict.fromkeys([most_of_all()])
        return PlaceOrder(
            order_id=order_id,
            channel="demo",
            customer_id=buyer.customer_id,
            customer_name=buyer.address.name,
            email=buyer.email,
            lines=tuple(self.line(good, buyer) for good in chosen),
            shipping=money(draw(self.dice, SHIPPING)),
            ship_to=buyer.address,
            payment_method=card,
        )

    def line(self, good: Good, buyer: Person) -> NewLine:
        quantity = draw(self.dice, QUANTITIES)
        return NewLine(
            sku=good.sku,
            title=good.title,
            quantity=quantity,
            unit_price=money(good.cents),
            discount=money(good.cents * quantity * draw(self.dice, DISCOUNTS) // 100),
            tax_basis_points=TAX[buyer.address.country],
        )

    def then(self, order_id: UUID, placed_at: datetime) -> None:
        """Cancelled now and then; otherwise packed, sent, delivered, and a few are refunded in part."""
        if self.dice.random() < 0.05:
            self.agenda.at(placed_at + timedelta(hours=self.dice.uniform(2, 6)), lambda: self.cancel(order_id))
            return
        if self.dice.random() < 0.02:
            self.agenda.at(placed_at + timedelta(hours=1), lambda: self.hold(order_id))
        packed_at = placed_at + timedelta(days=min(draw(self.dice, DAYS_TO_SHIP), 6), hours=self.dice.uniform(1, 6))
        self.agenda.at(packed_at, lambda: self.pack(order_id))

    def cancel(self, order_id: UUID) -> None:
        if stands(order_id, Order.Status.CONFIRMED):
            self.say(f"cancel {order_id}", CancelOrder(order_id=order_id, reason="changed their mind", by=ACTOR))

    def hold(self, order_id: UUID) -> None:
        if stands(order_id, Order.Status.CONFIRMED):
            hold_id, why = identity("demo-hold", order_id, "address"), "No such house number; customer was asked."
            self.say(
                f"hold {order_id}",
                HoldOrder(order_id=order_id, hold_id=hold_id, reason="address", by=ACTOR, note=why),
            )

    def pack(self, order_id: UUID) -> None:
        order = Order.objects.filter(pk=order_id, status=Order.Status.CONFIRMED, standing_holds=0).first()
        if order:
            shipment_id = shipment_of(order_id)
            self.say(f"ship {order_id}", CreateShipment(order_id=order_id, shipment_id=shipment_id))
            self.say(f"pack {order_id}", PackShipment(order_id=order_id, shipment_id=shipment_id))
            self.agenda.at(clock.now() + timedelta(hours=4), lambda: self.dispatch(order_id))

    def dispatch(self, order_id: UUID) -> None:
        """Once it is paid; what is not paid yet is looked at again."""
        shipment = Shipment.objects.filter(pk=shipment_of(order_id)).first()
        if shipment is None or shipment.status != Shipment.Status.READY:
            if shipment and shipment.status == Shipment.Status.PACKED:
                self.agenda.at(clock.now() + timedelta(hours=3), lambda: self.dispatch(order_id))
            return
        carrier = self.dice.choice(CARRIERS)
        number = f"{carrier[:2].upper()}{self.dice.randrange(10**9, 10**10)}"
        sent = DispatchShipment(order_id=order_id, shipment_id=shipment.pk, carrier=carrier, tracking_number=number)
        self.say(f"dispatch {order_id}", sent)
        days, hours = self.dice.choice((1, 1, 2, 3)), self.dice.uniform(0, 5)
        self.agenda.at(clock.now() + timedelta(days=days, hours=hours), lambda: self.deliver(order_id))

    def deliver(self, order_id: UUID) -> None:
        shipment_id = shipment_of(order_id)
        if Shipment.objects.filter(pk=shipment_id, status=Shipment.Status.DISPATCHED).exists():
            self.say(f"deliver {order_id}", MarkDelivered(order_id=order_id, shipment_id=shipment_id))
            if self.dice.random() < BROKEN:
                self.agenda.at(clock.now() + timedelta(days=1), lambda: self.refund(order_id))

    def refund(self, order_id: UUID) -> None:
        order = Order.objects.filter(pk=order_id, status=Order.Status.COMPLETED).first()
        if order and order.payment_id:
            part = RefundPayment(
                payment_id=order.payment_id,
                order_id=order_id,
                operation_id=identity("demo-refund", order_id, "broken"),
                amount=money(order.captured_minor // 3 or 1),
                reason="arrived broken",
            )
            self.say(f"refund {order_id}", part)


def shipment_of(order_id: UUID) -> UUID:
    return identity("demo-shipment", order_id, "whole")


def most_of_all() -> Good:
    """What there is most of now."""
    level = StockLevel.objects.order_by(F("committed") + F("reserved") - F("on_hand")).first()
    return next(good for good in GOODS if level is None or good.sku == level.product_id)


def stands(order_id: UUID, status: str) -> bool:
    return Order.objects.filter(pk=order_id, status=status).exists()
