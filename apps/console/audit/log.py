"""The log: dense positions, streams without gaps, every message numbered or about to be."""

from django.utils.translation import gettext_lazy as _

from apps.console.audit.statements import Information, Invariant, same

HOLES = """
    SELECT 'position ' || position || ' follows ' || before FROM (
        SELECT position, lag(position, 1, CAST(0 AS bigint)) OVER (ORDER BY position) AS before
        FROM backbone_position
    ) AS numbered WHERE position <> before + 1
"""
UNCOUNTED = """
    SELECT f.type || ' ' || uuid(f.message_id) || ': has no position, and does not wait for one'
    FROM audit_fact f LEFT JOIN backbone_unnumbered u ON u.seq = f.seq
    WHERE f.position IS NULL AND u.seq IS NULL
    UNION ALL
    SELECT 'message ' || u.seq || ': has a position, and waits for another'
    FROM backbone_unnumbered u JOIN backbone_position p ON p.message_id = u.seq
    UNION ALL
    SELECT 'message ' || u.seq || ': waits for a position, and is not in the log'
    FROM backbone_unnumbered u LEFT JOIN backbone_message m ON m.seq = u.seq WHERE m.seq IS NULL
    UNION ALL
    SELECT 'position ' || p.position || ': is of no message'
    FROM backbone_position p LEFT JOIN backbone_message m ON m.seq = p.message_id WHERE m.seq IS NULL
"""
GAPS = """
    SELECT 'stream ' || stream || ': version ' || version || ' follows ' || before FROM (
        SELECT stream, version,
               lag(version, 1, CAST(0 AS bigint)) OVER (PARTITION BY stream ORDER BY version) AS before
        FROM audit_fact WHERE kind = 'event'
    ) AS versions WHERE version <> before + 1
"""
SHUFFLED = """
    SELECT 'stream ' || stream || ': version ' || version || ' has position ' || position || ', the one before '
           || before
    FROM (
        SELECT stream, version, position, lag(position) OVER (PARTITION BY stream ORDER BY version) AS before
        FROM audit_fact WHERE kind = 'event' AND position IS NOT NULL
    ) AS versions WHERE position < before
"""
VERSIONS_BY_EVENTS = "SELECT stream AS id, max(version) AS value FROM audit_fact WHERE kind = 'event' GROUP BY stream"
VERSIONS = """
    SELECT s.name AS id, s.version AS value FROM backbone_stream s
    WHERE s.version <> 0 OR s.name IN (SELECT stream FROM audit_fact WHERE kind = 'event')
"""
FOLDED_AHEAD = """
    SELECT 'stream ' || name || ': state folded up to ' || state_version || ' of ' || version
    FROM backbone_stream WHERE state_version > version OR (state_version > 0 AND state = '')
"""
MALFORMED = """
    SELECT kind || ' ' || type || ' ' || uuid(message_id) || ': stream "' || stream || '" version ' || version
           || ', for "' || target || '"'
    FROM backbone_message
    WHERE NOT ((kind = 'event' AND stream <> '' AND version > 0 AND target = '')
               OR (kind = 'command' AND stream = '' AND version = 0 AND target <> ''))
    UNION ALL
    SELECT 'type ' || type || ': said by ' || min(source) || ' and ' || max(source)
    FROM backbone_message WHERE kind = 'event' GROUP BY type HAVING min(source) <> max(source)
"""
UNCAUSED = """
    SELECT f.type || ' ' || uuid(f.message_id) || ': its cause ' || uuid(f.causation_id) || ' is not in the log'
    FROM audit_fact f LEFT JOIN audit_fact cause ON cause.message_id = f.causation_id
    WHERE f.causation_id IS NOT NULL AND (cause.message_id IS NULL OR cause.seq > f.seq)
"""

INVARIANTS = (
    Invariant("log.positions-dense", _("positions are 1..n, without a hole"), HOLES),
    Invariant("log.all-numbered", _("every message has one position, or waits for it"), UNCOUNTED),
    Invariant("log.versions-dense", _("each stream's versions are 1..n, without a hole"), GAPS),
    Invariant("log.order-kept", _("positions follow the versions in every stream"), SHUFFLED),
    Invariant(
        "log.stream-versions",
        _("each stream's version is that of its last event"),
        same("stream", VERSIONS_BY_EVENTS, VERSIONS),
    ),
    Invariant("log.states-not-ahead", _("no folded state is ahead of its stream"), FOLDED_AHEAD),
    Invariant("log.well-formed", _("events have streams, commands have receivers, each type one source"), MALFORMED),
    Invariant("log.causes-known", _("every message's cause is in the log, before it"), UNCAUSED),
)

INFORMATION = (
    Information("log.messages", _("messages in the log"), "SELECT count(*) FROM backbone_message"),
    Information(
        "log.unnumbered", _("messages that wait for their position"), "SELECT count(*) FROM backbone_unnumbered"
    ),
)
