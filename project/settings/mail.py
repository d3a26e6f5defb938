"""How mail leaves: by EMAIL_URL, or kept on a page of the console."""

import os

from django.core.exceptions import ImproperlyConfigured

from project.settings.environment import WAYBILL_DATA, env

__all__ = [
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_TIMEOUT",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
]

KNOWN = ", ".join(sorted(env.EMAIL_SCHEMES))

given = os.environ.get("EMAIL_URL", "").strip()
if given and given.partition(":")[0] not in env.EMAIL_SCHEMES:
    raise ImproperlyConfigured(f"EMAIL_URL starts with '{given.partition(':')[0]}'. Start it with one of: {KNOWN}.")
account = env.email_url_config(given) if given else {}

EMAIL_BACKEND = account.get("EMAIL_BACKEND", "apps.console.kept_mail.KeptMail")
EMAIL_FILE_PATH = account.get("EMAIL_FILE_PATH") or WAYBILL_DATA / "mail"
EMAIL_HOST = account.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = account.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = account.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = account.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = account.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = account.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("WAYBILL_MAIL_FROM", "").strip() or "shop@localhost"
