"""Who may use the HTTP API: the bearer of a token, or the person whose session it is, with a CSRF token."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.http import HttpRequest
from ninja.errors import AuthenticationError, HttpError
from ninja.security import HttpBearer, SessionAuth

from apps.backbone import clock
from apps.console.models import ApiToken

PREFIX = "waybill_"
USED_EVERY = timedelta(minutes=1)
"""So often at most is a token's last use written down."""


def new_key() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def issue(user: Any, name: str) -> str:
    """A new token; this is the only time that it can be seen."""
    key = new_key()
    ApiToken.objects.create(user=user, name=name, digest=digest_of(key), created_at=clock.now())
    return key


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class Bearer(HttpBearer):
    """`Authorization: Bearer waybill_…`, from `manage.py api_token USER`. A wrong one is refused, session or not."""

    def authenticate(self, request: HttpRequest, token: str) -> AbstractBaseUser:
        found = ApiToken.objects.select_related("user").filter(digest=digest_of(token), user__is_active=True).first()
        if found is None:
            raise AuthenticationError(message="The token is not known.")
        now = clock.now()
        stale = Q(used_at=None) | Q(used_at__lt=now - USED_EVERY)
        ApiToken.objects.filter(stale, pk=found.pk).update(used_at=now)
        request.user = found.user
        request.actor = f"api:{found.user.get_username()}"  # type: ignore[attr-defined]
        return found.user


class Session(SessionAuth):
    """The console's own session; what changes anything needs the CSRF token too."""

    def __call__(self, request: HttpRequest) -> Any:
        if not request.user.is_authenticated:
            return None
        request.actor = f"user:{request.user.pk}"  # type: ignore[attr-defined]
        return super().__call__(request)


def require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise HttpError(403, f"You need the permission {permission}.")
