"""Sagas: each has ended, waits with a live deadline, or is stuck and says why; and none forgot what it heard."""

from django.utils.translation import gettext_lazy as _

from apps.console.audit.statements import Information, Invariant

LOST = """
    SELECT g.saga || ' ' || uuid(g.key) || ': ' || CASE
               WHEN g.status = 'running' AND g.deadline IS NULL THEN 'runs without a deadline'
               WHEN g.status = 'running' THEN 'runs past its deadline'
               WHEN g.status = 'stuck' THEN 'is stuck without a reason'
               WHEN g.status IN ('completed', 'compensated') THEN 'has ended and still waits for ' || g.waits_for
               ELSE 'is ' || g.status END
    FROM backbone_sagainstance g
    WHERE NOT (
        (g.status = 'running' AND g.deadline IS NOT NULL AND g.deadline > %(overdue)s)
        OR (g.status = 'stuck' AND g.reason <> '')
        OR (g.status IN ('completed', 'compensated') AND g.deadline IS NULL AND g.waits_for = '')
    )
"""
NEVER_BEGUN = """
    SELECT saga || ' ' || about || ': what starts it was taken, and there is no such run' FROM (
        SELECT substr(h.consumer, 7) AS saga,
               CASE h.consumer WHEN 'sagas.payment_outcome' THEN f.operation_id ELSE f.order_id END AS about
        FROM audit_heard h JOIN audit_fact f ON f.seq = h.seq
        WHERE h.state = 'done' AND h.consumer || ' ' || h.type IN (
            'sagas.checkout order.placed', 'sagas.cancellation order.cancellation_requested',
            'sagas.shipping shipment.packed', 'sagas.payment_outcome payment.outcome_unknown')
        EXCEPT
        SELECT g.saga, uuid(g.key) FROM backbone_sagainstance g
    ) AS expected
"""
DISAGREES = """
    SELECT saga || ' ' || about || ': ' || status || ', without the event that ends it so' FROM (
        SELECT g.saga, uuid(g.key) AS about, g.status FROM backbone_sagainstance g
        WHERE g.saga || ' ' || g.status IN (
            'checkout completed', 'checkout compensated', 'cancellation completed', 'shipping completed')
        EXCEPT
        SELECT 'checkout', f.order_id, CASE f.type WHEN 'order.confirmed' THEN 'completed' ELSE 'compensated' END
        FROM audit_fact f
        WHERE f.type IN ('order.confirmed', 'order.rejected', 'order.expired', 'order.cancellation_requested')
        EXCEPT
        SELECT CASE f.type WHEN 'order.cancelled' THEN 'cancellation' ELSE 'shipping' END, f.order_id, 'completed'
        FROM audit_fact f WHERE f.type IN ('order.cancelled', 'stock.issued')
    ) AS ended
    UNION ALL
    SELECT saga || ' ' || about || ': has heard what ends it, and is not ' || status FROM (
        SELECT substr(h.consumer, 7) AS saga, f.order_id AS about,
               CASE h.type WHEN 'order.rejected' THEN 'compensated' ELSE 'completed' END AS status
        FROM audit_heard h JOIN audit_fact f ON f.seq = h.seq
        WHERE h.state = 'done' AND h.consumer || ' ' || h.type IN (
            'sagas.checkout order.confirmed', 'sagas.checkout order.rejected', 'sagas.cancellation order.cancelled',
            'sagas.shipping stock.issued')
          AND NOT (h.type = 'stock.issued' AND EXISTS (
              SELECT 1 FROM audit_fact lost WHERE lost.order_id = f.order_id AND lost.type = 'shipment.cancelled'))
        EXCEPT
        SELECT g.saga, uuid(g.key), g.status FROM backbone_sagainstance g
    ) AS heard
"""

INVARIANTS = (
    Invariant(
        "sagas.end-or-wait",
        _("every run has ended, waits with a live deadline, or is stuck with a reason"),
        LOST,
    ),
    Invariant("sagas.begun", _("whatever starts a run and was taken has started one"), NEVER_BEGUN),
    Invariant("sagas.end-with-their-order", _("runs ended as the events say that they did"), DISAGREES),
)

INFORMATION = (
    Information(
        "sagas.running",
        _("runs that wait for something"),
        "SELECT count(*) FROM backbone_sagainstance WHERE status = 'running'",
    ),
    Information(
        "sagas.stuck",
        _("runs that are stuck"),
        "SELECT count(*) FROM backbone_sagainstance WHERE status = 'stuck'",
    ),
)
