"""The palette's address."""

from django.urls import path

from apps.console.palette import page

urlpatterns = [path("palette/", page.found, name="palette")]
