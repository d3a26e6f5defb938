"""Every string that people read has its Chinese, with the same places to fill."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message

from apps.console.languages import catalog
from apps.console.languages.reading import strings


def test_the_catalog_is_whole_and_compiled() -> None:
    assert list(catalog.complaints()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "Home" %}', [("Home", None)]),
        ('{% translate "May" context "month" %}', [("May", "month")]),
        (
            '<p title="{% translate "a" %}">\n  {% if b %}\n {{ c|default:_("d") }}{% endif %}',
            [("a", None), ("d", None)],
        ),
        ("{% blocktranslate trimmed %}\n  Of\n  {{ number }}\n{% endblocktranslate %}", [("Of %(number)s", None)]),
        (
            "{% blocktranslate count n=x %}{{ n }} order{% plural %}{{ n }} orders{% endblocktranslate %}",
            [(("%(n)s order", "%(n)s orders"), None)],
        ),
    ],
)
def test_what_a_template_says_is_found(tmp_path: Path, source: str, found: object) -> None:
    file = tmp_path / "page.html"
    file.write_text(source)

    assert list(strings(file)) == found


def test_what_a_program_says_is_found(tmp_path: Path) -> None:
    file = tmp_path / "page.py"
    file.write_text('_("one" " two")\nngettext("%(n)d day", "%(n)d days", n)\npgettext("state", "open")\nlog("no")\n')

    assert list(strings(file)) == [("one two", None), (("%(n)d day", "%(n)d days"), None), ("open", "state")]


def test_a_string_within_another_is_found_by_every_python(tmp_path: Path) -> None:
    file = tmp_path / "page.py"
    file.write_text("f\"{_('Welcome')} {self.name}\"\n")

    assert list(strings(file)) == [("Welcome", None)]


def test_what_jobs_and_messages_say_of_themselves_is_found(tmp_path: Path) -> None:
    file = tmp_path / "jobs.py"
    file.write_text(
        '@jobs.on("a", title="A", arguments=Days)\ndef a(run):\n    """Once\n    a day."""\n'
        '@handlers.on(Placed)\ndef b(event):\n    """Not shown."""\n'
        'class Days(Struct):\n    """How many."""\nclass Placed(Event):\n    """It was."""\n'
        'class Other:\n    """Not shown."""\n'
    )

    assert list(strings(file)) == [("Once a day.", None), ("How many.", None), ("It was.", None)]


@pytest.mark.parametrize(
    ("text", "translation", "wrong"),
    [
        ("%(count)s orders", "%(count)s 筆訂單", set()),
        ("%(count)s orders", "%(number)s 筆訂單", {"%(count)s", "%(number)s"}),
        ("<b>{}</b> of {total}", "共 {total}", {"<b", "</b", "{}"}),
        (("%(n)d day", "%(n)d days"), ("%(n)d 天",), set()),
    ],
)
def test_a_translation_fills_the_same_places(text: object, translation: object, wrong: set[str]) -> None:
    assert catalog.misplaced(Message(text, translation)) == wrong


def test_an_empty_translation_is_none() -> None:
    assert list(catalog.complaint(Message("new", locations=[("a.py", 1)]), None)) == ["a.py: 'new' has no translation"]
    assert list(catalog.complaint(Message("new", locations=[("a.py", 1)]), Message("new", "")))
