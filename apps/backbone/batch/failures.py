"""What a failure means: two writers that met, an outage, or a message that goes wrong."""

import structlog
from django.db import InterfaceError, OperationalError, connection

from apps.backbone import inbox, log
from apps.backbone.inbox import Subscriber, Taken
from apps.backbone.models import Inbox

logger = structlog.get_logger(__name__)

IMMEDIATE_TRIES = 3
TRANSIENT = {"40001", "40P01", "55P03", "57014"}
"""PostgreSQL: serialization failure, deadlock, lock timeout, statement cancelled by its timeout."""


def fail(subscriber: Subscriber, one: Taken, error: Exception) -> str:
    with log.transaction():
        row = Inbox.objects.get(consumer=subscriber.name, message_id=one.envelope.message_id)
        return fail_row(subscriber, row, error)


def fail_row(subscriber: Subscriber, row: Inbox, error: Exception) -> str:
    logger.warning(
        "message_failed",
        consumer=subscriber.name,
        type=row.type,
        message_id=str(row.message_id),
        tries=row.tries,
        error=repr(error),
    )
    inbox.mark_failed(row, error)
    return str(row.state)


def transient(error: BaseException) -> bool:
    """Did two writers meet, so that trying again at once may help?"""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in TRANSIENT or "database is locked" in str(error)


def raise_outage(error: BaseException) -> None:
    """Raise what means that the database is away; return on everything else."""
    if not isinstance(error, (OperationalError, InterfaceError)) or transient(error):
        return
    if connection.vendor == "sqlite" and "disk" not in str(error) and "unable to open" not in str(error):
        return
    if not connection.is_usable():
        raise error
