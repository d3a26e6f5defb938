"""What the documents point to is there: files, tests, pages, commands."""

import re
from pathlib import Path

import pytest

from apps.backbone import topology
from apps.backbone.inbox import subscribers
from apps.backbone.projector import projections
from project.autodiscovery import SERVICES

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
PATH = re.compile(r"`((?:apps|project|tests|bin|deploy|docs)/[\w./-]+)`")
COMMAND = re.compile(r"\bmanage\.py ([a-z_]+)")
TO_BE_MADE = {"apps/returns/", "deploy/.env"}
OF_DJANGO = {"changepassword", "check", "createsuperuser", "migrate", "makemigrations", "runserver", "shell"}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = [one for one in LINK.findall(page.read_text()) if "://" not in one]

    assert [one for one in targets if not (page.parent / one).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_that_is_named_exists(page: Path) -> None:
    named = set(PATH.findall(page.read_text())) - TO_BE_MADE

    assert sorted(one for one in named if not (ROOT / one).exists()) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_test_that_is_named_exists(page: Path) -> None:
    named = TEST.findall(page.read_text())

    assert [one for one in named if f"def {one[1]}(" not in (ROOT / one[0]).read_text()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_is_named_exists(page: Path) -> None:
    ours = {path.stem for path in ROOT.glob("*/**/management/commands/[a-z]*.py")}

    assert set(COMMAND.findall(page.read_text())) - ours - OF_DJANGO == set()


def test_each_practice_names_its_file_its_test_and_its_page() -> None:
    rows = [line for line in (ROOT / "docs/practices.md").read_text().splitlines() if line.startswith("| ")][1:]
    built = [row.split(" | ") for row in rows if "| not built yet |" not in row]

    assert len(rows) == 16
    assert [row[0] for row in built if not (LINK.search(row[1]) and TEST.search(row[2]) and LINK.search(row[3]))] == []


def test_every_service_has_queues_of_its_own_and_hears_something() -> None:
    for service in SERVICES:
        for name in (f"{service}.events", f"{service}.commands"):
            assert subscribers[name].bindings, f"{name} hears nothing"
            assert topology.queue(subscribers[name]).name == name
    assert {one.service for one in projections.values()} >= set(SERVICES)


def test_both_languages_have_the_same_chapters_commands_and_pictures() -> None:
    english, chinese = ((ROOT / name).read_text() for name in ("README.md", "README.zh-Hant.md"))

    for found in (chapters, typed, pictures):
        assert found(english) == found(chinese)


def chapters(text: str) -> list[str]:
    return re.findall(r"^(#+) ", "".join(text.split("```")[::2]), re.MULTILINE)


def typed(text: str) -> list[str]:
    """What stands in fences to be typed; `text` is to be read."""
    return [block for block in text.split("```")[1::2] if not block.startswith("text")]


def pictures(text: str) -> list[str]:
    return re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
