"""The payments app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "apps.payments"
    label = "payments"
    verbose_name = _("Payments")

    def import_models(self) -> None:
        """The simulated gateway keeps its tables here, and its book apart from ours."""
        super().import_models()
        import_module("apps.payments.gateway.simulated.models")
