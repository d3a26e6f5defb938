"""What the gateway's faults are now, in words, and sets of them that have a name."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from apps.payments.gateway.simulated.models import FaultProfile

FAULTS = (
    "latency_p50_ms",
    "latency_p99_ms",
    "decline_rate",
    "error_rate",
    "lost_request_rate",
    "lost_reply_rate",
)


@dataclass(frozen=True)
class Preset:
    name: str
    title: Any
    says: Any
    """What the shop makes of it."""
    icon: str
    faults: dict[str, float]

    def is_set(self, profile: FaultProfile) -> bool:
        return all(getattr(profile, name) == self.faults.get(name, 0) for name in FAULTS)


PRESETS = [
    Preset(
        "works",
        gettext_lazy("Works"),
        gettext_lazy("It answers every request, at once."),
        "check_circle",
        {},
    ),
    Preset(
        "slow",
        gettext_lazy("Slow"),
        gettext_lazy("Two seconds as a rule, now and then eight. Orders wait; nothing is lost."),
        "hourglass_top",
        {"latency_p50_ms": 2000, "latency_p99_ms": 8000},
    ),
    Preset(
        "declines",
        gettext_lazy("Declines everything"),
        gettext_lazy("Every card is declined: what was reserved is given back, and the order is rejected."),
        "credit_card_off",
        {"decline_rate": 1},
    ),
    Preset(
        "down",
        gettext_lazy("Down"),
        gettext_lazy(
            "Every request gets an error. Payments are tried again later; orders wait, and expire in the end."
        ),
        "cloud_off",
        {"error_rate": 1},
    ),
    Preset(
        "unheard",
        gettext_lazy("Loses requests"),
        gettext_lazy("Half of the requests get lost, nothing is charged by them, and they are sent again."),
        "call_missed",
        {"lost_request_rate": 0.5},
    ),
    Preset(
        "unanswered",
        gettext_lazy("Drops replies after the charge"),
        gettext_lazy(
            "Half of the replies get lost once the card is charged. The same key finds the charge; none is twice."
        ),
        "reply_all",
        {"lost_reply_rate": 0.5},
    ),
]


def current() -> FaultProfile:
    return FaultProfile.objects.filter(pk=1).first() or FaultProfile()


def preset(name: str) -> Preset | None:
    return next((one for one in PRESETS if one.name == name), None)


def named(profile: FaultProfile) -> Preset | None:
    return next((one for one in PRESETS if one.is_set(profile)), None)


def broken() -> str:
    """How the gateway is broken on purpose, in words; nothing if it works."""
    profile = current()
    if not any(getattr(profile, name) for name in FAULTS):
        return ""
    known = named(profile)
    return str(known.title) if known else _("faults of its own")
