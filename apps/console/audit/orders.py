"""Orders: what was accepted exists, lives by the rules, and adds up."""

from django.utils.translation import gettext_lazy as _

from apps.console.audit.statements import Invariant

FORGOTTEN = """
    SELECT 'order ' || coalesce(f.order_id, '?') || ': asked for by ' || uuid(f.message_id)
           || ', and neither placed nor refused nor waiting'
    FROM audit_fact f LEFT JOIN audit_heard h ON h.seq = f.seq AND h.consumer = 'orders.commands'
    WHERE f.kind = 'command' AND f.type = 'orders.place_order'
      AND coalesce(h.state, 'unheard') IN ('done', 'before', 'unheard')
      AND NOT EXISTS (SELECT 1 FROM audit_fact e WHERE e.order_id = f.order_id
                      AND e.type IN ('order.placed', 'order.request_refused'))
"""
PROMISED = """
    SELECT 'order ' || order_id || ': the API accepted it, and it is not in the log' FROM (
        SELECT uuid(s.order_id) AS order_id FROM console_storedreply s WHERE s.status BETWEEN 200 AND 299
        EXCEPT
        SELECT f.order_id FROM audit_fact f WHERE f.kind = 'command' AND f.type = 'orders.place_order'
    ) AS promised
"""
ILLEGAL = """
    SELECT 'order ' || order_id || ': ' || type || ' after ' || before FROM (
        SELECT order_id, type, lag(type, 1, 'nothing') OVER (PARTITION BY order_id ORDER BY version) AS before
        FROM audit_fact
        WHERE type IN ('order.placed', 'order.confirmed', 'order.rejected', 'order.expired',
                       'order.cancellation_requested', 'order.cancelled', 'order.completed')
    ) AS life
    WHERE before || ' ' || type NOT IN (
        'nothing order.placed',
        'order.placed order.confirmed', 'order.placed order.rejected', 'order.placed order.expired',
        'order.placed order.cancellation_requested', 'order.confirmed order.cancellation_requested',
        'order.confirmed order.completed', 'order.cancellation_requested order.cancelled')
"""
UNCOVERED = """
    SELECT 'order ' || c.order_id || ': confirmed before its stock was committed'
    FROM audit_fact c WHERE c.type = 'order.confirmed' AND NOT EXISTS (
        SELECT 1 FROM audit_fact e
        WHERE e.order_id = c.order_id AND e.type = 'stock.reservation_committed' AND e.seq < c.seq)
    UNION ALL
    SELECT 'order ' || c.order_id || ': confirmed for ' || o.total || ' with ' || coalesce(sum(a.amount), 0)
           || ' authorized before'
    FROM audit_fact c JOIN audit_placed o ON o.order_id = c.order_id
    LEFT JOIN audit_fact a ON a.order_id = c.order_id AND a.type = 'payment.authorized' AND a.seq < c.seq
    WHERE c.type = 'order.confirmed'
    GROUP BY c.order_id, o.total HAVING coalesce(sum(a.amount), 0) < o.total
"""
WRONG_SUMS = """
    SELECT 'order ' || o.order_id || ': ' || o.total || ' is not ' || o.subtotal || ' - ' || o.discount || ' + '
           || o.shipping || ' + ' || o.tax
    FROM audit_placed o WHERE o.total <> o.subtotal - o.discount + o.shipping + o.tax
    UNION ALL
    SELECT 'order ' || o.order_id || ': ' || o.total || ' is not its lines with shipping'
    FROM audit_placed o JOIN audit_line l ON l.order_id = o.order_id
    GROUP BY o.order_id, o.total, o.shipping, o.currency
    HAVING o.total <> sum(l.total) + o.shipping OR min(l.currency) <> o.currency OR max(l.currency) <> o.currency
    UNION ALL
    SELECT 'order ' || l.order_id || ': line ' || l.line_id || ' does not add up'
    FROM audit_line l WHERE l.total <> l.unit_price * l.quantity - l.discount + l.tax
"""
DISPATCHED_UNPAID = """
    SELECT 'order ' || gone.order_id || ': shipment ' || gone.shipment_id || ' left before it was paid for'
    FROM audit_fact gone WHERE gone.type = 'shipment.dispatched' AND NOT EXISTS (
        SELECT 1 FROM audit_fact paid
        WHERE paid.order_id = gone.order_id AND paid.type = 'payment.captured' AND paid.seq < gone.seq)
"""

INVARIANTS = (
    Invariant(
        "orders.accepted-exist",
        _("every order that was asked for is placed, refused, or waits where it can be seen"),
        FORGOTTEN,
    ),
    Invariant("orders.promises-kept", _("what the API accepted is in the log"), PROMISED),
    Invariant("orders.live-by-the-rules", _("no order skips, repeats or outlives a step of its life"), ILLEGAL),
    Invariant(
        "orders.confirmed-when-covered",
        _("no order was confirmed before its stock was committed and all of its money authorized"),
        UNCOVERED,
    ),
    Invariant("orders.paid-before-they-leave", _("nothing was dispatched before it was captured"), DISPATCHED_UNPAID),
    Invariant("orders.add-up", _("lines, discount, shipping and tax add up to the total"), WRONG_SUMS),
)
