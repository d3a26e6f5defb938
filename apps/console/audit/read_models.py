"""Read models: their rows are what this auditor's own replay of the log comes to.

What a consumer has not yet taken, or was given up on, has not reached its rows and is left out of the replay.
"""

from django.utils.translation import gettext_lazy as _

from apps.console.audit.statements import Invariant, same


def taken(consumer: str) -> str:
    """Of a fact `f`: this consumer has carried it out."""
    return (
        f"EXISTS (SELECT 1 FROM audit_heard h WHERE h.seq = f.seq AND h.consumer = '{consumer}' "
        "AND h.state IN ('done', 'before'))"
    )


ORDER_CHANGES = """('order.placed', 'order.confirmed', 'order.rejected', 'order.expired', 'order.held',
    'order.released', 'order.cancellation_requested', 'order.cancelled', 'order.completed')"""
ORDERS_BY_EVENTS = f"""
    SELECT o.order_id AS id, p.number || ' ' || p.channel || ' ' || o.status || ' v' || changed.version || ' '
           || p.total || ' ' || p.currency || ', holds ' || changed.holds AS value
    FROM audit_order o JOIN audit_placed p ON p.order_id = o.order_id JOIN (
        SELECT order_id, max(version) AS version,
               sum(CASE type WHEN 'order.held' THEN 1 WHEN 'order.released' THEN -1 ELSE 0 END) AS holds
        FROM audit_fact WHERE type IN {ORDER_CHANGES} GROUP BY order_id
    ) AS changed ON changed.order_id = o.order_id
"""
ORDERS = """
    SELECT uuid(order_id) AS id, number || ' ' || channel || ' ' || status || ' v' || version || ' ' || total_minor
           || ' ' || currency || ', holds ' || standing_holds AS value
    FROM orders_order
"""
PAID_EVENTS = """('payment.authorized', 'payment.declined', 'payment.outcome_unknown', 'payment.captured',
    'refund.succeeded', 'payment.capture_failed', 'payment.void_failed', 'refund.failed')"""
