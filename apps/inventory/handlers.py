"""Inventory's commands carried out. Whoever changes a product's levels holds the lock of its stream."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from apps.backbone import clock, rows
from apps.backbone.handlers import Handlers
from apps.backbone.log import append, execute, load, state_of, unit_of_work
from apps.backbone.messages import Command, Envelope
from apps.backbone.models import table
from apps.inventory.commands import (
    AddProduct,
    AdjustStock,
    ChangeProduct,
    CommitReservation,
    ExpireReservation,
    ExtendReservation,
    IssueStock,
    OpenWarehouse,
    ReceiveStock,
    ReleaseReservation,
    ReserveStock,
    is_code,
)
from apps.inventory.domain import (
    Known,
    Level,
    Stock,
    adjustment,
    low_stock,
    product,
    receipt,
    reservation,
    warehouse,
)
from apps.inventory.domain.reservation import ReservationCommand
from apps.inventory.domain.stock import shortages, total
from apps.inventory.models import Product, Reservation, StockLevel, Warehouse

handlers = Handlers("inventory")

MOST_OVERDUE = 1000
"""So many overdue reservations are looked through when a product is short."""


def product_streams(skus: Iterable[str]) -> list[str]:
    """The locks of those SKUs that can exist at all."""
    return [f"product-{sku}" for sku in skus if is_code(sku)]


def locks_of_lines(command: ReserveStock | ReceiveStock) -> list[str]:
    decider = reservation if isinstance(command, ReserveStock) else receipt
    return [decider.stream(command), *product_streams(line.sku for line in command.lines)]


def locks_of_reservation(command: ReservationCommand) -> list[str]:
    held = state_of(reservation, command.reservation_id).allocations
    return [reservation.stream(command), *product_streams(each.sku for each in held)]


def locks_of_adjustment(command: AdjustStock) -> list[str]:
    return [adjustment.stream(command), *product_streams([command.sku])]


@handlers.on(ReserveStock, locks=locks_of_lines)
def reserve(command: ReserveStock, envelope: Envelope) -> None:
    asked = total(command.lines)
    stock = stock_of(asked)
    if shortages(asked, stock) and expire_overdue(asked.keys(), envelope):
        stock = stock_of(asked)
    events = execute(reservation, command, cause=envelope, facts=(stock, clock.now()))
    settle(stock.after(events), envelope)


@handlers.on(
    ExtendReservation,
    CommitReservation,
    ReleaseReservation,
    ExpireReservation,
    IssueStock,
    locks=locks_of_reservation,
)
def change_reservation(command: ReservationCommand, envelope: Envelope) -> None:
    unit, stream = unit_of_work(), reservation.stream(command)
    unit.lock([stream])
    held = load(reservation, stream)
    skus = {each.sku for each in held.allocations}
    unit.lock(product_streams(skus))  # they were not known yet if the reservation was made while this waited
    # What only changes hands leaves as much available as before, so the levels need not be known.
    hand_over = isinstance(command, CommitReservation | ExtendReservation) and held.status != "expired"
    stock = Stock() if hand_over else stock_of(skus)
    events = execute(reservation, command, cause=envelope, facts=(stock, clock.now()))
    settle(stock.after(events) if stock.levels else stock, envelope)


@handlers.on(ReceiveStock, locks=locks_of_lines)
def receive(command: ReceiveStock, envelope: Envelope) -> None:
    skus = {line.sku for line in command.lines}
    facts = stock_of(skus), known(skus, command.warehouse_id)
    if execute(receipt, command, cause=envelope, facts=facts):
        settle(stock_of(skus, afresh=True), envelope)


@handlers.on(AdjustStock, locks=locks_of_adjustment)
def adjust(command: AdjustStock, envelope: Envelope) -> None:
    skus = [command.sku]
    facts = stock_of(skus), known(skus, command.warehouse_id)
    if execute(adjustment, command, cause=envelope, facts=facts):
        settle(stock_of(skus, afresh=True), envelope)


@handlers.on(AddProduct, ChangeProduct, locks=product.stream)
def change_product(command: AddProduct | ChangeProduct, envelope: Envelope) -> None:
    if execute(product, command, cause=envelope):
        settle(stock_of([command.sku], afresh=True), envelope)


@handlers.on(OpenWarehouse, locks=warehouse.stream)
def open_warehouse(command: Command, envelope: Envelope) -> None:
    execute(warehouse, command, cause=envelope)


def expire_overdue(skus: Iterable[str], cause: Envelope) -> int:
    """A reservation counts until it expires, also when the schedule has not come by: give back what holds `skus`.

    Its other products are locked late and out of order; two that meet there are tried again by the runner.
    """
    overdue = [each for each in overdue_reservations() if not {one["sku"] for one in each[1]}.isdisjoint(skus)]
    for reservation_id, _ in overdue:
        change_reservation(ExpireReservation(reservation_id=reservation_id), cause)
    return len(overdue)


def overdue_reservations() -> list[tuple[UUID, list[dict[str, Any]]]]:
    return list(
        Reservation.objects.filter(status=Reservation.Status.ACTIVE, expires_at__lte=clock.now())
        .order_by("expires_at")
        .values_list("reservation_id", "allocations")[:MOST_OVERDUE]
    )


def settle(stock: Stock, cause: Envelope) -> None:
    """Say what runs low or has recovered, and keep the levels in hand for the next command of this unit."""
    for event in low_stock(stock):
        append(f"product-{event.sku}", [event], cause)
        stock = stock.marked(event)
    shelf = in_hand()
    for sku in {level.sku for level in stock.levels}:
        shelf[sku] = tuple(level for level in stock.levels if level.sku == sku)


def known(skus: Iterable[str], warehouse_id: str) -> Known:
    return Known(
        skus=frozenset(Product.objects.filter(sku__in=skus).values_list("sku", flat=True)),
        warehouses=frozenset(Warehouse.objects.filter(pk=warehouse_id).values_list("warehouse_id", flat=True)),
    )


def in_hand() -> dict[str, tuple[Level, ...]]:
    """The levels that this unit of work has read, by product, as its commands have left them."""
    shelf: dict[str, tuple[Level, ...]] = unit_of_work().loaded.setdefault("inventory.stock", {})
    return shelf


def stock_of(skus: Iterable[str], *, afresh: bool = False) -> Stock:
    """The products' levels everywhere; lock their streams first. A batch's locked products are all read at once."""
    shelf, wanted = in_hand(), {sku for sku in skus if is_code(sku)}
    if afresh or not wanted <= shelf.keys():
        rows.settle()
        read = wanted if afresh else (wanted | locked_skus()) - shelf.keys()
        shelf |= dict.fromkeys(read, ())
        for level in read_levels(read):
            shelf[level.sku] += (level,)
    return Stock(tuple(level for sku in sorted(wanted) for level in shelf[sku]))


def locked_skus() -> set[str]:
    return {name.removeprefix("product-") for name in unit_of_work().streams if name.startswith("product-")}


def read_levels(skus: Iterable[str]) -> list[Level]:
    wanted = [sku for sku in skus if is_code(sku)]
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level.sku, level.warehouse_id, warehouse.priority, level.on_hand, level.reserved, "
            "level.committed, product.reorder_point, level.low, product.active "
            f"FROM {table(StockLevel)} level JOIN {table(Product)} product ON product.sku = level.sku "
            f"JOIN {table(Warehouse)} warehouse ON warehouse.warehouse_id = level.warehouse_id "
            f"WHERE level.sku IN ({', '.join(['%s'] * len(wanted))})",
            wanted,
        )
        return [_level(*row) for row in cursor.fetchall()]


def _level(
    sku: str,
    warehouse_id: str,
    priority: int,
    on_hand: int,
    reserved: int,
    committed: int,
    reorder_point: int,
    low: bool,
    active: bool,
) -> Level:
    return Level(
        sku=sku,
        warehouse_id=warehouse_id,
        priority=priority,
        on_hand=on_hand,
        reserved=reserved,
        committed=committed,
        reorder_point=reorder_point,
        low=bool(low),
        active=bool(active),
    )
