"""The whole shop: `manage.py up [--port 8000] [--data DIR] [--no-demo] [--servers]`."""

import os
import re
import socket
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from project.data_folder import FolderInUse, claim
from project.preparation import FIRST_USER, prepare
from project.private_servers import ServersUnavailable


class Command(BaseCommand):
    help = "Prepare and start everything; Ctrl-C or SIGTERM stops it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=port_number, default=settings.WAYBILL_PORT)
        parser.add_argument("--data", type=Path, default=settings.WAYBILL_DATA, help="the folder of this shop")
        parser.add_argument("--no-demo", action="store_false", dest="demo", help="start with an empty shop")
        parser.add_argument("--servers", action="store_true", help="separate processes on PostgreSQL, RabbitMQ, Redis")

    def handle(self, *, port: int, data: Path, demo: bool, servers: bool, **options: Any) -> None:
        move_to(data)
        refuse_busy(port)
        try:
            lock = claim(settings.WAYBILL_DATA)
        except FolderInUse as holder:
            raise CommandError(
                _("Another shop runs on %(folder)s (process %(holder)s). Stop it, or name another folder: --data DIR")
                % {"folder": settings.WAYBILL_DATA, "holder": holder}
            ) from None
        with lock:
            if servers:
                self.supervise(port, demo)
            else:
                self.embed(port, demo)

    def embed(self, port: int, demo: bool) -> None:
        from project.embedded import serve

        password = prepare(self.step, demo=demo)
        self.step(_("Starting web, relay, consumers, workers and beat in one process"))
        serve(port, ready=lambda: self.introduce(port, password))

    def supervise(self, port: int, demo: bool) -> None:
        from project.supervisor import supervise

        try:
            supervise(port, demo=demo, say=self.step, ready=lambda password: self.introduce(port, password))
        except ServersUnavailable as reason:
            raise CommandError(str(reason)) from None

    def step(self, text: str) -> None:
        self.stdout.write(f"· {text}")
        self.stdout.flush()

    def introduce(self, port: int, password: str) -> None:
        """The last lines: where the shop is and how to get in."""
        shown = password or _("the one you set, or that was printed at the first start")
        folder = f"WAYBILL_DATA={settings.WAYBILL_DATA} " if os.environ.get("WAYBILL_DATA") else ""
        lines = {
            _("Address"): f"http://127.0.0.1:{port}/",
            _("User"): FIRST_USER,
            _("Password"): shown,
            _("Data folder"): str(settings.WAYBILL_DATA),
            _("New password"): f"{folder}{relative(sys.executable)} manage.py changepassword {FIRST_USER}",
        }
        width = max(map(len, lines))
        self.stdout.write("\n" + "\n".join(f"  {name:<{width}}  {value}" for name, value in lines.items()))
        self.stdout.flush()


def relative(program: str) -> str:
    return os.path.relpath(program, settings.BASE_DIR) if program.startswith(str(settings.BASE_DIR)) else program


def move_to(data: Path) -> None:
    """The settings were read for another folder: begin anew with this one."""
    data = data.expanduser().resolve()
    if data != settings.WAYBILL_DATA:
        os.environ["WAYBILL_DATA"] = str(data)
        os.execv(sys.executable, [sys.executable, *sys.argv])


def port_number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ArgumentTypeError(_("“%(text)s” is no port: give a number from 1 to 65535.") % {"text": text})
    return int(text)


def refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                _("Port %(port)d cannot be used (%(reason)s). Choose another: --port %(other)d")
                % {"port": port, "reason": error.strerror, "other": port + 1 if port < 65535 else 8000}
            ) from None