PAID_BY_EVENTS = f"""
    WITH heard AS (
        SELECT f.order_id, f.type, f.version, f.amount, f.running_total,
               row_number() OVER (PARTITION BY f.order_id ORDER BY f.version DESC) AS back
        FROM audit_fact f
        WHERE (f.type IN {PAID_EVENTS}
               OR (f.type = 'payment.operation_requested' AND f.operation = 'authorize')
               OR (f.type = 'payment.voided' AND f.reason <> 'remainder'))
          AND {taken("orders.events")}
    ), sums AS (
        SELECT order_id, max(CASE WHEN back = 1 THEN type END) AS last,
               coalesce(max(CASE type WHEN 'payment.authorized' THEN amount END), 0) AS authorized,
               coalesce(max(CASE type WHEN 'payment.captured' THEN running_total END), 0) AS captured,
               coalesce(max(CASE type WHEN 'refund.succeeded' THEN running_total END), 0) AS refunded
        FROM heard GROUP BY order_id
    )
    SELECT p.order_id AS id, CASE
               WHEN s.last IS NULL THEN 'unpaid'
               WHEN s.last = 'payment.operation_requested' THEN 'pending'
               WHEN s.last = 'payment.authorized' THEN 'authorized'
               WHEN s.last = 'payment.declined' THEN 'failed'
               WHEN s.last = 'payment.outcome_unknown' THEN 'unknown'
               WHEN s.last = 'payment.voided' THEN 'voided'
               WHEN s.refunded > 0 AND s.refunded >= s.captured THEN 'refunded'
               WHEN s.refunded > 0 THEN 'partially_refunded'
               WHEN s.captured > 0 THEN 'captured'
               ELSE 'authorized' END
           || ' ' || coalesce(s.authorized, 0) || '/' || coalesce(s.captured, 0) || '/' || coalesce(s.refunded, 0)
           AS value
    FROM audit_placed p LEFT JOIN sums s ON s.order_id = p.order_id
"""
PAID = """
    SELECT uuid(order_id) AS id, CASE WHEN payment_status = 'partially_refunded' AND refunded_minor >= captured_minor
               THEN 'refunded' ELSE payment_status END
           || ' ' || authorized_minor || '/' || captured_minor || '/' || refunded_minor AS value
    FROM orders_order
"""
FULFILLED_BY_EVENTS = f"""
    SELECT p.order_id AS id, CASE s.type WHEN 'stock.reserved' THEN 'reserved'
               WHEN 'stock.reservation_committed' THEN 'committed' WHEN 'stock.issued' THEN 'fulfilled'
               ELSE 'unfulfilled' END AS value
    FROM audit_placed p LEFT JOIN (
        SELECT f.order_id, f.type, row_number() OVER (PARTITION BY f.order_id ORDER BY f.version DESC) AS back
        FROM audit_fact f
        WHERE f.type IN ('stock.reserved', 'stock.reservation_committed', 'stock.reservation_released',
                         'stock.reservation_expired', 'stock.issued') AND {taken("orders.events")}
    ) AS s ON s.order_id = p.order_id AND s.back = 1
"""
FULFILLED = "SELECT uuid(order_id) AS id, fulfilment_status AS value FROM orders_order"
LINES_BY_EVENTS = """
    SELECT line_id AS id, order_id || ' ' || quantity || ' x ' || sku || ' at ' || unit_price || ', ' || total AS value
    FROM audit_line
"""
LINES = """
    SELECT uuid(line_id) AS id, uuid(order_id) || ' ' || quantity || ' x ' || sku || ' at ' || unit_price_minor || ', '
           || total_minor AS value
    FROM orders_orderline
"""
SHIPMENTS_BY_EVENTS = """
    SELECT shipment_id AS id, order_id || ' ' || CASE
               WHEN type = 'shipment.created' THEN 'pending'
               WHEN type = 'shipment.cancelled' AND reason = 'lost' THEN 'lost'
               ELSE substr(type, 10) END AS value
    FROM (
        SELECT shipment_id, order_id, type, reason,
               row_number() OVER (PARTITION BY shipment_id ORDER BY version DESC) AS back
        FROM audit_fact WHERE type IN ('shipment.created', 'shipment.packed', 'shipment.ready', 'shipment.dispatched',
                                       'shipment.delivered', 'shipment.cancelled')
    ) AS life WHERE back = 1
"""
SHIPMENTS = "SELECT uuid(shipment_id) AS id, uuid(order_id) || ' ' || status AS value FROM orders_shipment"
HOLDS_BY_EVENTS = """
    SELECT hold_id AS id, max(order_id) || CASE WHEN count(*) > 1 THEN ' released' ELSE ' stands' END AS value
    FROM audit_fact WHERE type IN ('order.held', 'order.released') GROUP BY hold_id
"""
HOLDS = """
    SELECT uuid(hold_id) AS id, uuid(order_id) || CASE WHEN released_at IS NULL THEN ' stands' ELSE ' released' END
           AS value
    FROM orders_hold
"""
CUSTOMERS_BY_EVENTS = """
    SELECT id, value FROM (
        SELECT body ->> 'customer_id' AS id, (body ->> 'name') || ' ' || (body ->> 'email') AS value,
               row_number() OVER (PARTITION BY body ->> 'customer_id' ORDER BY version DESC) AS back
        FROM (SELECT m.version, json(m.body) AS body FROM backbone_message m
              WHERE m.type IN ('customer.registered', 'customer.changed')) AS m
    ) AS said WHERE back = 1
"""
CUSTOMERS = "SELECT uuid(customer_id) AS id, name || ' ' || email AS value FROM orders_customer"
CATALOG_BY_EVENTS = """
    SELECT id, value FROM (
        SELECT 'product ' || (body ->> 'sku') AS id,
               (body ->> 'title') || ' ' || (body -> 'price' ->> 'amount_minor') || ' '
               || (body -> 'price' ->> 'currency') || ', reorder at ' || (body ->> 'reorder_point')
               || CASE WHEN CAST(body ->> 'active' AS text) IN ('false', '0') THEN ', not sold' ELSE '' END AS value,
               row_number() OVER (PARTITION BY body ->> 'sku' ORDER BY version DESC) AS back
        FROM (SELECT m.version, json(m.body) AS body FROM backbone_message m
              WHERE m.type IN ('product.added', 'product.changed')) AS m
        UNION ALL
        SELECT 'warehouse ' || (json(m.body) ->> 'warehouse_id'),
               (json(m.body) ->> 'name') || ' ' || (json(m.body) ->> 'priority'), 1
        FROM backbone_message m WHERE m.type = 'warehouse.opened'
    ) AS said WHERE back = 1
"""
CATALOG = """
    SELECT 'product ' || sku AS id, title || ' ' || price_minor || ' ' || currency || ', reorder at ' || reorder_point
           || CASE WHEN active THEN '' ELSE ', not sold' END AS value
    FROM inventory_product
    UNION ALL
    SELECT 'warehouse ' || warehouse_id, name || ' ' || priority FROM inventory_warehouse
"""
LOW_BY_EVENTS = """
    SELECT l.sku || ' ' || l.warehouse_id AS id,
           CASE WHEN said.direction = 'below' THEN 'low' ELSE 'enough' END AS value
    FROM inventory_stocklevel l LEFT JOIN (
        SELECT body ->> 'sku' AS sku, body ->> 'warehouse_id' AS warehouse_id, body ->> 'direction' AS direction,
               row_number() OVER (PARTITION BY body ->> 'sku', body ->> 'warehouse_id' ORDER BY version DESC) AS back
        FROM (SELECT m.version, json(m.body) AS body FROM backbone_message m WHERE m.type = 'stock.low') AS m
    ) AS said ON said.sku = l.sku AND said.warehouse_id = l.warehouse_id AND said.back = 1
"""
LOW = """
    SELECT sku || ' ' || warehouse_id AS id, CASE WHEN low THEN 'low' ELSE 'enough' END AS value
    FROM inventory_stocklevel
"""
RESERVATIONS_BY_EVENTS = "SELECT reservation_id AS id, order_id || ' ' || status AS value FROM audit_reservation"
RESERVATIONS = "SELECT uuid(reservation_id) AS id, uuid(order_id) || ' ' || status AS value FROM inventory_reservation"
PAYMENTS_BY_EVENTS = """
    SELECT p.payment_id AS id, p.order_id || ' ' || CASE
               WHEN life.type = 'payment.operation_requested' THEN 'pending'
               WHEN life.type = 'payment.voided' THEN 'voided'
               WHEN life.type = 'payment.authorized' THEN 'authorized'
               WHEN life.type = 'payment.declined' THEN 'declined'
               WHEN life.type = 'payment.captured' THEN 'captured'
               WHEN life.running_total = p.captured THEN 'refunded' ELSE 'partially_refunded' END
           || ' ' || p.authorized || '/' || p.captured || '/' || p.voided || '/' || p.refunded || ' ' || p.currency
           AS value
    FROM audit_payment p JOIN (
        SELECT payment_id, type, running_total,
               row_number() OVER (PARTITION BY payment_id ORDER BY version DESC) AS back
        FROM audit_fact
        WHERE type IN ('payment.authorized', 'payment.declined', 'payment.captured', 'refund.succeeded')
           OR (type = 'payment.operation_requested' AND operation = 'authorize')
           OR (type = 'payment.voided' AND reason <> 'remainder')
    ) AS life ON life.payment_id = p.payment_id AND life.back = 1
"""
PAYMENTS = """
    SELECT uuid(payment_id) AS id, uuid(order_id) || ' ' || status || ' ' || authorized_minor || '/' || captured_minor
           || '/' || voided_minor || '/' || refunded_minor || ' ' || currency AS value
    FROM payments_payment
"""
OPERATIONS_BY_EVENTS = """
    SELECT operation_id AS id, kind || ' ' || amount || ' ' || currency || ' ' || status AS value FROM audit_operation
"""
OPERATIONS = """
    SELECT uuid(operation_id) AS id, kind || ' ' || amount_minor || ' ' || currency || ' ' || status AS value
    FROM payments_operation
"""


