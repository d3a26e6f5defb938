"""The address of the problems."""

from django.urls import path

from apps.console.problems import page

urlpatterns = [path("problems/", page.problems, name="problems")]
