"""The addresses of the read models."""

from django.urls import path

from apps.console.read_models import pages

urlpatterns = [
    path("read-models/", pages.read_models, name="read-models"),
    path("read-models/now/", pages.now, name="read-models-now"),
    path("read-models/audit/", pages.audit_now, name="audit-now"),
    path("read-models/<slug:name>/rebuild/", pages.rebuild, name="rebuild"),
]
