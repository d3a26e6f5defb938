"""The console's addresses: those of every room beside this file that has a `urls.py`."""

from itertools import chain

from django.urls import path
from django.views.generic import RedirectView

from apps.console import rooms

app_name = "console"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    *chain.from_iterable(urls.urlpatterns for urls in rooms.every("urls")),
]
