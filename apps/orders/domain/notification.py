"""A mail to a customer: noted once it has left."""

from operator import attrgetter

import msgspec

from apps.backbone.decider import Decider
from apps.backbone.messages import Command, Event
from apps.orders.commands import NotifyCustomer
from apps.orders.events import NotificationSent


class Notification(msgspec.Struct, frozen=True):
    sent: bool = False


def decide(command: Command, notification: Notification, to: str) -> list[Event]:
    match command:
        case NotifyCustomer() if notification.sent:
            return []
        case NotifyCustomer():
            return [
                NotificationSent(
                    notification_id=command.notification_id,
                    order_id=command.order_id,
                    template=command.template,
                    to=to,
                )
            ]
    raise TypeError(f"Notification does not know {command.type}")


def evolve(notification: Notification, event: Event) -> Notification:
    return Notification(sent=True) if isinstance(event, NotificationSent) else notification


notification = Decider("notification", Notification(), decide, evolve, identify=attrgetter("notification_id"))
