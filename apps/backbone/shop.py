"""Is there a shop where a command was told to work?"""

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from apps.backbone.models import Message


def need_shop() -> None:
    """Raises CommandError if nothing was ever prepared there."""
    try:
        found = Message._meta.db_table in connection.introspection.table_names()
    except DatabaseError:
        found = False
    if not found:
        raise CommandError(
            _("There is no shop in %(folder)s: start it with bin/run, or name its folder: WAYBILL_DATA=DIR")
            % {"folder": settings.WAYBILL_DATA}
        )
