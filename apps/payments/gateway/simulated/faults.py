"""The simulated gateway's misfortunes: delays, errors and lost replies, as its profile orders them."""

import math
import random
import time
from dataclasses import dataclass, field

from apps.payments.gateway.interface import GatewayTimeout, GatewayUnavailable
from apps.payments.gateway.simulated.models import FaultProfile

READ_EVERY = 1.0
"""Seconds for which a process trusts the profile that it has read."""
P99 = 2.326
"""Standard deviations from the median to the 99th percentile."""


@dataclass
class Faults:
    """One process's view of the profile, with its seeded dice."""

    profile: FaultProfile = field(default_factory=FaultProfile)
    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - repeatable on purpose
    read_at: float = -math.inf

    def refresh(self) -> None:
        if time.monotonic() - self.read_at < READ_EVERY:
            return
        profile = FaultProfile.objects.filter(pk=1).first() or FaultProfile()
        if profile.seed != self.profile.seed:
            self.dice.seed(profile.seed)
        self.profile, self.read_at = profile, time.monotonic()

    def forget(self) -> None:
        """Read the profile anew before the next request."""
        self.read_at = -math.inf

    def before(self) -> None:
        """On the way in: late, refused, or lost with nothing charged."""
        self.refresh()
        time.sleep(self.latency())
        if self.happens(self.profile.error_rate):
            raise GatewayUnavailable("503 from the simulated gateway")
        if self.happens(self.profile.lost_request_rate):
            raise GatewayTimeout("no reply from the simulated gateway, and nothing charged")

    def after(self) -> None:
        """On the way back: done, and the reply lost."""
        if self.happens(self.profile.lost_reply_rate):
            raise GatewayTimeout("no reply from the simulated gateway, though it is done")

    def declines(self) -> bool:
        return self.happens(self.profile.decline_rate)

    def happens(self, probability: float) -> bool:
        return probability > 0 and self.dice.random() < probability

    def latency(self) -> float:
        """Seconds, log-normal between the profile's two marks."""
        median, rare = self.profile.latency_p50_ms, self.profile.latency_p99_ms
        if not median:
            return 0.0
        spread = math.log(max(rare, median) / median) / P99
        return self.dice.lognormvariate(math.log(median), spread) / 1000


faults = Faults()
