"""People and roles: what you may do, what each role may, who has which."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.backbone import log
from apps.console import frame, operators, paging
from apps.console.roles import grants, table
from apps.console.roles.forms import PersonForm, RoleForm, choices

SEE, ADD, CHANGE = "auth.view_user", "auth.add_user", grants.CHANGE
SIZE = 50
NONE, ALL = "none", "superuser"


@frame.staff(SEE)
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    shown = grants.standings()
    given = frame.given(request, "role", "name")
    page = paging.page(request, found(**given), order="username", size=SIZE)
    return frame.page(
        request,
        "console/roles/roles.html",
        _("People & roles"),
        roles=shown,
        matrix=grants.matrix(shown),
        page=page,
        people=[person_row(request.user, person) for person in page.rows],
        form=RoleForm(giver=request.user),
        given=given,
        filters=[*choices(shown)[1:], (NONE, _("no role")), (ALL, _("superuser"))],
        **own(request.user),
    )


@frame.staff()
@require_GET
def permissions(request: HttpRequest) -> HttpResponse:
    """One's own, whatever they are: this page needs none."""
    return frame.page(request, "console/roles/permissions.html", _("Your permissions"), **own(request.user))


def own(user: Any) -> dict[str, Any]:
    may, may_not = grants.own(user)
    return {"may": may, "may_not": may_not, "own": [table.title(group.name) for group in user.groups.all()]}


def found(role: str, name: str) -> QuerySet[Any]:
    people = get_user_model().objects.prefetch_related("groups")
    if role == NONE:
        people = people.filter(groups=None, is_superuser=False)
    elif role == ALL:
        people = people.filter(is_superuser=True)
    elif role:
        people = people.filter(groups__name=role)
    return people.filter(username__istartswith=name) if name.isprintable() else people


def person_row(user: Any, person: Any) -> dict[str, Any]:
    held = [group.name for group in person.groups.all()]
    return {
        "person": person,
        "roles": [table.title(name) for name in held],
        "held": held[0] if held else "",
        "why": grants.refusal(user, person),
        "comes_in": person.is_active and person.is_staff,
    }


@frame.staff(SEE, CHANGE)
@require_POST
def give_role(request: HttpRequest, user_id: int) -> HttpResponse:
    person, form = get_object_or_404(get_user_model(), pk=user_id), RoleForm(request.POST, giver=request.user)
    if why := grants.refusal(request.user, person):
        messages.error(request, why)
    elif form.is_valid():
        give(request, person, form)
        messages.success(request, _("%(name)s has another role.") % {"name": person.get_username()})
    else:
        messages.error(request, _("There is no such role, or it may do more than you."))
    return redirect("console:roles")


def give(request: HttpRequest, person: Any, form: RoleForm) -> None:
    groups = form.groups()
    with log.transaction():
        operators.acted(request, "give-role", f"user-{person.pk}", person=person, role=said(groups))
        person.groups.set(groups)


def said(groups: Any) -> str:
    return ", ".join(group.name for group in groups) or "none"


@frame.staff(SEE)
@require_http_methods(["GET", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        frame.require(request, ADD)
    form = PersonForm(request.POST or None, giver=request.user)
    if form.is_bound and form.is_valid():
        return added(request, form)
    response = frame.page(request, "console/roles/person.html", _("Add a person"), form=form)
    response.status_code = 422 if form.is_bound else 200
    return response


def added(request: HttpRequest, form: PersonForm) -> HttpResponseRedirect:
    with log.transaction():
        person = form.save()
        operators.acted(request, "add-person", f"user-{person.pk}", person=person, role=said(form.groups()))
    messages.success(request, _("%(name)s can log in.") % {"name": person.get_username()})
    return HttpResponseRedirect(reverse("console:roles"))
