"""One order as the sagas hear of it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from apps.backbone.messages import Money
from apps.backbone.saga import identity
from apps.inventory.commands import ReleaseReservation
from apps.inventory.events import (
    Allocation,
    Shortage,
    StockRequestRefused,
    StockReservationCommitted,
    StockReservationRejected,
    StockReservationReleased,
    StockReserved,
)
from apps.orders.events import (
    Address,
    OrderCancellationRequested,
    OrderConfirmed,
    OrderExpired,
    OrderLine,
    OrderPlaced,
    OrderRejected,
    OrderRequestRefused,
    Totals,
)
from apps.payments.events import (
    PaymentAuthorized,
    PaymentCancellationSettled,
    PaymentDeclined,
    PaymentOutcomeUnknown,
    PaymentRequestRefused,
    PaymentVoided,
    PaymentVoidFailed,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DUE = NOW + timedelta(minutes=30)
ORDER, SHIPMENT = UUID(int=1), UUID(int=4)
RESERVATION = identity("checkout", ORDER, "reserve")
PAYMENT = identity("checkout", ORDER, "payment")
AUTHORIZATION = identity("checkout", ORDER, "authorize")
TOTAL, NOTHING = Money(900, "EUR"), Money(0, "EUR")
HOME = Address(name="Ada Lovelace", street="12 St James's Square", city="London", postal_code="SW1Y 4JH", country="GB")
TEA = (Allocation(sku="tea", warehouse_id="main", quantity=2),)
HELD = {"reservation_id": RESERVATION, "order_id": ORDER}
PAID = {"payment_id": PAYMENT, "order_id": ORDER, "operation_id": AUTHORIZATION}


def placed(channel: str = "console") -> OrderPlaced:
    line = OrderLine(
        line_id=UUID(int=9),
        sku="tea",
        title="Tea",
        quantity=2,
        unit_price=Money(450, "EUR"),
        discount=NOTHING,
        tax=NOTHING,
        total=TOTAL,
    )
    return OrderPlaced(
        order_id=ORDER,
        order_number="C-1001",
        channel=channel,
        customer_name="Ada Lovelace",
        email="ada@example.org",
        lines=(line,),
        totals=Totals(subtotal=TOTAL, discount=NOTHING, shipping=NOTHING, tax=NOTHING, grand=TOTAL),
        ship_to=HOME,
        bill_to=HOME,
        payment_method="tok_ok",
        payment_due_at=DUE,
    )


PLACED = placed()
RESERVED = StockReserved(**HELD, allocations=TEA, expires_at=DUE, reserved_at=NOW)
SHORT = StockReservationRejected(**HELD, shortages=(Shortage(sku="tea", asked=2, available=1),))
COMMITTED = StockReservationCommitted(**HELD, allocations=TEA)
RELEASED = StockReservationReleased(**HELD, allocations=TEA, reason="rejected")
AUTHORIZED = PaymentAuthorized(**PAID, amount=TOTAL, gateway="simulated", gateway_reference="g-1", expires_at=DUE)
DECLINED = PaymentDeclined(**PAID, code="insufficient_funds", soft=True)
UNKNOWN = PaymentOutcomeUnknown(**PAID, operation="authorize", tries=1, final=False, first_sent_at=NOW)
VOIDED = PaymentVoided(**PAID, amount=TOTAL, reason="rejected")
VOID_FAILED = PaymentVoidFailed(**PAID, code="try_later")
SETTLED = PaymentCancellationSettled(payment_id=PAYMENT, order_id=ORDER, voided=TOTAL, refunded=NOTHING)
CONFIRMED = OrderConfirmed(order_id=ORDER, reservation_id=RESERVATION, payment_id=PAYMENT, total=TOTAL)
REJECTED = OrderRejected(order_id=ORDER, reason="declined")
EXPIRED = OrderExpired(order_id=ORDER, due_at=DUE)
CANCELLING = OrderCancellationRequested(order_id=ORDER, reason="changed my mind", by="user:7", total=TOTAL)


def stock_refused(asked: str, reason: str = "reservation: it is released") -> StockRequestRefused:
    return StockRequestRefused(asked=asked, reason=reason, reservation_id=RESERVATION, order_id=ORDER)


def order_refused(asked: str) -> OrderRequestRefused:
    return OrderRequestRefused(order_id=ORDER, asked=asked, reason="authorized: not the order's total")


def payment_refused(asked: str, reason: str = "payment_closed") -> PaymentRequestRefused:
    return PaymentRequestRefused(payment_id=PAYMENT, order_id=ORDER, asked=asked, reason=reason)


def release(reason: str = "rejected") -> ReleaseReservation:
    return ReleaseReservation(**HELD, reason=reason)
