"""Effects: whatever came twice, or was tried again, took effect once."""

from django.utils.translation import gettext_lazy as _

from apps.console.audit.statements import Invariant

ONCE_IN_A_STREAM = """
    SELECT 'stream ' || stream || ': ' || count(*) || ' times ' || type
    FROM audit_fact
    WHERE type IN ('stock.reserved', 'stock.reservation_committed', 'stock.reservation_expired', 'stock.issued',
                   'stock.received', 'stock.adjusted', 'payment.captured', 'payment.cancellation_settled',
                   'order.confirmed', 'customer.registered', 'product.added', 'warehouse.opened', 'notification.sent')
    GROUP BY stream, type HAVING count(*) > 1
"""
ONCE_AN_ORDER = """
    SELECT 'order ' || order_id || ': ' || count(*) || ' times ' || type
    FROM audit_fact
    WHERE type IN ('order.placed', 'order.confirmed', 'order.rejected', 'order.expired', 'order.cancelled',
                   'order.completed', 'stock.reserved', 'stock.issued')
    GROUP BY order_id, type HAVING count(*) > 1
"""
ONCE_A_CAUSE = """
    SELECT type || ' ' || count(*) || ' times because of ' || uuid(causation_id)
    FROM audit_fact
    WHERE causation_id IS NOT NULL AND type NOT IN ('stock.low', 'operator.acted')
          AND causation_id NOT IN (SELECT message_id FROM audit_fact WHERE type = 'operator.acted')
    GROUP BY causation_id, type, stream, source HAVING count(*) > 1
"""
ONE_OUTCOME = """
    SELECT 'operation ' || operation_id || ': requested ' || sum(asked) || ' times, ended ' || sum(ended) || ' times'
    FROM (
        SELECT operation_id, CASE WHEN type = 'payment.operation_requested' THEN 1 ELSE 0 END AS asked,
               CASE WHEN type = 'payment.operation_requested' THEN 0 ELSE 1 END AS ended
        FROM audit_fact
        WHERE type IN ('payment.operation_requested', 'payment.authorized', 'payment.declined', 'payment.captured',
                       'payment.capture_failed', 'payment.void_failed', 'refund.succeeded', 'refund.failed')
           OR (type = 'payment.voided' AND reason <> 'remainder')
    ) AS steps GROUP BY operation_id HAVING sum(asked) <> 1 OR sum(ended) > 1
"""

INVARIANTS = (
    Invariant(
        "effects.once-in-a-stream",
        _("what can happen to a thing once happened to it once"),
        ONCE_IN_A_STREAM,
    ),
    Invariant("effects.once-an-order", _("no order was placed, reserved, issued or ended twice"), ONCE_AN_ORDER),
    Invariant("effects.once-a-cause", _("no message led twice to the same"), ONCE_A_CAUSE),
    Invariant(
        "effects.one-outcome",
        _("each payment operation was requested once and ended at most once"),
        ONE_OUTCOME,
    ),
)
