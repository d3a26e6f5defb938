"""The door to a payment provider."""

from django.conf import settings
from django.utils.module_loading import import_string

from apps.payments.gateway.interface import (
    Declined,
    Failed,
    Gateway,
    GatewayTimeout,
    GatewayUnavailable,
    KeyReused,
    Reply,
    Request,
    Succeeded,
)

__all__ = [
    "Declined",
    "Failed",
    "Gateway",
    "GatewayTimeout",
    "GatewayUnavailable",
    "KeyReused",
    "Reply",
    "Request",
    "Succeeded",
    "gateway",
]

SIMULATED = "apps.payments.gateway.simulated.door.SimulatedGateway"


def gateway() -> Gateway:
    """The gateway that `PAYMENT_GATEWAY` names, the simulated one unless it is set."""
    door: Gateway = import_string(getattr(settings, "PAYMENT_GATEWAY", SIMULATED))()
    return door
