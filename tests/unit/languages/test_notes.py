"""What jobs noted in English is said in the page's language, whatever the number in it."""

import pytest
from django.utils import translation

from apps.console.languages.notes import again


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        ("1 run is stuck", "1 個執行卡住"),
        ("2 runs are stuck", "2 個執行卡住"),
        ("Invariant", "不變條件"),
        ("a person wrote this", "a person wrote this"),
        ("", ""),
        (7, 7),
    ],
)
def test_a_note_is_said_again(noted: object, said: object) -> None:
    with translation.override("zh-hant"):
        assert again(noted) == said


def test_in_english_nothing_changes() -> None:
    with translation.override("en"):
        assert again("2 runs are stuck") == "2 runs are stuck"
