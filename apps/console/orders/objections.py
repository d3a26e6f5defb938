"""Why an order, as it stands, does not let something be done; nothing if it does. The order itself decides again."""

from typing import Any

from django.utils.translation import gettext as _

from apps.console.orders.sheet import Sheet


def why_not_ship(found: Sheet) -> str:
    if found.order.status != "confirmed":
        return _("Only a confirmed order can be shipped; this one is %(status)s.") % status(found)
    if found.standing_holds:
        return _("The order is on hold.")
    return _("It has a shipment already.") if found.shipment else ""


def why_not_pack(found: Sheet) -> str:
    if not found.shipment or found.shipment.status != "pending":
        return _("No shipment waits to be packed.")
    return _("The order is on hold.") if found.standing_holds else ""


def why_not_dispatch(found: Sheet) -> str:
    if not found.shipment or found.shipment.status not in ("packed", "ready"):
        return _("No packed shipment waits to leave.")
    if found.shipment.status == "packed":
        return _("The money is not captured yet.")
    return _("The order is on hold.") if found.standing_holds else ""


def why_not_delivered(found: Sheet) -> str:
    on_its_way = found.shipment and found.shipment.status == "dispatched"
    return "" if on_its_way else _("No shipment is on its way.")


def why_not_hold(found: Sheet) -> str:
    return "" if found.order.status in ("placed", "confirmed") else _("The order is %(status)s.") % status(found)


def why_not_drop(found: Sheet) -> str:
    waits = found.shipment and found.shipment.status in ("pending", "packed", "ready")
    return "" if waits else _("No shipment waits to leave.")


def why_not_lost(found: Sheet) -> str:
    return why_not_delivered(found)


def why_not_release(found: Sheet) -> str:
    return "" if found.standing_holds else _("The order is not on hold.")


def why_not_cancel(found: Sheet) -> str:
    if found.order.status not in ("placed", "confirmed"):
        return _("The order is %(status)s.") % status(found)
    left = found.shipment and found.shipment.status in ("dispatched", "delivered", "lost")
    return _("A shipment has left.") if left else ""


def why_not_refund(found: Sheet) -> str:
    return "" if found.refundable_minor > 0 else _("Nothing is captured that could be given back.")


def why_not_outcome(found: Sheet) -> str:
    return "" if found.in_review else _("No payment of this order needs a review.")


def status(found: Sheet) -> dict[str, Any]:
    return {"status": found.order.get_status_display()}
