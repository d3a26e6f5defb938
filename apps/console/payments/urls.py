"""The addresses of payments."""

from django.urls import path

from apps.console.payments import books, pages

urlpatterns = [
    path("payments/", pages.payments, name="payments"),
    path("payments/open/", pages.undecided, name="payments-open"),
    path("payments/books/", books.books, name="payment-books"),
    path("payments/<uuid:payment_id>/", pages.payment, name="payment"),
]
