"""From placed to confirmed: reserve, authorize, commit, confirm, one after the other; or undo what was done and reject.

What has been heard is kept as facts about stock, money and the order, and the step follows from the facts: an event
that comes twice, or late, changes nothing that it should not.
"""

from apps.backbone.saga import Saga, SagaCompensationAsked, SagaRetryAsked
from apps.inventory.events import (
    StockRequestRefused,
    StockReservationCommitted,
    StockReservationRejected,
    StockReservationReleased,
    StockReserved,
)
from apps.orders.events import (
    OrderCancellationRequested,
    OrderConfirmed,
    OrderExpired,
    OrderPlaced,
    OrderRejected,
    OrderRequestRefused,
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
from apps.sagas.checkout.facts import Checkout, CheckoutGaveUp, CheckoutVoidDue, evolve
from apps.sagas.checkout.reaction import react

checkout = Saga(
    name="checkout",
    initial=Checkout(),
    starts=(OrderPlaced,),
    hears=(
        StockReserved,
        StockReservationRejected,
        StockReservationCommitted,
        StockReservationReleased,
        StockRequestRefused,
        PaymentAuthorized,
        PaymentDeclined,
        PaymentOutcomeUnknown,
        PaymentVoided,
        PaymentVoidFailed,
        PaymentCancellationSettled,
        PaymentRequestRefused,
        OrderConfirmed,
        OrderRejected,
        OrderExpired,
        OrderCancellationRequested,
        OrderRequestRefused,
        CheckoutGaveUp,
        CheckoutVoidDue,
        SagaRetryAsked,
        SagaCompensationAsked,
    ),
    key=lambda event: event.order_id,  # type: ignore[attr-defined]
    evolve=evolve,
    react=react,
)
