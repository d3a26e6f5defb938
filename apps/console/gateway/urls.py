"""The addresses of the gateway."""

from django.urls import path

from apps.console.gateway import pages

urlpatterns = [
    path("gateway/", pages.gateway, name="gateway"),
    path("gateway/change/", pages.change, name="gateway-change"),
    path("gateway/use/<slug:name>/", pages.use, name="gateway-use"),
    path("gateway/break/<slug:name>/", pages.break_something, name="break"),
    path("gateway/broken/<uuid:order_id>/", pages.broken, name="broken"),
    path("gateway/broken/<uuid:order_id>/now/", pages.broken_now, name="broken-now"),
    path("admin/payments/faultprofile/", pages.old),
    path("admin/payments/faultprofile/1/change/", pages.old),
]
