"""What requests to the HTTP API carry: strict JSON of at most 64 KiB, amounts in minor units."""

import json
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from ninja.parser import Parser
from pydantic import ConfigDict, Field, StrictInt, StrictStr

from apps.backbone.messages import Money

MOST_BYTES = 64 * 1024


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class MoneyBody(Strict):
    amount_minor: StrictInt = Field(description="In the currency's minor unit: cents, yen, fils.", examples=[1250])
    currency: StrictStr = Field(description="ISO-4217 code.", examples=["EUR"])

    def money(self) -> Money:
        return Money(self.amount_minor, self.currency)


class AddressBody(Strict):
    name: StrictStr
    street: StrictStr
    city: StrictStr
    postal_code: StrictStr
    country: StrictStr = Field(description="ISO-3166 code of two letters.", examples=["AT"])
    region: StrictStr = ""


class LineBody(Strict):
    """One product; a product may be in one line only."""

    sku: StrictStr
    quantity: StrictInt
    unit_price: MoneyBody | None = Field(None, description="Default: the product's price.")
    discount: MoneyBody | None = Field(None, description="For the whole line. Default: none.")
    tax_basis_points: StrictInt = Field(0, description="Tax on the discounted line: 500 is 5 %.")


class PlaceOrderBody(Strict):
    customer_name: StrictStr
    email: StrictStr
    ship_to: AddressBody
    lines: list[LineBody]
    payment_method: StrictStr = Field(description="The gateway's token for the card.", examples=["tok_ok"])
    shipping: MoneyBody | None = Field(None, description="Default: none.")
    bill_to: AddressBody | None = Field(None, description="Default: the same as ship_to.")
    customer_id: Annotated[UUID | None, Field(description="A registered customer. Default: a guest.")] = None
    reference: StrictStr = Field("", description="The order's number where it came from.")


class CancelOrderBody(Strict):
    reason: StrictStr = ""


class BodyRefused(ValueError):
    """The body cannot be read; the status and the sentence say why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


class StrictParser(Parser):
    """JSON alone, small, without NaN and without a name twice; what is wrong is kept for the reply."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return self._parse(request)
        except BodyRefused as refused:
            request.body_refused = refused  # type: ignore[attr-defined]
            raise

    def _parse(self, request: HttpRequest) -> Any:
        if len(request.body) > MOST_BYTES:
            raise BodyRefused(413, f"The body is over {MOST_BYTES} bytes.")
        if request.content_type != "application/json":
            raise BodyRefused(415, "Send the body as application/json.")
        try:
            text = request.body.decode("utf-8")
            return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once_each)
        except UnicodeDecodeError:
            raise BodyRefused(400, "The body is not UTF-8.") from None
        except RecursionError:
            raise BodyRefused(400, "The body is nested too deeply.") from None
        except ValueError as error:
            raise BodyRefused(400, f"The body is not JSON: {error}") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found
