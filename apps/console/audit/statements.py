"""SQL that PostgreSQL and SQLite both understand: what they say differently is written once, here."""

import re
from dataclasses import dataclass
from typing import Any

HYPHENATED = " || '-' || ".join(
    rf"substr(\1, {start}, {length})" for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
)
DIFFERENCES = {
    "postgresql": (
        (r"\buuid\(([\w.]+)\)", r"CAST(\1 AS text)"),
        (r"\bjson\(([\w.]+)\)", r"CAST(\1 AS jsonb)"),
        (r"\beach\(([\w.]+), (\w+)\)", r"jsonb_array_elements(CAST(\1 AS jsonb) -> '\2') AS one(value)"),
    ),
    "sqlite": (
        (
            r"\buuid\(([\w.]+)\)",
            f"({HYPHENATED})",
        ),
        (r"\beach\(([\w.]+), (\w+)\)", r"json_each(\1, '$.\2') AS one"),
    ),
}
"""`uuid(column)` is its text with hyphens, `json(column)` the parsed text, `each(column, name)` a list's members."""


def translate(sql: str, vendor: str) -> str:
    for pattern, replacement in DIFFERENCES[vendor]:
        sql = re.sub(pattern, replacement, sql)
    return sql


@dataclass(frozen=True)
class Invariant:
    """`sql` finds what breaks it: a row with one text for each. `%(now)s`, `%(recent)s`, `%(overdue)s` may stand in it.

    `says` is what holds as long as it finds nothing.
    """

    name: str
    says: Any
    sql: str


@dataclass(frozen=True)
class Information:
    """Something that is counted and no fault. `sql` gives one number."""

    name: str
    says: Any
    sql: str


def same(what: str, expected: str, actual: str, *, by: str = "by the log") -> str:
    """What differs between two sets of (id, value), in either direction; each id is wanted once on both sides."""
    return f"""
        SELECT '{what} ' || id || ': ' || coalesce(max(had), 'no row')
               || CASE WHEN count(had) > 1 THEN ' (' || count(had) || ' rows)' ELSE '' END
               || ', {by} ' || coalesce(max(wanted), 'none')
        FROM (
            SELECT id, CAST(value AS text) AS wanted, CAST(NULL AS text) AS had FROM ({expected}) AS expected
            UNION ALL
            SELECT id, CAST(NULL AS text), CAST(value AS text) FROM ({actual}) AS actual
        ) AS compared
        GROUP BY id
        HAVING count(wanted) <> 1 OR count(had) <> 1 OR max(wanted) <> max(had)
    """
