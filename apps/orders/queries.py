"""What others may ask about orders."""

from typing import Any

from apps.backbone.ask import Queries
from apps.orders.models import Order

queries = Queries("orders")


@queries.on("status")
def status(order_id: str) -> dict[str, Any] | None:
    """Where an order stands now; None if it is not known."""
    found = Order.objects.filter(pk=order_id).first()
    if found is None:
        return None
    return {
        "order_id": str(found.pk),
        "number": found.number,
        "status": found.status,
        "payment_status": found.payment_status,
        "fulfilment_status": found.fulfilment_status,
        "on_hold": found.standing_holds > 0,
        "total": {"amount_minor": found.total_minor, "currency": found.currency},
    }
