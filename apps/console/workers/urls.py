"""Addresses of workers and queues."""

from django.urls import path
from django.views.generic import RedirectView

from apps.console.workers import pages

OLD = "admin/backbone/process/"

urlpatterns = [
    path("workers/", pages.workers, name="workers"),
    path(OLD, RedirectView.as_view(pattern_name="console:workers")),
    path(f"{OLD}<path:name>/change/", pages.workers),
]
