"""A cron line as a sentence in the language of the page. In Chinese the larger unit stands first: 每天 03:00."""

import calendar
import re

from cron_descriptor import ExpressionDescriptor, Options
from cron_descriptor.Exception import FormatException, MissingFieldException
from django.utils.translation import get_language

from apps.backbone.slots import times

BETWEEN = "，"
CHINESE = {
    "At ": "",
    "At": "",
    "AM": "",
    "PM": "",
    " and": "、",
    " and ": "、",
    "Every minute between {0} and {1}": "{0} 到 {1} 每分鐘",
    "at {0}": "{0}",
    "every second": "每秒",
    "every {0} seconds": "每 {0} 秒",
    "at {0} seconds past the minute": "每分鐘的第 {0} 秒",
    "seconds {0} through {1} past the minute": "每分鐘的第 {0} 到 {1} 秒",
    "every minute": "每分鐘",
    "every {0} minutes": "每 {0} 分鐘",
    "at {0} minutes past the hour": "每小時的第 {0} 分",
    "minutes {0} through {1} past the hour": "每小時的第 {0} 到 {1} 分",
    "every hour": "每小時",
    ", every minute": BETWEEN + "每分鐘",
    ", every hour": BETWEEN + "每小時",
    "every {0} hours": "每 {0} 小時",
    "between {0} and {1}": "{0} 到 {1}",
    ", every day": BETWEEN + "每天",
    ", every {0} days": BETWEEN + "每 {0} 天",
    ", between day {0} and {1} of the month": BETWEEN + "每月 {0} 到 {1} 日",
    ", on day {0} of the month": BETWEEN + "每月 {0} 日",
    ", on the last day of the month": BETWEEN + "每月最後一天",
    ", on the last {0} of the month": BETWEEN + "每月最後一個{0}",
    ", on the ": BETWEEN + "每月",
    " {0} of the month": "{0}",
    **{
        word: f"第{number}個"
        for word, number in zip(("first", "second", "third", "fourth", "fifth"), "一二三四五", strict=True)
    },
    ", every {0} days of the week": BETWEEN + "每週每 {0} 天",
    ", only on {0}": BETWEEN + "每{0}",
    ", {0} through {1}": BETWEEN + "{0} 到 {1}",
    ", every {0} months": BETWEEN + "每 {0} 個月",
    ", only in {0}": BETWEEN + "每年 {0}",
}
DAYS = dict(zip(calendar.day_name, (f"星期{day}" for day in "一二三四五六日"), strict=True))
MONTHS = {name: f"{number} 月" for number, name in enumerate(calendar.month_name) if name}
TIDY = [
    *(DAYS | MONTHS).items(),
    (",? ?、 ?|, ", "、"),
    ("、每(小時|分鐘)", ""),
    ("(每[^，]+)、(\\d\\d:\\d\\d 到 \\d\\d:\\d\\d)", "\\2 \\1"),
    ("(星期.|月) 到 ", "\\1到 "),
    ("到 星", "到星"),
]
"""What the library joins with commas and blanks, as it is written in Chinese."""


class InChinese(ExpressionDescriptor):  # type: ignore[misc]  # the library has no types
    def _(self, message: str) -> str:
        return CHINESE.get(message, "")


def sentence(cron: str) -> str:
    """As the page's language says it; the line itself if nothing can be said of it."""
    if not (get_language() or "").startswith("zh"):
        return times.sentence(cron)
    options = Options()
    options.use_24hour_time_format = True
    try:
        said = str(InChinese(cron, options).get_full_description())
    except (FormatException, MissingFieldException, ValueError):
        return cron
    return set_out(said)


def set_out(said: str) -> str:
    """From the largest unit to the smallest; a bare time of the day is every day's."""
    for pattern, chinese in TIDY:
        said = re.sub(pattern, chinese, said)
    parts = [part.strip() for part in reversed(said.split(BETWEEN)) if part.strip()]
    daily = len(parts) == 1 and ":" in parts[0] and "每" not in parts[0]
    return " ".join(["每天", *parts] if daily else parts).replace("月 每月 ", "月 ")
