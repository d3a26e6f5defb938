"""Stock: what came in and has not left is on hand, and what is held is held by somebody."""

from django.utils.translation import gettext_lazy as _

from apps.console.audit.statements import Invariant, same

ON_HAND_BY_EVENTS = "SELECT level AS id, sum(on_hand) AS value FROM audit_move GROUP BY level"
HELD_BY_EVENTS = """
    SELECT level AS id, sum(reserved) || ' reserved, ' || sum(committed) || ' committed' AS value
    FROM audit_move GROUP BY level
"""
HELD_BY_LEVELS = """
    SELECT sku || ' ' || warehouse_id AS id, reserved || ' reserved, ' || committed || ' committed' AS value
    FROM inventory_stocklevel
"""
BY_MOVEMENTS = """
    SELECT sku || ' ' || warehouse_id AS id,
           sum(on_hand) || ' on hand, ' || sum(reserved) || ' reserved, ' || sum(committed) || ' committed' AS value
    FROM inventory_movement GROUP BY sku, warehouse_id
"""
BY_LEVELS = """
    SELECT sku || ' ' || warehouse_id AS id,
           on_hand || ' on hand, ' || reserved || ' reserved, ' || committed || ' committed' AS value
    FROM inventory_stocklevel
"""
MOVEMENTS_BY_EVENTS = """
    SELECT uuid(message_id) || ' ' || level AS id,
           type || ' ' || on_hand || '/' || reserved || '/' || committed AS value FROM audit_move
"""
MOVEMENTS = """
    SELECT substr(id, 1, 36) || ' ' || sku || ' ' || warehouse_id AS id,
           type || ' ' || on_hand || '/' || reserved || '/' || committed AS value FROM inventory_movement
"""
HELD_BY_RESERVATIONS = """
    SELECT l.sku || ' ' || l.warehouse_id AS id,
           coalesce(sum(CASE WHEN held.status = 'active' THEN held.quantity END), 0) || ' reserved, '
           || coalesce(sum(CASE WHEN held.status = 'committed' THEN held.quantity END), 0) || ' committed' AS value
    FROM inventory_stocklevel l LEFT JOIN (
        SELECT r.status, one.value ->> 'sku' AS sku, one.value ->> 'warehouse_id' AS warehouse_id,
               CAST(one.value ->> 'quantity' AS bigint) AS quantity
        FROM (SELECT status, '{"held": ' || CAST(allocations AS text) || '}' AS body FROM inventory_reservation
              WHERE status IN ('active', 'committed')) AS r CROSS JOIN each(r.body, held)
    ) AS held ON held.sku = l.sku AND held.warehouse_id = l.warehouse_id
    GROUP BY l.sku, l.warehouse_id
"""
NEVER_NEGATIVE = """
    SELECT 'level ' || sku || ' ' || warehouse_id || ': ' || on_hand || ' on hand, ' || reserved || ' reserved, '
           || committed || ' committed'
    FROM inventory_stocklevel
    WHERE on_hand < 0 OR reserved < 0 OR committed < 0 OR reserved + committed > on_hand
"""
NEVER_OVERSOLD = """
    SELECT 'level ' || level || ': ' || on_hand || ' on hand, ' || reserved || ' reserved, ' || committed
           || ' committed after ' || type || ' ' || uuid(message_id)
    FROM (
        SELECT level, type, message_id, sum(on_hand) OVER running AS on_hand,
               sum(reserved) OVER running AS reserved, sum(committed) OVER running AS committed
        FROM audit_move WINDOW running AS (PARTITION BY level ORDER BY seq)
    ) AS history
    WHERE on_hand < 0 OR reserved < 0 OR committed < 0 OR reserved + committed > on_hand
"""
HELD_AT_REST = """
    SELECT 'reservation ' || r.reservation_id || ': ' || r.status || ', and order ' || o.order_id || ' is ' || o.status
    FROM audit_reservation r JOIN audit_order o ON o.order_id = r.order_id
    WHERE r.status IN ('active', 'committed') AND o.status IN ('rejected', 'expired', 'cancelled', 'completed')
      AND NOT EXISTS (SELECT 1 FROM audit_restless n WHERE n.order_id = o.order_id)
"""
ORDERED = """
    SELECT f.type || ' ' || line.order_id || ' ' || line.sku AS id, sum(line.quantity) AS value
    FROM audit_line line JOIN audit_fact f ON f.order_id = line.order_id
    WHERE f.type IN ('stock.reserved', 'stock.reservation_committed', 'stock.issued')
    GROUP BY f.type, f.order_id, line.order_id, line.sku
"""
SET_ASIDE = """
    SELECT type || ' ' || order_id || ' ' || sku AS id,
           sum(CASE type WHEN 'stock.reserved' THEN reserved
                         WHEN 'stock.issued' THEN -on_hand ELSE committed END) AS value
    FROM audit_move WHERE type IN ('stock.reserved', 'stock.reservation_committed', 'stock.issued')
      AND order_id IN (SELECT order_id FROM audit_placed)
    GROUP BY type, order_id, sku
"""
LEFT_WITHOUT = """
    SELECT 'order ' || issued.order_id || ': stock issued for shipment ' || issued.shipment_id
           || ', which was not dispatched before'
    FROM audit_fact issued
    WHERE issued.type = 'stock.issued' AND issued.order_id IN (SELECT order_id FROM audit_placed) AND NOT EXISTS (
        SELECT 1 FROM audit_fact left_it WHERE left_it.order_id = issued.order_id
          AND left_it.type = 'shipment.dispatched' AND left_it.shipment_id = issued.shipment_id
          AND left_it.seq < issued.seq)
    UNION ALL
    SELECT 'order ' || gone.order_id || ': shipment ' || gone.shipment_id || ' was dispatched, its stock never issued'
    FROM audit_fact gone
    WHERE gone.type = 'shipment.dispatched'
      AND NOT EXISTS (SELECT 1 FROM audit_restless n WHERE n.order_id = gone.order_id)
      AND NOT EXISTS (SELECT 1 FROM audit_fact issued WHERE issued.order_id = gone.order_id
                      AND issued.type = 'stock.issued' AND issued.shipment_id = gone.shipment_id)
"""

