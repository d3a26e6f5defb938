"""What every page of the console shares: who may see it, what stands around it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from apps.console import watch
from apps.console.gateway.profile import broken
from apps.console.roles.words import lack

__all__ = ["actor", "context", "given", "lack", "page", "require", "staff"]

View = Callable[..., HttpResponse]


def context(request: HttpRequest) -> dict[str, Any]:
    """For every page in the frame: which processes are missing, and whether the gateway is broken on purpose."""
    if not admin.site.has_permission(request):
        return {}
    missing = watch.silent()
    return {
        "silent": missing,
        "all_silent": len(missing) == len(watch.expected()),
        "start_all": watch.EVERYTHING,
        "broken_gateway": broken() if request.user.has_perm("payments.view_faultprofile") else "",
    }


def staff(*permissions: str, to_send: str = "") -> Callable[[View], View]:
    """Only staff with these permissions: others are sent to log in, or told what they lack.

    Who lacks the permission `to_send` the page's form may read it: `page()` says why as `refused`.
    """

    def protect(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request, *permissions)
            if to_send and request.method == "POST":
                require(request, to_send)
            request.refused = lack(request.user, to_send) if to_send else ""  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return admin.site.admin_view(checked)

    return protect


def require(request: HttpRequest, *permissions: str) -> None:
    why = lack(request.user, *permissions)
    if why:
        raise PermissionDenied(why)


def page(request: HttpRequest, template: str, title: str, **more: Any) -> TemplateResponse:
    """A page of ours inside the admin's frame."""
    around = {**admin.site.each_context(request), "refused": getattr(request, "refused", "")}
    return TemplateResponse(request, template, {**around, "title": title, **more})


def given(request: HttpRequest, *names: str) -> dict[str, str]:
    """What a list's address narrows it to. PostgreSQL takes no NUL in a text."""
    return {name: request.GET.get(name, "").strip().replace("\x00", "") for name in names}


def actor(request: HttpRequest) -> str:
    """How the log names the person behind a request."""
    return f"user:{request.user.pk}"
