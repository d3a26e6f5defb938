"""Where the strings that people read are written: in our own files, and in libraries without Traditional Chinese."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

OURS = ("apps", "project", "templates")
READ = {".py", ".html", ".txt"}

LIBRARIES = ("unfold", "django_celery_beat", "django_celery_results")
UNSEEN = ("unfold/contrib", "/migrations/", "/management/")
SEEN_AFTER_ALL = ("unfold/contrib/filters", "unfold/contrib/forms")

DJANGO = ("django.contrib.admin", "django.contrib.auth", "django.forms", "django.contrib.humanize")
"""Has a translation of its own; what it lacks is translated here."""


def ours() -> Iterator[tuple[str, Path]]:
    """Each file with the name that the catalog gives it."""
    for folder in OURS:
        for file in files(settings.BASE_DIR / folder):
            name = file.relative_to(settings.BASE_DIR).as_posix()
            if "/migrations/" not in name:
                yield name, file


def libraries() -> Iterator[tuple[str, Path]]:
    for package in LIBRARIES:
        yield from seen(package)


def django() -> Iterator[tuple[str, Path]]:
    for package in DJANGO:
        yield from seen(package)


def seen(package: str) -> Iterator[tuple[str, Path]]:
    folder = folder_of(package)
    for file in files(folder):
        name = f"{package.replace('.', '/')}/{file.relative_to(folder).as_posix()}"
        if not any(part in name for part in UNSEEN) or any(part in name for part in SEEN_AFTER_ALL):
            yield name, file


def folder_of(package: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(package)
    return Path(next(iter(found.submodule_search_locations)))


def files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.suffix in READ and file.is_file())