INVARIANTS = (
    Invariant(
        "stock.conserved",
        _("received + adjusted - issued, by the messages, is on hand"),
        same(
            "level",
            ON_HAND_BY_EVENTS,
            "SELECT sku || ' ' || warehouse_id AS id, on_hand AS value FROM inventory_stocklevel",
        ),
    ),
    Invariant(
        "stock.held-is-the-log",
        _("reserved and committed are what the messages add up to"),
        same("level", HELD_BY_EVENTS, HELD_BY_LEVELS),
    ),
    Invariant(
        "stock.held-by-reservations",
        _("reserved and committed are what live reservations hold"),
        same("level", HELD_BY_RESERVATIONS, HELD_BY_LEVELS, by="by the reservations"),
    ),
    Invariant(
        "stock.levels-are-movements",
        _("each level is the sum of its movements"),
        same("level", BY_MOVEMENTS, BY_LEVELS, by="by the movements"),
    ),
    Invariant(
        "stock.movements-are-the-log",
        _("the movements are those of the messages, one for one"),
        same("movement", MOVEMENTS_BY_EVENTS, MOVEMENTS),
    ),
    Invariant(
        "stock.never-negative",
        _("no level is negative, or holds more than is on hand"),
        NEVER_NEGATIVE,
    ),
    Invariant(
        "stock.never-oversold",
        _("no level was negative, or held more than was on hand, after any message of the log"),
        NEVER_OVERSOLD,
    ),
    Invariant(
        "stock.set-aside-as-ordered",
        _("what is reserved, committed and issued for an order is what it asked for"),
        same("", ORDERED, SET_ASIDE, by="ordered"),
    ),
    Invariant(
        "stock.leaves-with-a-shipment",
        _("stock is issued if and only if its shipment was dispatched"),
        LEFT_WITHOUT,
    ),
    Invariant(
        "stock.free-at-the-end",
        _("an order that has ended holds no stock"),
        HELD_AT_REST,
    ),
)
