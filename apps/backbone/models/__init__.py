"""The rows that the backbone keeps."""

from typing import Any

from django.db import models

from apps.backbone.models.inboxes import Blocked, Checkpoint, Inbox, Receipt, Redelivery, Subscription
from apps.backbone.models.jobs import JobMessage, JobNote, JobReportPart, JobRun, Schedule, Slot
from apps.backbone.models.messages import Message, Position, Stream, Unnumbered
from apps.backbone.models.processes import Process
from apps.backbone.models.repairs import Repair
from apps.backbone.models.sagas import SagaInstance, Timer

__all__ = [
    "Blocked",
    "Checkpoint",
    "Inbox",
    "JobMessage",
    "JobNote",
    "JobReportPart",
    "JobRun",
    "Message",
    "Position",
    "Process",
    "Receipt",
    "Redelivery",
    "Repair",
    "SagaInstance",
    "Schedule",
    "Slot",
    "Stream",
    "Subscription",
    "Timer",
    "Unnumbered",
    "table",
]


def table(model: type[models.Model]) -> str:
    """The model's table, for the statements that the ORM cannot say."""
    name: Any = model._meta.db_table
    return str(name)
