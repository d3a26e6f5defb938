"""How many problems there are, for the menu and for home: cheap, and only what a person may see."""

from typing import Any

from apps.console.problems.kind import Kind, Problem
from apps.console.problems.kinds import ALL, dead_letters, processes


def visible(user: Any) -> list[Kind]:
    return [kind for kind in ALL if not kind.permission or user.has_perm(kind.permission)]


def counts(user: Any) -> dict[str, int]:
    """By the name of the kind: `{"dead_letters": 3, "stuck_runs": 0, …}`, in the order of the list."""
    return {kind.name: kind.count() for kind in visible(user)}


def top(limit: int, user: Any = None) -> list[Problem]:
    """The largest groups of failures, dead letters first; processes that are missing stand in the banner."""
    kinds = ALL if user is None else visible(user)
    found = [one for kind in kinds if kind is not processes.KIND for one in kind.problems()]
    return sorted(found, key=lambda one: (one.kind != dead_letters.KIND.name, -one.number))[:limit]
