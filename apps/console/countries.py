"""Which countries there are: the ISO-3166 codes of two letters."""

from functools import cache

from babel import Locale

NO_COUNTRY = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])
"""Codes that the locale data knows besides: reserved ones, groups of countries, tests."""


def is_country(code: str) -> bool:
    return code in codes()


@cache
def codes() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale.parse("en").territories) if len(code) == 2) - NO_COUNTRY
