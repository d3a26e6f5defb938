"""The countries that the sample files spell out, as ISO-3166 codes."""

from django.utils.translation import gettext as _

from apps.console.countries import is_country
from apps.console.imports.reading import Row

CODES = {
    "australia": "AU", "austria": "AT", "bahrain": "BH", "belgium": "BE", "bermuda": "BM", "brazil": "BR",
    "canada": "CA", "channel islands": "GB", "china": "CN", "cyprus": "CY", "czech republic": "CZ", "denmark": "DK",
    "eire": "IE", "european community": "EU", "finland": "FI", "france": "FR", "germany": "DE", "greece": "GR",
    "hong kong": "HK", "iceland": "IS", "india": "IN", "ireland": "IE", "israel": "IL", "italy": "IT", "japan": "JP",
    "korea": "KR", "lebanon": "LB", "lithuania": "LT", "malta": "MT", "mexico": "MX", "netherlands": "NL",
    "new zealand": "NZ", "nigeria": "NG", "norway": "NO", "poland": "PL", "portugal": "PT", "rsa": "ZA",
    "saudi arabia": "SA", "singapore": "SG", "south africa": "ZA", "spain": "ES", "sweden": "SE", "switzerland": "CH",
    "taiwan": "TW", "thailand": "TH", "united arab emirates": "AE", "united kingdom": "GB", "united states": "US",
    "usa": "US",
}  # fmt: skip


def code_of(row: Row, column: str, *, unknown: str = "") -> str:
    """A code as it stands, a known name's code, else `unknown`, or a fault if there is no such thing."""
    found = row.text(column, default=unknown)
    if is_country(found.upper()):
        return found.upper()
    code = CODES.get(found.lower(), unknown)
    if not code:
        row.refuse(column, _("“%(found)s” is no country known here; write its ISO-3166 code") % {"found": found})
    return code
