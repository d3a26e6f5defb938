"""The address of the live page."""

from django.urls import path

from apps.console.live import page

urlpatterns = [path("live/", page.live, name="live")]
