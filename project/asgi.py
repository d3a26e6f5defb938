"""The web process: pages over HTTP, the live feed over WebSocket."""

import os
from importlib import import_module

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
# Each request has a thread of its own, which would take a kept connection with it.
os.environ.setdefault("DATABASE_CONN_MAX_AGE", "0")

pages = get_asgi_application()
feeds = import_module("apps.console.live.routing").websocket_urlpatterns

application = ProtocolTypeRouter(
    {"http": pages, "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(feeds)))}
)
