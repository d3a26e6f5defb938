"""Addresses of people, roles and what people did."""

from django.urls import path

from apps.console.roles import pages, trail

urlpatterns = [
    path("roles/", pages.roles, name="roles"),
    path("roles/permissions/", pages.permissions, name="permissions"),
    path("roles/people/new/", pages.add_person, name="add-person"),
    path("roles/people/<int:user_id>/role/", pages.give_role, name="give-role"),
    path("roles/actions/", trail.operator_actions, name="operator-actions"),
]
