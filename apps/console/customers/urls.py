"""The addresses of customers."""

from django.urls import path

from apps.console.customers import pages

urlpatterns = [
    path("customers/", pages.customers, name="customers"),
    path("customers/<uuid:customer_id>/", pages.customer, name="customer"),
]
