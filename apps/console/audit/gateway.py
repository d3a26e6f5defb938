"""The gateway's book and ours: every movement of money is in both, with the same amounts.

What we do not know the outcome of yet is left out, and counted.
"""

from django.utils.translation import gettext_lazy as _

from apps.console.audit.statements import Information, Invariant, same

UNDECIDED = "('requested', 'unknown', 'needs_review')"
OURS = """
    SELECT uuid(o.operation_id) AS id, o.kind || ' ' || o.amount_minor || ' ' || o.currency AS value
    FROM payments_operation o JOIN payments_payment p ON p.payment_id = o.payment_id
    WHERE o.status = 'succeeded' AND p.gateway = 'simulated'
"""
THEIRS = f"""
    SELECT id, value FROM (
        SELECT uuid(c.key) AS id, 'authorize ' || c.amount_minor || ' ' || c.currency AS value, c.key AS operation_id
        FROM gateway_charge c WHERE c.approved
        UNION ALL
        SELECT uuid(t.key), t.kind || ' ' || t.amount_minor || ' ' || t.currency, t.key
        FROM gateway_operation t WHERE t.succeeded
    ) AS theirs
    WHERE NOT EXISTS (
        SELECT 1 FROM payments_operation o WHERE o.operation_id = theirs.operation_id AND o.status IN {UNDECIDED})
"""
BEHIND_OUR_BACK = """
    SELECT 'charge ' || c.reference || ' with key ' || uuid(c.key) || ': we never asked for it'
    FROM gateway_charge c LEFT JOIN payments_operation o ON o.operation_id = c.key WHERE o.operation_id IS NULL
    UNION ALL
    SELECT t.kind || ' with key ' || uuid(t.key) || ': we never asked for it'
    FROM gateway_operation t LEFT JOIN payments_operation o ON o.operation_id = t.key WHERE o.operation_id IS NULL
"""
SETTLED = f"""NOT EXISTS (SELECT 1 FROM payments_operation open_one
    WHERE open_one.payment_id = p.payment_id AND open_one.status IN {UNDECIDED})"""
OUR_AMOUNTS = f"""
    SELECT uuid(p.payment_id) AS id,
           p.authorized_minor || ' authorized, ' || p.captured_minor || ' captured, ' || p.voided_minor || ' voided, '
           || p.refunded_minor || ' refunded ' || p.currency AS value
    FROM payments_payment p WHERE p.gateway = 'simulated' AND {SETTLED}
"""
THEIR_AMOUNTS = f"""
    SELECT uuid(p.payment_id) AS id,
           sum(c.amount_minor) || ' authorized, ' || sum(c.captured_minor) || ' captured, '
           || sum(c.voided_minor) || ' voided, ' || sum(c.refunded_minor) || ' refunded ' || c.currency AS value
    FROM gateway_charge c JOIN payments_operation o ON o.operation_id = c.key
    JOIN payments_payment p ON p.payment_id = o.payment_id
    WHERE c.approved AND {SETTLED}
    GROUP BY p.payment_id, c.currency
"""
MOVED = """
    SELECT c.reference AS id,
           coalesce(sum(CASE WHEN t.kind = 'capture' THEN t.amount_minor END), 0) || ' captured, '
           || coalesce(sum(CASE WHEN t.kind = 'refund' THEN t.amount_minor END), 0) || ' refunded' AS value
    FROM gateway_charge c LEFT JOIN gateway_operation t ON t.charge_id = c.reference AND t.succeeded
    GROUP BY c.reference
"""
CHARGED = """
    SELECT reference AS id, captured_minor || ' captured, ' || refunded_minor || ' refunded' AS value
    FROM gateway_charge
"""

INVARIANTS = (
    Invariant(
        "gateway.same-movements",
        _("what succeeded here succeeded at the gateway, and the other way round, in the same amounts"),
        same("operation", THEIRS, OURS, by="by the gateway"),
    ),
    Invariant(
        "gateway.same-amounts",
        _("each payment's amounts are those of its charges at the gateway"),
        same("payment", THEIR_AMOUNTS, OUR_AMOUNTS, by="by the gateway"),
    ),
    Invariant("gateway.nothing-unasked", _("the gateway did nothing that we did not ask for"), BEHIND_OUR_BACK),
    Invariant(
        "gateway.book-adds-up",
        _("the gateway's charges are the sums of its operations"),
        same("charge", MOVED, CHARGED, by="by its operations"),
    ),
)

INFORMATION = (
    Information(
        "gateway.undecided",
        _("payment operations whose outcome is not known yet"),
        f"SELECT count(*) FROM payments_operation WHERE status IN {UNDECIDED}",
    ),
    Information(
        "gateway.needs-review",
        _("payment operations that a person must look at"),
        "SELECT count(*) FROM payments_operation WHERE status = 'needs_review'",
    ),
)
