"""Which release of Waybill this is, so that processes of different ones can be told apart."""

import tomllib
from pathlib import Path

from project.settings.environment import BASE_DIR

__all__ = ["WAYBILL_VERSION"]


def commit(folder: Path) -> str:
    """The beginning of the commit's name where the sources are a clone of the repository; else nothing."""
    try:
        head = (folder / ".git" / "HEAD").read_text().strip()
        found = (folder / ".git" / head.removeprefix("ref: ")).read_text() if head.startswith("ref: ") else head
    except OSError:
        return ""
    return found.strip()[:7]


def release(folder: Path) -> str:
    version: str = tomllib.loads((folder / "pyproject.toml").read_text())["project"]["version"]
    return "+".join(part for part in (version, commit(folder)) if part)


WAYBILL_VERSION = release(BASE_DIR)
"""`0.1.0+76cc297`"""