def summaries_by_events(service: str) -> str:
    consumer = f"{service}.events"
    return f"""
        SELECT p.order_id AS id, p.number || ' ' || CASE heard.type
                   WHEN 'order.placed' THEN 'placed' WHEN 'order.confirmed' THEN 'confirmed'
                   WHEN 'order.rejected' THEN 'rejected' WHEN 'order.expired' THEN 'expired'
                   WHEN 'order.cancellation_requested' THEN 'cancelling'
                   WHEN 'order.cancelled' THEN 'cancelled' ELSE 'completed' END AS value
        FROM audit_placed p JOIN (
            SELECT f.order_id, f.type, row_number() OVER (PARTITION BY f.order_id ORDER BY f.version DESC) AS back
            FROM audit_fact f
            WHERE f.type IN ('order.placed', 'order.confirmed', 'order.rejected', 'order.expired',
                             'order.cancellation_requested', 'order.cancelled', 'order.completed')
              AND {taken(consumer)}
        ) AS heard ON heard.order_id = p.order_id AND heard.back = 1
    """


def summaries(service: str) -> str:
    return f"SELECT uuid(order_id) AS id, number || ' ' || status AS value FROM {service}_ordersummary"


INVARIANTS = (
    Invariant("orders.rows", _("orders are what a replay gives"), same("order", ORDERS_BY_EVENTS, ORDERS)),
    Invariant(
        "orders.payment-status", _("orders' payment is what a replay gives"), same("order", PAID_BY_EVENTS, PAID)
    ),
    Invariant(
        "orders.fulfilment-status",
        _("orders' fulfilment is what a replay gives"),
        same("order", FULFILLED_BY_EVENTS, FULFILLED),
    ),
    Invariant("orders.lines", _("order lines are what a replay gives"), same("line", LINES_BY_EVENTS, LINES)),
    Invariant(
        "orders.shipments", _("shipments are what a replay gives"), same("shipment", SHIPMENTS_BY_EVENTS, SHIPMENTS)
    ),
    Invariant("orders.holds", _("holds are what a replay gives"), same("hold", HOLDS_BY_EVENTS, HOLDS)),
    Invariant(
        "orders.customers", _("customers are what a replay gives"), same("customer", CUSTOMERS_BY_EVENTS, CUSTOMERS)
    ),
    Invariant(
        "inventory.catalog",
        _("products and warehouses are what a replay gives"),
        same("", CATALOG_BY_EVENTS, CATALOG),
    ),
    Invariant(
        "inventory.low-stock", _("what is marked as low is what was said last"), same("level", LOW_BY_EVENTS, LOW)
    ),
    Invariant(
        "inventory.reservations",
        _("reservations are what a replay gives"),
        same("reservation", RESERVATIONS_BY_EVENTS, RESERVATIONS),
    ),
    Invariant(
        "inventory.order-summaries",
        _("inventory's order summaries are what a replay gives"),
        same("order", summaries_by_events("inventory"), summaries("inventory")),
    ),
    Invariant(
        "payments.payments", _("payments are what a replay gives"), same("payment", PAYMENTS_BY_EVENTS, PAYMENTS)
    ),
    Invariant(
        "payments.operations",
        _("payment operations are what a replay gives"),
        same("operation", OPERATIONS_BY_EVENTS, OPERATIONS),
    ),
    Invariant(
        "payments.order-summaries",
        _("payments' order summaries are what a replay gives"),
        same("order", summaries_by_events("payments"), summaries("payments")),
    ),
)
