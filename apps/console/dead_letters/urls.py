"""The addresses of the dead letters and of their repairs."""

from django.urls import path, re_path

from apps.console.dead_letters import acting, following, held, pages

urlpatterns = [
    path("dead-letters/", pages.groups, name="dead-letters"),
    path("dead-letters/group/", pages.group, name="dead-letter-group"),
    path("dead-letters/held/", held.held, name="dead-letters-held"),
    path("dead-letters/waiting/", pages.tried, name="dead-letters-waiting"),
    re_path("^dead-letters/(?P<action>retry|discard)/really/$", acting.confirm, name="dead-letters-confirm"),
    re_path("^dead-letters/(?P<action>retry|discard)/$", acting.act, name="dead-letters-act"),
    path("dead-letters/repairs/<int:repair_id>/", following.repair, name="repair"),
    path("dead-letters/repairs/<int:repair_id>/now/", following.now, name="repair-now"),
    path("dead-letters/<int:row_id>/", pages.one, name="dead-letter"),
]
