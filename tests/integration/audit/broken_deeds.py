"""Messages that were never said, or said something else: what a bug in a decision would leave behind."""

from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from apps.backbone import clock
from apps.backbone.saga import identity
from tests.integration.audit.breaking import Break, Change, change, insert_command, payment_of, run, unguard
from tests.integration.audit.every_state import (
    COMPLETED,
    CONFIRMED,
    DECLINED,
    DISPATCHED,
    PARTLY,
    REFUNDED,
    VOIDED,
    said,
)


def retype(order_id: UUID, message_type: str, other: str) -> Change:
    """As if it had never been said: the message is something that nobody heeds."""

    def forget() -> None:
        message_id = said(order_id, message_type)
        run("UPDATE backbone_message SET type = %s WHERE message_id = %s", other, message_id)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE backbone_inbox SET type = %s WHERE message_id = %s", [other, message_id.hex])

    return forget


def unask(order_id: UUID, message_type: str) -> Change:
    """As if the operation that came to this had never been asked for either."""

    def forget() -> None:
        run(
            "UPDATE backbone_message SET type = 'payment.forgotten' WHERE stream = %s AND coalesce("
            "body ->> 'operation_id', body ->> 'refund_id') = (SELECT coalesce(ended.body ->> 'operation_id', "
            "ended.body ->> 'refund_id') FROM backbone_message ended WHERE ended.message_id = %s)",
            f"payment-{payment_of(order_id)}",
            said(order_id, message_type),
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE backbone_inbox SET type = 'payment.forgotten' WHERE message_id IN "
                "(SELECT message_id FROM backbone_message WHERE type = 'payment.forgotten')"
            )

    return forget


def rewrite(order_id: UUID, message_type: str, path: str, value: Any) -> Change:
    def edit() -> None:
        message_id = said(order_id, message_type)
        run("UPDATE backbone_message SET body = json_set(body, %s, %s) WHERE message_id = %s", path, value, message_id)

    return edit


def slot_twice() -> None:
    unguard("backbone_slot")
    run("INSERT INTO backbone_slot SELECT * FROM backbone_slot WHERE state = 'missed'")


def accepted_and_forgotten() -> None:
    insert_command("orders.place_order", f'{{"order_id": "{uuid4()}"}}')


def oversold_for_a_while() -> None:
    """The shelf was empty when it was sold from, and filled up only afterwards."""
    run(
        "UPDATE backbone_message SET body = json_set(body, '$.lines[0].quantity', 0) "
        "WHERE type = 'stock.received' AND stream = %s",
        f"receipt-{UUID(int=201)}",
    )
    insert_adjustment(10)


def insert_adjustment(delta: int) -> None:
    message_id = uuid4()
    run(
        "INSERT INTO backbone_message (message_id, kind, type, source, target, stream, version, schema_version, body, "
        "correlation_id, actor, traceparent, occurred_at) "
        "VALUES (%s, 'event', 'stock.adjusted', '/inventory', '', %s, 1, 1, %s, %s, 'user:7', '', %s)",
        message_id,
        f"adjustment-{message_id}",
        f'{{"sku": "tea", "warehouse_id": "main", "delta": {delta}}}',
        message_id,
        str(clock.now()),
    )
    run("INSERT INTO backbone_stream VALUES (%s, 1, '', 0, '')", f"adjustment-{message_id}")
    run("INSERT INTO backbone_unnumbered SELECT max(seq) FROM backbone_message")


ORDERS: dict[str, Break] = {
    "an order was accepted and forgotten": (accepted_and_forgotten, ("orders.accepted-exist",)),
    "the API promised an order that nobody knows": (
        change("UPDATE console_storedreply SET order_id = %s", uuid4()),
        ("orders.promises-kept",),
    ),
    "an order does not add up": (
        rewrite(CONFIRMED, "order.placed", "$.totals.tax.amount_minor", 1),
        ("orders.add-up",),
    ),
    "an order was placed in another currency": (
        rewrite(CONFIRMED, "order.confirmed", "$.total.currency", "USD"),
        ("money.one-currency",),
    ),
    "more was ordered than set aside": (
        rewrite(CONFIRMED, "order.placed", "$.lines[0].quantity", 3),
        ("stock.set-aside-as-ordered", "orders.lines", "orders.add-up"),
    ),
}

