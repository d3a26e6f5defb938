"""One process of a shop on servers: `manage.py process web|relay|consumers|orders|…`."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from project.processes import programs


class Command(BaseCommand):
    help = "Become one of the shop's processes, for systemd, compose or a Procfile."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=programs(settings.WAYBILL_PORT))
        parser.add_argument("--port", type=int, default=settings.WAYBILL_PORT, help="where web listens")
        parser.add_argument("--host", default="127.0.0.1", help="the address on which web listens")

    def handle(self, *, name: str, port: int, host: str, **options: Any) -> None:
        if settings.WAYBILL_PROFILE == "embedded":
            raise CommandError("Set DATABASE_URL, BROKER_URL and REDIS_URL; without servers, use: manage.py up")
        os.chdir(settings.BASE_DIR)
        command = programs(port, host)[name]
        os.execv(command[0], command)
