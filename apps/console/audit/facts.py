"""What the log says, read once into temporary tables that the invariants share; gone with the snapshot.

A subquery with a LIMIT, however high, is carried out by itself: each body is parsed once and not once for each field.
"""

STEPS = (
    # every message, with the fields that more than one invariant asks for
    """
    CREATE TEMP TABLE audit_fact AS
    SELECT seq, message_id, kind, type, source, target, stream, version, causation_id, m.position, m.numbered_at,
           body ->> 'order_id' AS order_id,
           body ->> 'reservation_id' AS reservation_id,
           body ->> 'payment_id' AS payment_id,
           coalesce(body ->> 'operation_id', body ->> 'refund_id') AS operation_id,
           body ->> 'shipment_id' AS shipment_id,
           body ->> 'hold_id' AS hold_id,
           body ->> 'operation' AS operation,
           body ->> 'reason' AS reason,
           CASE WHEN CAST(body ->> 'final' AS text) IN ('true', '1') THEN 1 ELSE 0 END AS final,
           CAST(coalesce(body -> 'amount' ->> 'amount_minor', body -> 'total' ->> 'amount_minor') AS bigint) AS amount,
           coalesce(body -> 'amount' ->> 'currency', body -> 'total' ->> 'currency') AS currency,
           CAST(coalesce(body -> 'captured_total' ->> 'amount_minor', body -> 'refunded_total' ->> 'amount_minor')
                AS bigint) AS running_total
    FROM (
        SELECT m.seq, m.message_id, m.kind, m.type, m.source, m.target, m.stream, m.version, m.causation_id,
               p.position, p.numbered_at, json(m.body) AS body
        FROM backbone_message m LEFT JOIN backbone_position p ON p.message_id = m.seq
        LIMIT 9223372036854775807
    ) AS m
    """,
    "CREATE INDEX audit_fact_seq ON audit_fact (seq)",
    "CREATE INDEX audit_fact_type ON audit_fact (type)",
    "CREATE INDEX audit_fact_order ON audit_fact (order_id, type)",
    "CREATE INDEX audit_fact_message ON audit_fact (message_id)",
    "ANALYZE audit_fact",
    # orders as they were placed
    """
    CREATE TEMP TABLE audit_placed AS
    SELECT body ->> 'order_id' AS order_id, body ->> 'order_number' AS number, body ->> 'channel' AS channel,
           body ->> 'customer_name' AS customer_name,
           body -> 'totals' -> 'grand' ->> 'currency' AS currency,
           CAST(body -> 'totals' -> 'subtotal' ->> 'amount_minor' AS bigint) AS subtotal,
           CAST(body -> 'totals' -> 'discount' ->> 'amount_minor' AS bigint) AS discount,
           CAST(body -> 'totals' -> 'shipping' ->> 'amount_minor' AS bigint) AS shipping,
           CAST(body -> 'totals' -> 'tax' ->> 'amount_minor' AS bigint) AS tax,
           CAST(body -> 'totals' -> 'grand' ->> 'amount_minor' AS bigint) AS total
    FROM (SELECT json(m.body) AS body FROM backbone_message m WHERE m.type = 'order.placed'
          LIMIT 9223372036854775807) AS m
    """,
    "CREATE INDEX audit_placed_order ON audit_placed (order_id)",
    """
    CREATE TEMP TABLE audit_line AS
    SELECT f.order_id, one.value ->> 'line_id' AS line_id, one.value ->> 'sku' AS sku,
           CAST(one.value ->> 'quantity' AS bigint) AS quantity,
           CAST(one.value -> 'unit_price' ->> 'amount_minor' AS bigint) AS unit_price,
           CAST(one.value -> 'discount' ->> 'amount_minor' AS bigint) AS discount,
           CAST(one.value -> 'tax' ->> 'amount_minor' AS bigint) AS tax,
           CAST(one.value -> 'total' ->> 'amount_minor' AS bigint) AS total,
           one.value -> 'total' ->> 'currency' AS currency
    FROM audit_fact f JOIN backbone_message m ON m.seq = f.seq CROSS JOIN each(m.body, lines)
    WHERE f.type = 'order.placed'
    """,
    "CREATE INDEX audit_line_order ON audit_line (order_id)",
    # how each event moves the stock
    """
    CREATE TEMP TABLE audit_move AS
    SELECT seq, message_id, type, order_id, reservation_id, sku, warehouse_id, sku || ' ' || warehouse_id AS level,
           sum(CASE WHEN type IN ('stock.received', 'stock.adjusted') THEN quantity
                    WHEN type = 'stock.issued' THEN -quantity ELSE 0 END) AS on_hand,
           sum(CASE WHEN type = 'stock.reserved' THEN quantity
                    WHEN type = 'stock.reservation_expired' THEN -quantity
                    WHEN type = 'stock.reservation_released' AND was_committed = 0 THEN -quantity
                    WHEN type = 'stock.reservation_committed' AND reserved_anew = 0 THEN -quantity
                    ELSE 0 END) AS reserved,
           sum(CASE WHEN type = 'stock.reservation_committed' THEN quantity
                    WHEN type = 'stock.issued' THEN -quantity
                    WHEN type = 'stock.reservation_released' AND was_committed = 1 THEN -quantity
                    ELSE 0 END) AS committed
    FROM (
        SELECT f.seq, f.message_id, f.type, f.order_id, f.reservation_id, one.value ->> 'sku' AS sku,
               coalesce(one.value ->> 'warehouse_id', '') AS warehouse_id,
               CAST(one.value ->> 'quantity' AS bigint) AS quantity,
               CASE WHEN CAST(json(m.body) ->> 'was_committed' AS text) IN ('true', '1') THEN 1 ELSE 0 END
                   AS was_committed,
               CASE WHEN CAST(json(m.body) ->> 'reserved_anew' AS text) IN ('true', '1') THEN 1 ELSE 0 END
                   AS reserved_anew
        FROM audit_fact f JOIN backbone_message m ON m.seq = f.seq CROSS JOIN each(m.body, allocations)
        WHERE f.type IN ('stock.reserved', 'stock.reservation_committed', 'stock.reservation_released',
                         'stock.reservation_expired', 'stock.issued')
        UNION ALL
        SELECT f.seq, f.message_id, f.type, NULL, NULL, one.value ->> 'sku', json(m.body) ->> 'warehouse_id',
               CAST(one.value ->> 'quantity' AS bigint), 0, 0
        FROM audit_fact f JOIN backbone_message m ON m.seq = f.seq CROSS JOIN each(m.body, lines)
        WHERE f.type = 'stock.received'
        UNION ALL
        SELECT f.seq, f.message_id, f.type, NULL, NULL, json(m.body) ->> 'sku', json(m.body) ->> 'warehouse_id',
               CAST(json(m.body) ->> 'delta' AS bigint), 0, 0
        FROM audit_fact f JOIN backbone_message m ON m.seq = f.seq
        WHERE f.type = 'stock.adjusted'
    ) AS moved
    GROUP BY seq, message_id, type, order_id, reservation_id, sku, warehouse_id
    """,
    "ANALYZE audit_move",
    # what has become of orders, reservations and payments, by their last events
    """
    CREATE TEMP TABLE audit_order AS
    SELECT order_id, version,
           CASE type WHEN 'order.placed' THEN 'placed' WHEN 'order.confirmed' THEN 'confirmed'
                     WHEN 'order.rejected' THEN 'rejected' WHEN 'order.expired' THEN 'expired'
                     WHEN 'order.cancellation_requested' THEN 'cancelling'
                     WHEN 'order.cancelled' THEN 'cancelled' ELSE 'completed' END AS status
    FROM (
        SELECT order_id, type, version, row_number() OVER (PARTITION BY order_id ORDER BY version DESC) AS back
        FROM audit_fact
        WHERE type IN ('order.placed', 'order.confirmed', 'order.rejected', 'order.expired',
                       'order.cancellation_requested', 'order.cancelled', 'order.completed')
    ) AS life WHERE back = 1
    """,
    "CREATE INDEX audit_order_order ON audit_order (order_id)",
    """
    CREATE TEMP TABLE audit_reservation AS
    SELECT reservation_id, order_id,
           CASE type WHEN 'stock.reserved' THEN 'active' WHEN 'stock.reservation_committed' THEN 'committed'
                     WHEN 'stock.reservation_released' THEN 'released' WHEN 'stock.reservation_expired' THEN 'expired'
                     WHEN 'stock.reservation_rejected' THEN 'rejected' ELSE 'issued' END AS status
    FROM (
        SELECT reservation_id, order_id, type,
               row_number() OVER (PARTITION BY reservation_id ORDER BY version DESC) AS back
        FROM audit_fact
        WHERE type IN ('stock.reserved', 'stock.reservation_committed', 'stock.reservation_released',
                       'stock.reservation_expired', 'stock.reservation_rejected', 'stock.issued')
    ) AS life WHERE back = 1
    """,
    """
    CREATE TEMP TABLE audit_payment AS
    SELECT payment_id, max(order_id) AS order_id, max(currency) AS currency,
           sum(CASE WHEN type = 'payment.authorized' THEN amount ELSE 0 END) AS authorized,
           sum(CASE WHEN type = 'payment.captured' THEN amount ELSE 0 END) AS captured,
           sum(CASE WHEN type = 'payment.voided' THEN amount ELSE 0 END) AS voided,
           sum(CASE WHEN type = 'refund.succeeded' THEN amount ELSE 0 END) AS refunded,
           sum(CASE WHEN type = 'payment.operation_requested' AND operation = 'refund' THEN amount
                    WHEN type = 'refund.failed' THEN -amount ELSE 0 END) AS claimed
    FROM audit_fact
    WHERE type IN ('payment.operation_requested', 'payment.authorized', 'payment.captured', 'payment.voided',
                   'refund.succeeded', 'refund.failed')
    GROUP BY payment_id
    """,
    "CREATE INDEX audit_payment_order ON audit_payment (order_id)",
    """
    CREATE TEMP TABLE audit_operation AS
    SELECT operation_id, max(payment_id) AS payment_id, max(order_id) AS order_id, max(operation) AS kind,
           max(amount) AS amount, max(currency) AS currency,
           max(CASE WHEN back = 1 THEN
               CASE WHEN type = 'payment.operation_requested' THEN 'requested'
                    WHEN type = 'payment.outcome_unknown' AND final = 1 THEN 'needs_review'
                    WHEN type = 'payment.outcome_unknown' THEN 'unknown'
                    WHEN type IN ('payment.authorized', 'payment.captured', 'payment.voided', 'refund.succeeded')
                    THEN 'succeeded' ELSE 'failed' END END) AS status
    FROM (
        SELECT operation_id, payment_id, order_id, type, final,
               CASE WHEN type = 'payment.operation_requested' THEN operation END AS operation,
               CASE WHEN type = 'payment.operation_requested' THEN amount END AS amount,
               CASE WHEN type = 'payment.operation_requested' THEN currency END AS currency,
               row_number() OVER (PARTITION BY operation_id ORDER BY version DESC) AS back
        FROM audit_fact
        WHERE type IN ('payment.operation_requested', 'payment.authorized', 'payment.declined', 'payment.captured',
                       'payment.capture_failed', 'payment.voided', 'payment.void_failed', 'refund.succeeded',
                       'refund.failed', 'payment.outcome_unknown')
    ) AS life GROUP BY operation_id
    """,
    "CREATE INDEX audit_operation_operation ON audit_operation (operation_id)",
    # what each consumer has done with each message that it hears
    """
    CREATE TEMP TABLE audit_heard AS
    SELECT s.consumer, f.seq, f.message_id, f.type, f.position, f.numbered_at,
           CASE WHEN f.position <= s.since_position THEN 'before'
                WHEN i.state IS NOT NULL THEN i.state
                WHEN f.position <= r.watermark THEN 'done'
                WHEN f.position IS NULL THEN 'unnumbered'
                ELSE 'not taken' END AS state
    FROM backbone_subscription s
    JOIN audit_fact f ON f.type = s.type
    LEFT JOIN backbone_receipt r ON r.consumer = s.consumer
    LEFT JOIN backbone_inbox i ON i.consumer = s.consumer AND i.message_id = f.message_id
    UNION ALL
    SELECT i.consumer, f.seq, f.message_id, f.type, f.position, f.numbered_at, i.state
    FROM backbone_inbox i JOIN audit_fact f ON f.message_id = i.message_id
    WHERE NOT EXISTS (SELECT 1 FROM backbone_subscription s WHERE s.consumer = i.consumer AND s.type = f.type)
    """,
    "CREATE INDEX audit_heard_seq ON audit_heard (seq, consumer)",
    "CREATE INDEX audit_heard_state ON audit_heard (state)",
    "ANALYZE audit_heard",
    # orders about which something is still under way, waits, or was given up on
    """
    CREATE TEMP TABLE audit_restless AS
    SELECT DISTINCT order_id FROM (
        SELECT coalesce(f.order_id, reserved.order_id, paid.order_id) AS order_id
        FROM audit_heard h JOIN audit_fact f ON f.seq = h.seq
        LEFT JOIN (SELECT DISTINCT reservation_id, order_id FROM audit_reservation) AS reserved
               ON reserved.reservation_id = f.reservation_id
        LEFT JOIN audit_payment paid ON paid.payment_id = f.payment_id
        WHERE h.state IN ('unnumbered', 'not taken', 'waiting', 'parked', 'dead', 'quarantined')
        UNION ALL
        SELECT order_id FROM audit_operation WHERE status IN ('requested', 'unknown', 'needs_review')
        UNION ALL
        SELECT uuid(g.key) FROM backbone_sagainstance g WHERE g.status IN ('running', 'stuck')
    ) AS stirring WHERE order_id IS NOT NULL
    """,
    "CREATE INDEX audit_restless_order ON audit_restless (order_id)",
)
