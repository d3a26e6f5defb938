"""What others may ask payments now."""

from typing import Any
from uuid import UUID

from apps.backbone.ask import Queries
from apps.payments.models import Operation, Payment

queries = Queries("payments")


@queries.on("for_order")
def for_order(order_id: str) -> list[dict[str, Any]]:
    """The order's payments, newest first, each with its operations in the order they were asked for."""
    return [described(payment) for payment in Payment.objects.filter(order_id=UUID(order_id))]


def described(payment: Payment) -> dict[str, Any]:
    operations = Operation.objects.filter(payment_id=payment.payment_id).order_by("requested_at", "operation_id")
    return {
        "payment_id": str(payment.payment_id),
        "status": payment.status,
        "currency": payment.currency,
        "authorized_minor": payment.authorized_minor,
        "captured_minor": payment.captured_minor,
        "refunded_minor": payment.refunded_minor,
        "voided_minor": payment.voided_minor,
        "operations": [
            {
                "operation_id": str(operation.operation_id),
                "kind": operation.kind,
                "status": operation.status,
                "amount_minor": operation.amount_minor,
                "code": operation.code,
            }
            for operation in operations
        ],
    }
