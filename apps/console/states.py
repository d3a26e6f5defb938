"""What every state looks like: an icon, a word and a color, the same on every page."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _

LOOKS: dict[str, tuple[str, str]] = {
    # orders
    "placing": ("hourglass_top", "blue"),
    "placed": ("hourglass_top", "blue"),
    "confirmed": ("check_circle", "green"),
    "rejected": ("block", "red"),
    "refused": ("block", "red"),
    "expired": ("timer_off", "orange"),
    "cancelling": ("undo", "amber"),
    "cancelled": ("do_not_disturb_on", "slate"),
    "completed": ("task_alt", "green"),
    "held": ("pause_circle", "yellow"),
    # money
    "unpaid": ("radio_button_unchecked", "grey"),
    "pending": ("schedule", "grey"),
    "requested": ("schedule", "grey"),
    "authorized": ("lock", "blue"),
    "partially_captured": ("payments", "blue"),
    "captured": ("paid", "green"),
    "declined": ("credit_card_off", "red"),
    "voided": ("money_off", "slate"),
    "refunded": ("currency_exchange", "purple"),
    "partially_refunded": ("currency_exchange", "purple"),
    "failed": ("error", "red"),
    "unknown": ("help", "amber"),
    "needs_review": ("flag", "red"),
    "succeeded": ("check_circle", "green"),
    "disputed": ("gavel", "red"),
    # stock and parcels
    "unfulfilled": ("inventory_2", "grey"),
    "to_ship": ("package_2", "blue"),
    "reserved": ("lock_clock", "blue"),
    "active": ("lock_clock", "blue"),
    "committed": ("inventory", "green"),
    "released": ("lock_open", "slate"),
    "issued": ("outbox", "green"),
    "packed": ("package_2", "blue"),
    "ready": ("check_box", "blue"),
    "partial": ("local_shipping", "blue"),
    "shipped": ("local_shipping", "green"),
    "fulfilled": ("local_shipping", "green"),
    "dispatched": ("local_shipping", "green"),
    "delivered": ("home_pin", "green"),
    "lost": ("report", "red"),
    "low": ("trending_down", "orange"),
    "enough": ("check", "green"),
    # messages
    "done": ("check_circle", "green"),
    "waiting": ("redo", "amber"),
    "parked": ("pause_circle", "yellow"),
    "dead": ("mark_email_unread", "darkred"),
    "quarantined": ("coronavirus", "darkred"),
    "discarded": ("delete", "slate"),
    "event": ("bolt", "blue"),
    "command": ("send", "purple"),
    # runs, tasks, processes
    "running": ("progress_activity", "blue"),
    "compensated": ("undo", "purple"),
    "stuck": ("hourglass_disabled", "orange"),
    "queued": ("schedule", "grey"),
    "missed": ("event_busy", "orange"),
    "late": ("running_with_errors", "orange"),
    "paused": ("pause_circle", "yellow"),
    "scheduled": ("event_available", "green"),
    "PENDING": ("schedule", "grey"),
    "STARTED": ("progress_activity", "blue"),
    "RETRY": ("redo", "amber"),
    "SUCCESS": ("check_circle", "green"),
    "FAILURE": ("error", "red"),
    "REVOKED": ("do_not_disturb_on", "slate"),
    "alive": ("favorite", "green"),
    "silent": ("heart_broken", "red"),
    "missing": ("person_off", "red"),
    "other": ("difference", "amber"),
    "lagging": ("hourglass_bottom", "orange"),
    "yes": ("check", "green"),
    "no": ("remove", "slate"),
}
UNSEEN = ("radio_button_unchecked", "grey")

WORDS: dict[str, Any] = {
    "placing": _("placing…"),
    "placed": _("placed"),
    "confirmed": _("confirmed"),
    "rejected": _("rejected"),
    "refused": _("refused"),
    "expired": _("expired"),
    "cancelling": _("cancelling"),
    "cancelled": _("cancelled"),
    "completed": _("completed"),
    "held": _("on hold"),
    "unpaid": _("unpaid"),
    "authorized": _("authorized"),
    "captured": _("captured"),
    "unfulfilled": _("unfulfilled"),
    "fulfilled": _("fulfilled"),
    "delivered": _("delivered"),
    "low": _("low"),
    "enough": _("enough"),
    "event": _("event"),
    "command": _("command"),
    "PENDING": _("queued"),
    "STARTED": _("running"),
    "RETRY": _("retrying"),
    "SUCCESS": _("done"),
    "FAILURE": _("failed"),
    "REVOKED": _("revoked"),
    "dead": _("dead letter"),
    "alive": _("alive"),
    "silent": _("silent"),
    "missing": _("missing"),
    "yes": _("yes"),
    "no": _("no"),
}


def badge(value: str, word: Any = "", title: Any = "") -> SafeString | str:
    """`confirmed` as a green check mark and the word; nothing for nothing."""
    if not value:
        return "–"
    icon, color = LOOKS.get(value, UNSEEN)
    text = word or WORDS.get(value) or gettext(value.replace("_", " "))
    return format_html(
        '<span class="state state-{}" title="{}"><span class="material-symbols-outlined" aria-hidden="true">{}</span>'
        "{}</span>",
        color,
        title,
        icon,
        text,
    )
