"""No job and no contract keeps English words of its own on a Chinese page."""

import re

from django.utils import translation

from apps.backbone import messages, slots
from apps.console.languages.docstrings import said

CHINESE = re.compile("[\u4e00-\u9fff]")


def test_every_job_and_contract_says_in_chinese_what_it_is() -> None:
    jobs = [job for job in slots.registered() if job.function.__module__.startswith("apps.")]
    types = [cls for cls in (messages.events | messages.commands).values() if cls.__module__.startswith("apps.")]
    parts = [part for job in jobs if job.by_form for part in (job.function, job.arguments) if part]
    with translation.override("zh-hant"):
        told = [str(job.title) for job in jobs]
        told += [text for one in (*types, *parts) if (text := said(one))]

    assert len(told) > 50
    assert [text for text in told if not CHINESE.search(text)] == []
