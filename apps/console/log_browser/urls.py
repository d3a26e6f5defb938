"""The addresses of the log."""

from django.urls import path

from apps.console.log_browser import event, listing

urlpatterns = [
    path("events/", listing.events, name="events"),
    path("events/<int:seq>/", event.event, name="event"),
    path("events/types/<str:name>/", event.contract, name="contract"),
    path("admin/backbone/message/", event.old_list),
    path("admin/backbone/message/<int:seq>/change/", event.old_page),
]
