"""How values read: money in its own currency's digits, instants in the shop's zone with UTC on hover, ids short."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext as _, to_locale
from moneyed import CURRENCIES, Money, get_currency
from moneyed.l10n import format_money

from apps.backbone import clock


def money(amount_minor: int | None, currency: str) -> str:
    """1234, "EUR" -> €12.34; 1234, "JPY" -> ¥1,234."""
    if amount_minor is None:
        return "–"
    if currency not in CURRENCIES:
        return f"{amount_minor} {currency}"
    known = get_currency(currency)
    amount = Money(Decimal(amount_minor) / known.sub_unit, known)
    return str(format_money(amount, locale=to_locale(get_language() or settings.LANGUAGE_CODE)))


def instant(moment: datetime | None) -> SafeString | str:
    """With the day unless it is today."""
    if moment is None:
        return "–"
    local = timezone.localtime(moment)
    today = local.date() == timezone.localdate(clock.now())
    return timed(moment, local.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M:%S"))


def timed(moment: datetime, text: str) -> SafeString:
    """What says an instant in whatever words: the instant itself, in UTC, on hover."""
    utc = moment.astimezone(timezone.get_fixed_timezone(0))
    return format_html(
        '<time class="instant" datetime="{}" title="{} UTC · {}">{}</time>',
        utc.isoformat(),
        f"{utc:%Y-%m-%d %H:%M:%S}",
        ago(moment),
        text,
    )


def said(sentence: str, **told: Any) -> SafeString:
    """A sentence with what is told in it, such as the time of an instant; what is not safe already is escaped."""
    return SafeString(escape(sentence) % {name: conditional_escape(value) for name, value in told.items()})


def ago(moment: datetime) -> str:
    now = clock.now()
    if moment > now:
        return _("in %(time)s") % {"time": timesince(now, moment)}
    return _("%(time)s ago") % {"time": timesince(moment, now)}


def identity(value: Any) -> SafeString | str:
    """The end of an id, which tells UUIDv7s apart; the whole on hover."""
    if not value:
        return "–"
    return format_html('<code class="identity" title="{}">…{}</code>', value, str(value)[-8:])


def order_link(order_id: UUID | str | None, text: Any = "") -> SafeString | str:
    """A link to the order's page; nothing where there is no order."""
    if not order_id:
        return "–"
    try:
        address = reverse("console:order", args=[order_id])
    except NoReverseMatch:
        return identity(order_id)
    return format_html('<a class="link" href="{}">{}</a>', address, text or identity(order_id))


def message_link(seq: int, text: Any) -> SafeString:
    return format_html('<a class="link" href="{}">{}</a>', reverse("console:event", args=[seq]), text)


def pretty(body: str) -> SafeString:
    """JSON set out for reading, escaped; what is no JSON as it stands."""
    try:
        body = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        body = str(body)
    return format_html('<pre class="payload" tabindex="0">{}</pre>', body)


def raw(content: bytes | memoryview | None) -> str:
    """Bytes as they came, those that are no UTF-8 written out."""
    return bytes(content or b"").decode("utf-8", "backslashreplace")


def clock_time(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M:%S.%f")[:-3]
