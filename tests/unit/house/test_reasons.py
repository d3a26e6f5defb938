"""Codes and the services' own sentences, in words; what a person wrote stays as it is."""

import pytest

from apps.console.reasons import explained, words


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("declined: insufficient_funds", "the card was declined: not enough money on the card"),
        ("out_of_stock", "not enough in stock"),
        ("order: it is cancelled", "order: it is cancelled"),
        ("shipment: it is ready", "shipment: it is ready to leave"),
        ("delta: only 3 on hand", "change: only 3 on hand"),
        (
            "payment.capture_failed: processing_error",
            "payment.capture_failed: an error at the gateway; it may work later",
        ),
        ("changed their mind", "changed their mind"),
        ("a note: with a colon", "a note: with a colon"),
        ("100 % wool", "100 % wool"),
    ],
)
def test_a_reason_in_words(code: str, said: str) -> None:
    assert words(code) == said


def test_the_code_is_on_hover_and_hostile_text_stays_text() -> None:
    assert explained("out_of_stock") == '<span title="out_of_stock">not enough in stock</span>'
    assert "<b>" not in explained("declined: <b>")
    assert explained("it is <b>") == "it is &lt;b&gt;"
    assert explained("") == "–"
