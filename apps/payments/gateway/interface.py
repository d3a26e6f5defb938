"""What Waybill asks of any payment provider, and what it may hear back."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from apps.backbone.messages import Money


class GatewayTimeout(Exception):
    """No answer in time. It may or may not have happened."""


class GatewayUnavailable(Exception):
    """The gateway answered with an error of its own, or was not reached. It may or may not have happened."""


class KeyReused(Exception):
    """The gateway knows the key from a request with another body: a bug of ours."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of money."""

    key: UUID
    """The idempotency key, the operation's id: repeated, it gives the first answer again."""
    amount: Money
    card: str = ""
    """The gateway's token for the card, to authorize."""
    reference: str = ""
    """The gateway's own name for the authorization, to capture, void or refund."""


class Succeeded(msgspec.Struct, frozen=True, kw_only=True):
    reference: str
    expires_at: datetime | None = None
    """When the authorization dies."""


class Declined(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    soft: bool
    """Whether the same card may succeed later."""


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    retryable: bool


Reply = Succeeded | Declined | Failed


class Gateway(Protocol):
    """Every method may raise GatewayTimeout or GatewayUnavailable; called outside of any transaction."""

    name: str

    def authorize(self, request: Request) -> Reply: ...
    def capture(self, request: Request) -> Reply: ...
    def void(self, request: Request) -> Reply: ...
    def refund(self, request: Request) -> Reply: ...

    def query(self, key: UUID) -> Reply | None:
        """What became of the request with this key; None if the gateway has never seen it."""
        ...
