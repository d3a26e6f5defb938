"""`manage.py relay`: hand what is committed to the broker, until stopped. A second one stands by."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.backbone import garbage
from apps.backbone.relay import Relay
from apps.backbone.stopping import stop_on_signals
from apps.backbone.topology import subscribe


class Command(BaseCommand):
    help = "Run the relay: number committed messages and hand them to the broker."

    def handle(self, *args: Any, **options: Any) -> None:
        garbage.seldom()
        subscribe()
        Relay(stop_on_signals()).run()
