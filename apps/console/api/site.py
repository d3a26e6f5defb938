"""The HTTP API: orders and stock, described by its own OpenAPI page; every refusal names the field at fault."""

from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from apps.console.api import orders, stock
from apps.console.api.auth import Bearer, Session
from apps.console.api.bodies import MOST_BYTES, StrictParser
from apps.console.api.replies import Problem
from apps.console.start.checks import Fault

api = NinjaAPI(
    title="Waybill",
    version="1",
    description="Place, read and cancel orders; read stock. Authenticate with `Authorization: Bearer <token>` "
    "(`manage.py api_token USER`) or a session with its CSRF token.",
    urls_namespace="console-api",
    auth=[Bearer(), Session()],
    parser=StrictParser(),
    docs_decorator=staff_member_required,
)
api.add_router("/orders", orders.router)
api.add_router("/stock", stock.router)


@api.exception_handler(Problem)
def problem(request: HttpRequest, refused: Problem) -> HttpResponse:
    return refused.reply()


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [Fault(field_of(one["loc"]), one["msg"]) for one in error.errors]
    return Problem(422, f"{faults[0].field}: {faults[0].why}", faults).reply()


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    known = str(error) if str(error) != "Unauthorized" else "Send a token or a session."
    return Problem(401, known).reply()


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    body = getattr(request, "body_refused", None)
    return (Problem(body.status, body.why) if body else Problem(error.status_code, str(error))).reply()


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return Problem(413, f"The body is over {MOST_BYTES} bytes.").reply()


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return Problem(404, "There is nothing here.").reply()


def field_of(location: tuple[Any, ...]) -> str:
    """`("body", "payload", "lines", 0, "sku")` -> `lines.0.sku`."""
    return ".".join(str(part) for part in location[2 if location[0] == "body" else 1 :]) or "body"
