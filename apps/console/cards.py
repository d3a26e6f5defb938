"""The test cards by name; the gateway knows them by their tokens."""

from django.utils.translation import gettext_lazy

CARDS = [
    ("tok_ok", gettext_lazy("approved")),
    ("tok_decline_funds", gettext_lazy("declined: not enough money")),
    ("tok_timeout_committed", gettext_lazy("times out, but is charged")),
    ("tok_capture_fails_twice", gettext_lazy("capture fails twice")),
]


def card(token: str) -> str:
    """tok_ok -> approved (tok_ok); a token without a name stands alone."""
    name = dict(CARDS).get(token)
    return f"{name} ({token})" if name else token
