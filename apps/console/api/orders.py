"""Orders over HTTP: place, read, list and cancel."""

from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from apps.backbone.log import open_message, send
from apps.backbone.messages import Money, zero
from apps.backbone.models import Message
from apps.backbone.saga import identity
from apps.console.api.auth import require
from apps.console.api.bodies import AddressBody, CancelOrderBody, LineBody, PlaceOrderBody
from apps.console.api.replies import Accepted, Problem, key_of, once, replay
from apps.console.models import StoredReply
from apps.console.start.checks import LONGEST_TEXT, Fault, Products, faults_of_order, products_of
from apps.inventory.models import Product
from apps.orders.commands import CancelOrder, NewLine, PlaceOrder
from apps.orders.events import Address
from apps.orders.models import Customer, Order

router = Router(tags=["orders"])

PAGE = 100
KEY = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": True,
            "schema": {"type": "string", "maxLength": 200},
            "description": "Chosen by you before the first try, repeated with every try of the same request.",
        }
    ],
    "responses": {202: {"description": "Accepted; look for the order at `Location`."}},
}
OPTIONAL_KEY = {**KEY, "parameters": [{**KEY["parameters"][0], "required": False}]}  # type: ignore[index]


@router.post("", response={202: dict[str, Any]}, openapi_extra=KEY, summary="Place an order")
def place(request: HttpRequest, payload: PlaceOrderBody) -> HttpResponse:
    """The order is accepted (202) once it is in the log; `Location` says what became of it.

    A product may be in one line only. All amounts of one order are in one currency.
    """
    require(request, "orders.add_order")
    key = key_of(request, required=True)
    if before := replay(request, key):
        return before
    order_id = identity("api-order", request.user.pk, key)
    command = command_of(payload, order_id)
    return once(request, key, accepted(order_id), lambda: place_once(command, request))


def place_once(command: PlaceOrder, request: HttpRequest) -> None:
    send(command, actor=request.actor, message_id=identity("api-order", command.order_id, "place"))  # type: ignore[attr-defined]


@router.get("", response=dict[str, Any], summary="List orders, newest first")
def orders(request: HttpRequest, after: UUID | None = None, limit: int = Query(PAGE, ge=1, le=PAGE)) -> dict[str, Any]:  # type: ignore[type-arg]
    """A page of orders; `after` is the last order's id of the page before, given as `next`."""
    require(request, "orders.view_order")
    rows = Order.objects.order_by("-placed_at", "-order_id")
    if after:
        last = Order.objects.filter(pk=after).first()
        if last is None:
            raise Problem(422, "after: no such order", [Fault("after", "There is no such order.")])
        rows = rows.filter(Q(placed_at__lt=last.placed_at) | Q(placed_at=last.placed_at, order_id__lt=last.order_id))
    found = list(rows[: limit + 1])
    page = found[:limit]
    return {
        "orders": [summary(order) for order in page],
        "next": str(page[-1].order_id) if len(found) > limit else None,
    }


@router.get("/{order_id}", response=dict[str, Any], summary="Read an order")
def read(request: HttpRequest, order_id: Path[UUID]) -> dict[str, Any]:
    """An order is `accepted` until it is placed; one that could not be placed is `refused`, with the reason."""
    require(request, "orders.view_order")
    order = Order.objects.filter(pk=order_id).first()
    return whole(order) if order else not_yet(order_id)


@router.post(
    "/{order_id}/cancel", response={202: dict[str, Any]}, openapi_extra=OPTIONAL_KEY, summary="Cancel an order"
)
def cancel(request: HttpRequest, order_id: Path[UUID], payload: CancelOrderBody | None = None) -> HttpResponse:
    """Stock is given back and money voided or refunded; whether a dispatch came first, the order will say."""
    require(request, "orders.change_order")
    key = key_of(request, required=False)
    if before := replay(request, key):
        return before
    reason = (payload.reason if payload else "") or "customer"
    if len(reason) > LONGEST_TEXT or not reason.isprintable():
        why = f"At most {LONGEST_TEXT} printable characters."
        raise Problem(422, f"reason: {why}", [Fault("reason", why)])
    refuse_if_over(order_id)
    actor: str = request.actor  # type: ignore[attr-defined]
    command = CancelOrder(order_id=order_id, reason=reason, by=actor)
    message_id = identity("api-cancel", request.user.pk, key) if key else uuid4()
    return once(request, key, accepted(order_id), lambda: send(command, actor=actor, message_id=message_id))


