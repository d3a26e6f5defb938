"""How the HTTP API answers: problems that name their field, and one reply for one `Idempotency-Key`."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from apps.backbone import clock, log
from apps.console.models import StoredReply
from apps.console.start.checks import Fault

HIT = "Idempotency-Hit"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")

TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    413: "Body too large",
    415: "Unsupported media type",
    422: "Invalid request",
    503: "Unavailable",
}


class Problem(Exception):
    """A refused request: its status, a sentence, and the fields at fault."""

    def __init__(self, status: int, detail: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.faults = status, detail, list(faults)

    def reply(self) -> HttpResponse:
        """RFC 9457, with a list of `errors`."""
        said: dict[str, Any] = {
            "type": "about:blank",
            "title": TITLES.get(self.status, "Error"),
            "status": self.status,
            "detail": self.detail,
        }
        if self.faults:
            said["errors"] = [{"field": fault.field, "message": fault.why} for fault in self.faults]
        response = JsonResponse(said, status=self.status, content_type="application/problem+json")
        if self.status == 401:
            response["WWW-Authenticate"] = "Bearer"
        if self.status == 503:
            response["Retry-After"] = "1"
        return response


@dataclass(frozen=True)
class Accepted:
    """202: it is in the log and will be carried out; where to look for what became of it."""

    order_id: UUID
    body: dict[str, Any]
    location: str
    status: int = 202


def key_of(request: HttpRequest, *, required: bool) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not key and not required:
        return ""
    if not _KEY.fullmatch(key):
        why = "From 1 to 200 printable characters without blanks, the same for every try of one request."
        raise Problem(400, f"Idempotency-Key: {why}", [Fault("Idempotency-Key", why)])
    return key


def once(request: HttpRequest, key: str, answer: Accepted, work: Callable[[], Any]) -> HttpResponse:
    """Do the work and keep the answer in one transaction, or give the answer that was given before.

    The row goes in first: whoever comes second with the same key waits there for the first to commit, and then
    reads its reply. Nothing is written for a request that was refused.
    """
    if not key:
        with log.transaction():
            work()
        return _say(answer.status, json.dumps(answer.body), answer.location)
    said = digest_of(request)
    try:
        return replay(request, key) or _first(request, key, said, answer, work)
    except IntegrityError:
        found = replay(request, key)
        if found is None:
            raise
        return found


def _first(request: HttpRequest, key: str, said: str, answer: Accepted, work: Callable[[], Any]) -> HttpResponse:
    body = json.dumps(answer.body)
    try:
        with log.transaction():
            StoredReply.objects.create(
                user_id=request.user.pk,
                key=key,
                request=said,
                status=answer.status,
                body=body,
                location=answer.location,
                order_id=answer.order_id,
                created_at=clock.now(),
            )
            work()
    except OperationalError as error:
        raise Problem(503, "The database is busy or away; try again with the same key.") from error
    return _say(answer.status, body, answer.location)


def replay(request: HttpRequest, key: str) -> HttpResponse | None:
    """The reply that this key was given before; raises Problem if it was for another request."""
    found = StoredReply.objects.filter(user_id=request.user.pk, key=key).first() if key else None
    if found is None:
        return None
    if found.request != digest_of(request):
        why = "This key was used for another request; a new request needs a new key."
        raise Problem(422, f"Idempotency-Key: {why}", [Fault("Idempotency-Key", why)])
    return _say(found.status, found.body, found.location, hit=True)


def digest_of(request: HttpRequest) -> str:
    return hashlib.sha256(b"\0".join([str(request.method).encode(), request.path.encode(), request.body])).hexdigest()


def _say(status: int, body: str, location: str, *, hit: bool = False) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type="application/json")
    response["Location"] = location
    if hit:
        response[HIT] = "true"
    return response
