"""What inventory does by the clock: give back what nobody paid for, and say what runs low."""

from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from apps.backbone import clock
from apps.backbone.log import send, transaction
from apps.backbone.saga import identity
from apps.backbone.slots import Jobs, Run
from apps.inventory.commands import ExpireReservation
from apps.inventory.models import Reservation, StockLevel

jobs = Jobs("inventory")

AT_ONCE = 100


@jobs.on("expire-reservations", title=_("Release expired reservations"), every="* * * * *")
def expire_reservations(run: Run) -> None:
    due = Reservation.objects.filter(status=Reservation.Status.ACTIVE, expires_at__lte=clock.now())
    overdue = list(due.order_by("expires_at", "reservation_id").values_list("reservation_id", "expires_at"))
    for start in range(0, len(overdue), AT_ONCE):
        with transaction():
            for reservation_id, expires_at in overdue[start : start + AT_ONCE]:
                expire(reservation_id, expires_at, run.actor)
        run.progress(min(start + AT_ONCE, len(overdue)), len(overdue))
    run.note(
        ngettext("%(count)d reservation has expired", "%(count)d reservations have expired", len(overdue))
        % {"count": len(overdue)}
    )


def expire(reservation_id: UUID, expires_at: datetime, actor: str) -> None:
    """A sweep that comes by again before this is carried out sends it under the same id, which is nothing."""
    send(
        ExpireReservation(reservation_id=reservation_id),
        actor=actor,
        source="/inventory",
        message_id=identity("expire-reservations", reservation_id, expires_at.isoformat()),
    )


@jobs.on("low-stock", title=_("Low-stock report"), every="0 6 * * *")
def report_low_stock(run: Run) -> None:
    available = F("on_hand") - F("reserved") - F("committed")
    low = (
        StockLevel.objects.annotate(free=available)
        .filter(product__active=True, free__lt=F("product__reorder_point"))
        .order_by("product_id", "warehouse_id")
    )
    run.report(
        [gettext("SKU"), gettext("Product"), gettext("Warehouse"), gettext("Available"), gettext("Reorder point")],
        low.values_list("product_id", "product__title", "warehouse__name", "free", "product__reorder_point"),
    )
    count = low.count()
    run.note(ngettext("%(count)d level is low", "%(count)d levels are low", count) % {"count": count})
