"""The inboxes: every consumer has everything it hears, nothing twice, and nothing that was never said."""

from django.utils.translation import gettext_lazy as _

from apps.console.audit.statements import Information, Invariant

NOT_TAKEN = """
    SELECT h.consumer || ': ' || h.type || ' ' || uuid(h.message_id) || ' at position ' || h.position
           || ' is above its watermark and not in its inbox'
    FROM audit_heard h
    WHERE h.state = 'not taken' AND h.numbered_at < %(recent)s
      AND h.position <= coalesce((SELECT c.position FROM backbone_checkpoint c WHERE c.name = 'relay'), 0)
"""
TWICE = """
    SELECT consumer || ': ' || uuid(message_id) || ' has ' || count(*) || ' rows'
    FROM backbone_inbox GROUP BY consumer, message_id HAVING count(*) > 1
"""
INVENTED = """
    SELECT i.consumer || ': ' || i.type || ' ' || uuid(i.message_id) || ' was done, and is not in the log'
    FROM backbone_inbox i LEFT JOIN backbone_message m ON m.message_id = i.message_id
    WHERE i.state = 'done' AND (m.seq IS NULL OR m.type <> i.type)
    UNION ALL
    SELECT i.consumer || ': ' || i.type || ' ' || uuid(i.message_id) || ' came as position ' || i.position
           || ', and is ' || coalesce(CAST(p.position AS text), 'none')
    FROM backbone_inbox i JOIN backbone_message m ON m.message_id = i.message_id
    LEFT JOIN backbone_position p ON p.message_id = m.seq
    WHERE i.state = 'done' AND (p.position IS NULL OR p.position <> i.position)
"""
DEAD_ENDS = """
    SELECT i.consumer || ': ' || i.type || ' ' || uuid(i.message_id) || ' is parked behind nothing'
    FROM backbone_inbox i LEFT JOIN backbone_blocked b ON b.consumer = i.consumer AND b.key = i.key
    WHERE i.state = 'parked' AND b.id IS NULL
    UNION ALL
    SELECT b.consumer || ': the line of ' || b.key || ' waits for ' || uuid(b.head) || ', which is ' || i.state
    FROM backbone_blocked b JOIN backbone_inbox i ON i.consumer = b.consumer AND i.message_id = b.head
    WHERE i.state IN ('done', 'discarded')
    UNION ALL
    SELECT b.consumer || ': the line of ' || b.key || ' waits for ' || uuid(b.head) || ', which was done and pruned'
    FROM backbone_blocked b JOIN backbone_receipt r ON r.consumer = b.consumer
    LEFT JOIN backbone_inbox i ON i.consumer = b.consumer AND i.message_id = b.head
    WHERE i.id IS NULL AND b.head_position BETWEEN 1 AND r.watermark
    UNION ALL
    SELECT i.consumer || ': ' || i.type || ' ' || uuid(i.message_id) || ' waits, and is never due'
    FROM backbone_inbox i WHERE i.state = 'waiting' AND i.due_at IS NULL
    UNION ALL
    SELECT i.consumer || ': ' || i.type || ' ' || uuid(i.message_id) || ' is ' || i.state || ', and its bytes are gone'
    FROM backbone_inbox i WHERE i.state IN ('waiting', 'parked', 'dead', 'quarantined') AND i.raw IS NULL
"""
TOO_FAR = """
    SELECT r.consumer || ': watermark ' || r.watermark || ' is above the head of the log'
    FROM backbone_receipt r WHERE r.watermark > coalesce((SELECT max(p.position) FROM backbone_position p), 0)
    UNION ALL
    SELECT c.name || ': checkpoint ' || c.position || ' is above the head of the log'
    FROM backbone_checkpoint c WHERE c.position > coalesce((SELECT max(p.position) FROM backbone_position p), 0)
"""
STATES = "SELECT count(*) FROM backbone_inbox WHERE state = '{}'"

INVARIANTS = (
    Invariant(
        "inbox.has-everything",
        _("what a consumer hears is in its inbox, or at or below its watermark, 60 seconds after its number"),
        NOT_TAKEN,
    ),
    Invariant("inbox.nothing-twice", _("no consumer has a message twice"), TWICE),
    Invariant("inbox.nothing-invented", _("what took effect is in the log, at that position"), INVENTED),
    Invariant(
        "inbox.no-dead-ends", _("what waits is due some day, and what is parked has a head to wait for"), DEAD_ENDS
    ),
    Invariant("inbox.not-ahead", _("no watermark or checkpoint is ahead of the log"), TOO_FAR),
)

INFORMATION = (
    Information(
        "inbox.on-the-way",
        _("messages that are on their way to a consumer"),
        "SELECT count(*) FROM audit_heard WHERE state IN ('not taken', 'unnumbered')",
    ),
    Information("inbox.waiting", _("messages that wait for their next try"), STATES.format("waiting")),
    Information("inbox.parked", _("messages that are parked behind another"), STATES.format("parked")),
    Information("inbox.dead", _("dead letters"), STATES.format("dead")),
    Information("inbox.quarantined", _("quarantined messages"), STATES.format("quarantined")),
    Information("inbox.discarded", _("messages that people have discarded"), STATES.format("discarded")),
)
