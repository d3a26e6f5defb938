"""Every address of the shop."""

from importlib import import_module
from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("i18n/setlang/", import_module("apps.console.languages.chosen").choose, name="set_language"),
    *([path("api/", import_module("apps.console.api.site").api.urls)] if find_spec("apps.console.api.site") else []),
    *([path("", include("apps.console.urls"))] if find_spec("apps.console.urls") else []),
    path("admin/", admin.site.urls),
]
