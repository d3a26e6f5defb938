"""The console's sockets."""

from django.urls import path

from apps.console.live.feed import LiveFeed

websocket_urlpatterns = [path("live/feed/", LiveFeed.as_asgi())]
