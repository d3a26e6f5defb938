"""Rows that somebody changed by hand, here or at the gateway."""

from uuid import uuid4

from apps.backbone.saga import identity
from tests.integration.audit.breaking import Break, capture_of, change, run
from tests.integration.audit.every_state import COMPLETED, CONFIRMED, DECLINED, HELD


def charged_behind_our_back() -> None:
    run(
        "INSERT INTO gateway_operation SELECT %s, kind, amount_minor, currency, succeeded, code, retryable, "
        "created_at, charge_id FROM gateway_operation WHERE key = %s",
        uuid4(),
        capture_of(COMPLETED),
    )


ROWS: dict[str, Break] = {
    "one unit too many on hand": (
        change("UPDATE inventory_stocklevel SET on_hand = on_hand + 1 WHERE id = 'tea main'"),
        ("stock.conserved", "stock.levels-are-movements"),
    ),
    "one unit too many reserved": (
        change("UPDATE inventory_stocklevel SET reserved = reserved + 1 WHERE id = 'tea annex'"),
        ("stock.held-is-the-log", "stock.held-by-reservations", "stock.levels-are-movements"),
    ),
    "a level below zero": (
        change("UPDATE inventory_stocklevel SET on_hand = -1 WHERE id = 'tea main'"),
        ("stock.conserved", "stock.levels-are-movements", "stock.never-negative"),
    ),
    "a movement is lost": (
        change("DELETE FROM inventory_movement WHERE type = 'stock.adjusted'"),
        ("stock.levels-are-movements", "stock.movements-are-the-log"),
    ),
    "a reservation lets go without a word": (
        change("UPDATE inventory_reservation SET status = 'released' WHERE order_id = %s", CONFIRMED),
        ("inventory.reservations", "stock.held-by-reservations"),
    ),
    "a low level that nobody called low": (
        change("UPDATE inventory_stocklevel SET low = NOT low WHERE id = 'pot main'"),
        ("inventory.low-stock",),
    ),
    "a product's price is changed by hand": (
        change("UPDATE inventory_product SET price_minor = 1 WHERE sku = 'tea'"),
        ("inventory.catalog",),
    ),
    "inventory's summary lags behind": (
        change("UPDATE inventory_ordersummary SET status = 'placed' WHERE order_id = %s", CONFIRMED),
        ("inventory.order-summaries",),
    ),
    "payments' summary is gone": (
        change("DELETE FROM payments_ordersummary WHERE order_id = %s", CONFIRMED),
        ("payments.order-summaries",),
    ),
    "a ledger entry is dropped": (
        change("DELETE FROM payments_ledgerentry WHERE order_id = %s AND phase = 'posted'", COMPLETED),
        ("money.accounts-are-the-log", "money.entries-are-the-log"),
    ),
    "a ledger entry is changed": (
        change("UPDATE payments_ledgerentry SET amount_minor = 1 WHERE order_id = %s", COMPLETED),
        ("money.accounts-are-the-log", "money.entries-are-the-log"),
    ),
    "money goes to an account that does not exist": (
        change(
            "UPDATE payments_ledgerentry SET credit = 'pocket' WHERE order_id = %s AND credit = 'sales_clearing'",
            COMPLETED,
        ),
        ("money.accounts-are-the-log", "money.entries-are-the-log", "money.ledger-balances"),
    ),
    "a payment says that less was captured": (
        change("UPDATE payments_payment SET captured_minor = 1 WHERE order_id = %s", COMPLETED),
        ("payments.payments", "gateway.same-amounts"),
    ),
    "a capture that succeeded is said to have failed": (
        change("UPDATE payments_operation SET status = 'failed' WHERE operation_id = %s", capture_of(COMPLETED)),
        ("payments.operations", "gateway.same-movements"),
    ),
    "an order's status is changed by hand": (
        change("UPDATE orders_order SET status = 'completed' WHERE order_id = %s", CONFIRMED),
        ("orders.rows",),
    ),
    "an order's row is gone": (
        change("DELETE FROM orders_order WHERE order_id = %s", HELD),
        ("orders.rows", "orders.payment-status", "orders.fulfilment-status"),
    ),
    "an order looks unpaid": (
        change("UPDATE orders_order SET payment_status = 'unpaid' WHERE order_id = %s", CONFIRMED),
        ("orders.payment-status",),
    ),
    "an order looks unfulfilled": (
        change("UPDATE orders_order SET fulfilment_status = 'unfulfilled' WHERE order_id = %s", CONFIRMED),
        ("orders.fulfilment-status",),
    ),
    "a line grows": (
        change("UPDATE orders_orderline SET quantity = quantity + 1 WHERE order_id = %s", CONFIRMED),
        ("orders.lines",),
    ),
    "a shipment stays behind": (
        change("UPDATE orders_shipment SET status = 'pending' WHERE order_id = %s", COMPLETED),
        ("orders.shipments",),
    ),
    "a hold is lifted by hand": (
        change("UPDATE orders_hold SET released_at = held_at WHERE order_id = %s", HELD),
        ("orders.holds",),
    ),
    "a customer has another name": (
        change("UPDATE orders_customer SET name = 'Eve'"),
        ("orders.customers",),
    ),
}

GATEWAY: dict[str, Break] = {
    "the gateway has captured twice": (
        charged_behind_our_back,
        ("gateway.nothing-unasked", "gateway.same-movements", "gateway.book-adds-up", "money.captured-once"),
    ),
    "the gateway knows nothing of a capture": (
        change("DELETE FROM gateway_operation WHERE key = %s", capture_of(COMPLETED)),
        ("gateway.same-movements", "gateway.book-adds-up"),
    ),
    "the gateway has taken another amount": (
        change(
            "UPDATE gateway_charge SET captured_minor = captured_minor - 1 WHERE key = %s",
            identity("checkout", COMPLETED, "authorize"),
        ),
        ("gateway.same-amounts", "gateway.book-adds-up"),
    ),
    "the gateway has charged a card that nobody named": (
        change(
            "UPDATE gateway_charge SET key = %s WHERE key = %s", uuid4(), identity("checkout", DECLINED, "authorize")
        ),
        ("gateway.nothing-unasked",),
    ),
}
