"""The demo shop: `manage.py demo [--seed N]` fills an empty shop with two weeks of orders in all states."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.backbone.models import Message
from apps.console.demo.shop import make


class Command(BaseCommand):
    help = "Fill an empty shop with a demo: products, stock, customers, orders and a few things to mend."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same shop")

    def handle(self, *, seed: int, **options: Any) -> None:
        if Message.objects.exists():
            raise CommandError(_("This shop has messages already; a demo needs an empty one: WAYBILL_DATA=DIR"))
        began = time.monotonic()
        orders = make(seed, self.say)
        took = time.monotonic() - began
        self.say(_("Demo shop: %(orders)d orders in %(seconds).0f s") % {"orders": orders, "seconds": took})

    def say(self, text: str) -> None:
        self.stdout.write(f"  {text}")
        self.stdout.flush()
