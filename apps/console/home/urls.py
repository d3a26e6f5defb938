"""The addresses of the first page's parts; the page itself is the admin's index."""

from django.urls import path

from apps.console.home import page

urlpatterns = [
    path("home/needs/", page.now, name="home-needs"),
    path("home/services/", page.service_tiles, name="home-services"),
    path("home/latest/", page.latest, name="home-latest"),
    path("home/charts/", page.charts, name="home-charts"),
]