def refuse_if_over(order_id: UUID) -> None:
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        not_yet(order_id)
        raise Problem(409, "The order is not placed yet; try again in a moment.")
    if order.status in (Order.Status.REJECTED, Order.Status.EXPIRED, Order.Status.COMPLETED):
        raise Problem(409, f"The order is {order.status}: there is nothing to cancel.")


def accepted(order_id: UUID) -> Accepted:
    location = f"/api/orders/{order_id}"
    return Accepted(order_id, {"order_id": str(order_id), "status": "accepted", "status_url": location}, location)


def command_of(payload: PlaceOrderBody, order_id: UUID) -> PlaceOrder:
    """The command, with every price that was left out from the product; raises Problem naming all that is wrong."""
    products = products_of(line.sku for line in payload.lines)
    currency = currency_of(payload, products)
    command = PlaceOrder(
        order_id=order_id,
        channel="api",
        customer_name=payload.customer_name,
        email=payload.email,
        lines=tuple(line_of(line, products.get(line.sku), currency) for line in payload.lines),
        shipping=payload.shipping.money() if payload.shipping else zero(currency),
        ship_to=address_of(payload.ship_to),
        bill_to=address_of(payload.bill_to) if payload.bill_to else None,
        payment_method=payload.payment_method,
        customer_id=payload.customer_id,
        reference=payload.reference,
    )
    faults = faults_of_order(command, products)
    if payload.customer_id and not Customer.objects.filter(pk=payload.customer_id).exists():
        faults.append(Fault("customer_id", "There is no such customer."))
    if faults:
        raise Problem(422, f"{faults[0].field}: {faults[0].why}", faults)
    return command


def currency_of(payload: PlaceOrderBody, products: Products) -> str:
    if payload.shipping:
        return payload.shipping.currency
    if payload.lines and payload.lines[0].unit_price:
        return payload.lines[0].unit_price.currency
    return next((product.currency for product in products.values()), "EUR")


def line_of(line: LineBody, product: Product | None, currency: str) -> NewLine:
    price = Money(product.price_minor, product.currency) if product else zero(currency)
    return NewLine(
        sku=line.sku,
        title=product.title if product else line.sku,
        quantity=line.quantity,
        unit_price=line.unit_price.money() if line.unit_price else price,
        discount=line.discount.money() if line.discount else zero(currency),
        tax_basis_points=line.tax_basis_points,
    )


def address_of(address: AddressBody) -> Address:
    return Address(**address.dict())


def not_yet(order_id: UUID) -> dict[str, Any]:
    """Accepted and on its way, or refused; raises Problem for an order that nobody asked for."""
    refusal = Message.objects.filter(stream=f"order-{order_id}", type="order.request_refused").first()
    if refusal:
        return {"order_id": str(order_id), "status": "refused", "reason": open_message(refusal).reason}
    if StoredReply.objects.filter(order_id=order_id).exists():
        return {"order_id": str(order_id), "status": "accepted"}
    raise Problem(404, "There is no such order.")


def summary(order: Order) -> dict[str, Any]:
    return {
        "order_id": str(order.order_id),
        "number": order.number,
        "status": order.status,
        "payment_status": order.payment_status,
        "fulfilment_status": order.fulfilment_status,
        "on_hold": order.standing_holds > 0,
        "channel": order.channel,
        "reference": order.reference,
        "customer_name": order.customer_name,
        "total": amount(order.total_minor, order.currency),
        "placed_at": order.placed_at.isoformat(),
    }


def whole(order: Order) -> dict[str, Any]:
    return {
        **summary(order),
        "reason": order.reason,
        "email": order.email,
        "ship_to": order.ship_to,
        "bill_to": order.bill_to,
        "lines": [
            {
                "sku": line.sku,
                "title": line.title,
                "quantity": line.quantity,
                "unit_price": amount(line.unit_price_minor, order.currency),
                "discount": amount(line.discount_minor, order.currency),
                "tax": amount(line.tax_minor, order.currency),
                "total": amount(line.total_minor, order.currency),
            }
            for line in order.lines.order_by("number")
        ],
        "totals": {
            name: amount(getattr(order, f"{name}_minor"), order.currency)
            for name in ("subtotal", "discount", "shipping", "tax", "total", "authorized", "captured", "refunded")
        },
        "shipments": [
            {
                "shipment_id": str(shipment.shipment_id),
                "status": shipment.status,
                "carrier": shipment.carrier,
                "tracking_number": shipment.tracking_number,
            }
            for shipment in order.shipments.order_by("created_at")
        ],
    }


def amount(amount_minor: int, currency: str) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": currency}
