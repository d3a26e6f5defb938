"""The language that a person has chosen is remembered for them: another browser shows it once they log in."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.views.i18n import set_language

from apps.console.models import ChosenLanguage


def choose(request: HttpRequest) -> HttpResponse:
    """Django's own view keeps the choice in a cookie of this browser."""
    response = set_language(request)
    code = request.POST.get("language")
    if request.user.is_authenticated and code in dict(settings.LANGUAGES):
        ChosenLanguage.objects.update_or_create(user=request.user, defaults={"code": code})
    return response


@receiver(user_logged_in)
def recall(request: HttpRequest, user: Any, **_more: Any) -> None:
    chosen = ChosenLanguage.objects.filter(user=user).values_list("code", flat=True).first()
    request.recalled_language = chosen  # type: ignore[attr-defined]


class Recalled:
    """Gives the browser that somebody has logged in with the cookie of their language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if code := getattr(request, "recalled_language", None):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                code,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                samesite="Lax",
            )
        return response
