"""Money: nothing appears or vanishes between customer, ledger and order."""

from django.utils.translation import gettext_lazy as _

from apps.console.audit.statements import Invariant, same

BOOKED = """
    SELECT account || ' ' || phase || ' ' || currency AS id, sum(amount) AS value FROM (
        SELECT debit AS account, phase, currency, amount_minor AS amount FROM payments_ledgerentry
        UNION ALL
        SELECT credit, phase, currency, -amount_minor FROM payments_ledgerentry
    ) AS entries GROUP BY account, phase, currency
"""
OWED = """
    SELECT account || ' ' || phase || ' ' || currency AS id, sum(amount) AS value FROM (
        SELECT 'gateway_receivable' AS account, 'pending' AS phase, currency,
               authorized - captured - voided AS amount FROM audit_payment WHERE authorized > 0
        UNION ALL
        SELECT 'customer_authorized', 'pending', currency, captured + voided - authorized
        FROM audit_payment WHERE authorized > 0
        UNION ALL
        SELECT 'gateway_receivable', 'posted', currency, captured - refunded FROM audit_payment WHERE captured > 0
        UNION ALL
        SELECT 'sales_clearing', 'posted', currency, claimed - captured FROM audit_payment WHERE captured > 0
        UNION ALL
        SELECT 'refunds_payable', 'posted', p.currency, p.refunded - p.claimed
        FROM audit_payment p WHERE p.payment_id IN (SELECT payment_id FROM audit_operation WHERE kind = 'refund')
    ) AS owed GROUP BY account, phase, currency
"""
UNBALANCED = """
    SELECT currency || ' ' || phase || ': debits and credits differ by ' || sum(amount) FROM (
        SELECT debit AS account, phase, currency, amount_minor AS amount FROM payments_ledgerentry
        UNION ALL
        SELECT credit, phase, currency, -amount_minor FROM payments_ledgerentry
    ) AS entries
    WHERE account IN ('gateway_receivable', 'customer_authorized', 'sales_clearing', 'refunds_payable')
    GROUP BY currency, phase HAVING sum(amount) <> 0
    UNION ALL
    SELECT 'entry ' || id || ': ' || amount_minor || ' from ' || credit || ' to ' || debit
    FROM payments_ledgerentry
    WHERE amount_minor <= 0 OR debit = credit OR phase NOT IN ('pending', 'posted')
"""
ENTRIES_BY_EVENTS = """
    SELECT uuid(f.message_id) || ' ' || e.debit || ' ' || e.credit AS id,
           f.payment_id || ' ' || e.phase || ' ' || f.amount || ' ' || f.currency AS value
    FROM audit_fact f JOIN (
        SELECT 'payment.authorized' AS type, 'gateway_receivable' AS debit, 'customer_authorized' AS credit,
               'pending' AS phase
        UNION ALL SELECT 'payment.voided', 'customer_authorized', 'gateway_receivable', 'pending'
        UNION ALL SELECT 'payment.captured', 'customer_authorized', 'gateway_receivable', 'pending'
        UNION ALL SELECT 'payment.captured', 'gateway_receivable', 'sales_clearing', 'posted'
        UNION ALL SELECT 'payment.operation_requested', 'sales_clearing', 'refunds_payable', 'posted'
        UNION ALL SELECT 'refund.succeeded', 'refunds_payable', 'gateway_receivable', 'posted'
        UNION ALL SELECT 'refund.failed', 'refunds_payable', 'sales_clearing', 'posted'
    ) AS e ON e.type = f.type
    WHERE f.type <> 'payment.operation_requested' OR f.operation = 'refund'
"""
ENTRIES = """
    SELECT substr(id, 1, 36) || ' ' || debit || ' ' || credit AS id,
           uuid(payment_id) || ' ' || phase || ' ' || amount_minor || ' ' || currency AS value
    FROM payments_ledgerentry
"""
TOO_MUCH = """
    SELECT 'payment ' || payment_id || ': ' || authorized || ' authorized, ' || captured || ' captured, '
           || voided || ' voided, ' || refunded || ' refunded, ' || claimed || ' claimed for refunds'
    FROM audit_payment
    WHERE captured + voided > authorized OR refunded > captured OR claimed > captured OR refunded > claimed
"""
CAPTURED_TWICE = """
    SELECT 'order ' || order_id || ': captured ' || count(*) || ' times, by the log'
    FROM audit_fact WHERE type = 'payment.captured' GROUP BY order_id HAVING count(*) > 1
    UNION ALL
    SELECT 'order ' || uuid(order_id) || ': captured ' || count(*) || ' times, by the operations'
    FROM payments_operation WHERE kind = 'capture' AND status = 'succeeded' GROUP BY order_id HAVING count(*) > 1
    UNION ALL
    SELECT 'charge ' || charge_id || ': captured ' || count(*) || ' times, by the gateway'
    FROM gateway_operation WHERE kind = 'capture' AND succeeded GROUP BY charge_id HAVING count(*) > 1
"""
TWO_CURRENCIES = """
    SELECT 'order ' || f.order_id || ': ' || f.type || ' in ' || f.currency || ', and it was placed in ' || o.currency
    FROM audit_fact f JOIN audit_placed o ON o.order_id = f.order_id
    WHERE f.kind = 'event' AND f.currency <> o.currency
"""
AT_REST = "NOT EXISTS (SELECT 1 FROM audit_restless n WHERE n.order_id = o.order_id)"
HELD_AT_REST = f"""
    SELECT 'order ' || o.order_id || ': ' || o.status || ', and ' || (p.authorized - p.captured - p.voided) || ' '
           || p.currency || ' is still authorized by payment ' || p.payment_id
    FROM audit_order o JOIN audit_payment p ON p.order_id = o.order_id
    WHERE o.status IN ('rejected', 'expired', 'cancelled', 'completed')
      AND p.authorized - p.captured - p.voided <> 0 AND {AT_REST}
"""
KEPT = f"""
    SELECT 'order ' || o.order_id || ': ' || o.status || ', and ' || (p.captured - p.refunded) || ' ' || p.currency
           || ' was kept'
    FROM audit_order o JOIN audit_payment p ON p.order_id = o.order_id
    WHERE o.status IN ('rejected', 'expired', 'cancelled') AND p.captured <> p.refunded AND {AT_REST}
"""
UNPAID = f"""
    SELECT 'order ' || o.order_id || ': completed for ' || placed.total || ', and ' || coalesce(p.captured, 0)
           || ' was captured'
    FROM audit_order o JOIN audit_placed placed ON placed.order_id = o.order_id
    LEFT JOIN audit_payment p ON p.order_id = o.order_id
    WHERE o.status = 'completed' AND coalesce(p.captured, 0) <> placed.total AND {AT_REST}
"""

INVARIANTS = (
    Invariant(
        "money.ledger-balances",
        _("debits are credits in every currency, between known accounts, in amounts above 0"),
        UNBALANCED,
    ),
    Invariant(
        "money.accounts-are-the-log",
        _("each account's balance is what the messages add up to"),
        same("account", OWED, BOOKED),
    ),
    Invariant(
        "money.entries-are-the-log",
        _("the ledger's entries are those of the messages, one for one"),
        same("entry", ENTRIES_BY_EVENTS, ENTRIES),
    ),
    Invariant(
        "money.within-what-was-allowed",
        _("captured + voided is at most authorized, refunds at most captured"),
        TOO_MUCH,
    ),
    Invariant("money.captured-once", _("no order is captured twice"), CAPTURED_TWICE),
    Invariant("money.one-currency", _("an order's money moves in the currency it was placed in"), TWO_CURRENCIES),
    Invariant(
        "money.nothing-held-at-the-end",
        _("authorized - captured - voided is 0 for an order that has ended"),
        HELD_AT_REST,
    ),
    Invariant(
        "money.given-back",
        _("an order that came to nothing has all its money back"),
        KEPT,
    ),
    Invariant("money.completed-is-paid", _("a completed order was captured in full"), UNPAID),
)