DEEDS: dict[str, Break] = {
    "a rejected order's stock was never released": (
        retype(DECLINED, "stock.reservation_released", "stock.forgotten"),
        (
            "stock.free-at-the-end",
            "stock.held-is-the-log",
            "stock.movements-are-the-log",
            "inventory.reservations",
            "orders.fulfilment-status",
        ),
    ),
    "a cancelled order's money was never let go": (
        unask(VOIDED, "payment.voided"),
        (
            "money.nothing-held-at-the-end",
            "money.accounts-are-the-log",
            "money.entries-are-the-log",
            "payments.payments",
            "payments.operations",
            "orders.payment-status",
        ),
    ),
    "a cancelled order's money was never given back": (
        unask(REFUNDED, "refund.succeeded"),
        (
            "money.given-back",
            "money.accounts-are-the-log",
            "money.entries-are-the-log",
            "payments.payments",
            "payments.operations",
            "orders.payment-status",
        ),
    ),
    "a completed order was never captured": (
        unask(COMPLETED, "payment.captured"),
        (
            "money.completed-is-paid",
            "money.nothing-held-at-the-end",
            "money.accounts-are-the-log",
            "money.entries-are-the-log",
            "orders.paid-before-they-leave",
            "payments.payments",
            "payments.operations",
            "orders.payment-status",
        ),
    ),
    "more was refunded than captured": (
        rewrite(PARTLY, "refund.succeeded", "$.amount.amount_minor", 99999),
        (
            "money.within-what-was-allowed",
            "money.accounts-are-the-log",
            "money.entries-are-the-log",
            "payments.payments",
        ),
    ),
    "an order was confirmed before it was covered": (
        rewrite(CONFIRMED, "payment.authorized", "$.amount.amount_minor", 1),
        (
            "orders.confirmed-when-covered",
            "money.accounts-are-the-log",
            "money.entries-are-the-log",
            "payments.payments",
            "orders.payment-status",
        ),
    ),
    "a shipment left and its stock did not": (
        retype(DISPATCHED, "stock.issued", "stock.forgotten"),
        (
            "stock.leaves-with-a-shipment",
            "stock.conserved",
            "stock.held-is-the-log",
            "stock.movements-are-the-log",
            "inventory.reservations",
            "orders.fulfilment-status",
            "sagas.end-with-their-order",
        ),
    ),
    "an order was reserved for twice, and never committed": (
        retype(CONFIRMED, "stock.reservation_committed", "stock.reserved"),
        (
            "effects.once-in-a-stream",
            "effects.once-an-order",
            "stock.held-is-the-log",
            "stock.movements-are-the-log",
            "stock.never-oversold",
            "inventory.reservations",
            "orders.confirmed-when-covered",
            "orders.fulfilment-status",
        ),
    ),
    "an order was placed twice, and never confirmed": (
        retype(CONFIRMED, "order.confirmed", "order.placed"),
        (
            "orders.live-by-the-rules",
            "effects.once-an-order",
            "orders.rows",
            "orders.payment-status",
            "orders.fulfilment-status",
            "inventory.order-summaries",
            "payments.order-summaries",
            "sagas.end-with-their-order",
        ),
    ),
    "an operation ended twice": (
        rewrite(COMPLETED, "payment.captured", "$.operation_id", str(identity("checkout", COMPLETED, "authorize"))),
        ("effects.one-outcome", "payments.operations"),
    ),
    "the shelf was sold empty before it was filled": (
        oversold_for_a_while,
        ("stock.never-oversold", "stock.movements-are-the-log"),
    ),
    "a schedule's slot took effect twice": (slot_twice, ("schedules.slots-once",)),
    "a run ended and does not say when": (
        change("UPDATE backbone_jobrun SET ended_at = NULL"),
        ("schedules.runs-accounted-for",),
    ),
}
