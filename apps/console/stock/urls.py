"""The addresses of stock."""

from django.urls import path

from apps.console.stock import pages

urlpatterns = [
    path("stock/", pages.stock, name="stock"),
    path("stock/<path:sku>/", pages.product, name="stock-product"),
]
