"""The addresses of the orders, and of each one."""

from django.urls import path

from apps.console.orders import act, listing, page

urlpatterns = [
    path("orders/", listing.orders, name="orders"),
    path("orders/<uuid:order_id>/", page.order, name="order"),
    path("orders/<uuid:order_id>/now/", page.now, name="order-now"),
    path("orders/<uuid:order_id>/<slug:action>/", act.act, name="order-action"),
]
