"""Addresses of Celery's tasks."""

from django.urls import path
from django.views.generic import RedirectView

from apps.console.tasks import pages

OLD = "admin/django_celery_results/taskresult/"

urlpatterns = [
    path("tasks/", pages.tasks, name="tasks"),
    path("tasks/<int:result_id>/", pages.task, name="task"),
    path(OLD, RedirectView.as_view(pattern_name="console:tasks")),
    path(f"{OLD}<int:result_id>/change/", RedirectView.as_view(pattern_name="console:task")),
]
