"""Addresses of schedules."""

from django.urls import path

from apps.console.schedules import deeds, pages

urlpatterns = [
    path("schedules/", pages.schedules, name="schedules"),
    path("schedules/new/", pages.new, name="schedule-new"),
    path("schedules/arguments/", pages.arguments, name="schedule-arguments"),
    path("schedules/preview/", pages.preview, name="schedule-preview"),
    path("schedules/at/<slug:name>/", pages.schedule, name="schedule"),
    path("schedules/at/<slug:name>/edit/", pages.edit, name="schedule-edit"),
    path("schedules/at/<slug:name>/run/", deeds.run_now, name="schedule-run"),
    path("schedules/at/<slug:name>/pause/", deeds.pause, name="schedule-pause"),
    path("schedules/at/<slug:name>/resume/", deeds.resume, name="schedule-resume"),
    path("schedules/at/<slug:name>/run-missed/", deeds.run_slots, name="slots-run"),
    path("schedules/at/<slug:name>/ignore/", deeds.ignore_slots, name="slots-ignore"),
]
