"""The console app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "apps.console"
    label = "console"
    verbose_name = _("Console")

    def ready(self) -> None:
        from apps.console import (
            operators,  # noqa: F401  # its event is known wherever the log is read
            rooms,
        )
        from apps.console.languages import chosen  # noqa: F401  # hears of log-ins
        from apps.console.roles.making import make_missing

        rooms.every("job")  # each registers itself
        post_migrate.connect(make_missing, sender=self)
