"""Cron lines in Chinese: the larger unit first, nothing left in English."""

import pytest
from django.utils import translation

from apps.console.languages.cron import sentence

SAID = {
    "0 3 * * *": "每天 03:00",
    "*/15 9-17 * * 1-5": "星期一到星期五 09:00 到 17:59 每 15 分鐘",
    "30 4 1 * *": "每月 1 日 04:30",
    "0 0 1 1 *": "每年 1 月 1 日 00:00",
    "15 10,14 * * 1,3,5": "每星期一、星期三、星期五 10:15、14:15",
    "*/10 * * * * *": "每 10 秒",
    "0 22 * * 1#2": "每月第二個星期一 22:00",
}


@pytest.mark.parametrize("cron", SAID)
def test_a_line_is_said_as_people_in_taiwan_say_it(cron: str) -> None:
    with translation.override("zh-hant"):
        assert sentence(cron) == SAID[cron]


def test_in_english_it_is_said_as_before() -> None:
    with translation.override("en"):
        assert sentence("0 3 * * *") == "At 03:00"


def test_no_line_that_a_schedule_can_have_keeps_english_words() -> None:
    fields = ("*", "*/5", "7", "1-3", "2,4,6")
    with translation.override("zh-hant"):
        said = [
            sentence(f"{minute} {hour} {day} {month} {weekday}")
            for minute in fields
            for hour in fields
            for day, weekday in (("*", "*"), ("1", "*"), ("1-3", "*"), ("*/2", "*"), ("*", "1-5"), ("*", "0,6"))
            for month in fields[:4]
        ]
    assert [one for one in said if any(letter.isascii() and letter.isalpha() for letter in one)] == []
