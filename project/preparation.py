"""What a shop needs before it runs: tables, a first staff user, on request a demo to look at."""

import os
import secrets
from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

FIRST_USER = "admin"

Say = Callable[[str], None]


def prepare(say: Say, *, demo: bool) -> str:
    """Idempotent. Returns the first user's password if this call made one up, else nothing."""
    migrate(say)
    password = first_user(say)
    schedule(say)
    if demo:
        fill(say)
    return password


def migrate(say: Say) -> None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        say(_("Database: %(count)d migrations") % {"count": len(waiting)})
        call_command("migrate", interactive=False, verbosity=0)


def first_user(say: Say) -> str:
    users = get_user_model().objects
    if users.filter(is_staff=True).exists():
        return ""
    given = os.environ.get("WAYBILL_ADMIN_PASSWORD", "")
    password = given or secrets.token_urlsafe(12)
    users.create_superuser(FIRST_USER, "admin@localhost", password)
    say(_("First staff user: %(name)s") % {"name": FIRST_USER})
    return "" if given else password


def schedule(say: Say) -> None:
    """What staff have changed or paused stays as it is."""
    from apps.backbone import slots

    made = slots.seed()
    if made:
        say(_("Schedules: %(names)s") % {"names": ", ".join(one.name for one in made)})


def fill(say: Say) -> None:
    """Only an empty log is filled: a demo never gets between real orders."""
    from apps.backbone.models import Message

    if "demo" in get_commands() and not Message.objects.exists():
        say(_("Demo shop: a few hundred orders of the last 14 days"))
        call_command("demo")
