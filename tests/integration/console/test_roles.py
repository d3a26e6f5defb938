"""The four roles: what each may do, who gives them, and that nobody gives more than they have."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.backbone import log
from apps.backbone.models import Message
from apps.console.operators import OperatorActed
from apps.console.roles import table
from tests.integration.console.people import administrator, person

pytestmark = pytest.mark.django_db


def of_role(name: str) -> Any:
    user = person(f"the-{name}")
    user.groups.add(Group.objects.get(name=name))
    return user


def client_in(name: str) -> Client:
    client = Client()
    client.force_login(of_role(name))
    return client


def acts() -> list[OperatorActed]:
    return [log.open_message(row) for row in Message.objects.filter(type=OperatorActed.type).order_by("seq")]


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("viewer", set()),
        ("operator", {"orders.add_order", "orders.change_order", "inventory.change_stocklevel", "inventory.add_product",
                      "backbone.change_sagainstance", "backbone.change_jobrun"}),
        ("supervisor", {"payments.change_payment", "backbone.change_inbox",
                        "django_celery_beat.change_periodictask", "payments.change_faultprofile"}),
        ("admin", {"auth.add_user", "auth.change_user", "auth.add_group", "auth.change_group", "auth.delete_group",
                   "console.add_apitoken", "console.delete_apitoken"}),
    ],
)  # fmt: skip
def test_each_role_may_what_the_one_before_may_and_this(role: str, may: set[str]) -> None:
    names = [one.name for one in table.ROLES]
    before = of_role(names[names.index(role) - 1]).get_all_permissions() if role != "viewer" else set()
    beyond = of_role(role).get_all_permissions() - before

    assert {one for one in beyond if ".view_" not in one} == may


def test_every_role_sees_everything_but_the_sessions() -> None:
    viewer = of_role("viewer")

    unseen = {
        f"{one.content_type.app_label}.{one.codename}"
        for one in Permission.objects.filter(codename__startswith="view_").select_related("content_type")
    } - viewer.get_all_permissions()

    assert unseen == {"contenttypes.view_contenttype", "sessions.view_session"}


def test_what_was_changed_in_a_role_stays_until_it_is_put_back(capsys: pytest.CaptureFixture[str]) -> None:
    viewer = Group.objects.get(name="viewer")
    viewer.permissions.clear()
    Group.objects.get(name="admin").delete()

    from apps.console.roles.making import make_missing

    make_missing()
    assert not viewer.permissions.exists()
    assert Group.objects.filter(name="admin").exists()

    call_command("roles", reset=True)
    assert viewer.permissions.count() == table.seeing().count()
    assert "Viewer: nobody" in capsys.readouterr().out


def test_the_page_says_what_one_may_and_what_not() -> None:
    html = client_in("operator").get(reverse("console:roles")).content.decode()

    assert "your role is <strong>Operator</strong>" in html
    may_not = html.split("You may not")[1].split("</ul>")[0]
    assert "refund and settle payments" in may_not
    assert "place orders" not in may_not


def test_staff_without_a_role_are_told_what_to_do() -> None:
    client = Client()
    client.force_login(person("looker", "auth.view_user"))

    assert "you have no role. Ask an administrator" in client.get(reverse("console:roles")).content.decode()


def test_an_admin_gives_a_role_and_the_log_knows() -> None:
    new = person("new")

    client_in("admin").post(reverse("console:give-role", args=[new.pk]), {"role": "supervisor"})

    assert [group.name for group in new.groups.all()] == ["supervisor"]
    assert acts() == [
        OperatorActed(action="give-role", about=f"user-{new.pk}", details={"person": "new", "role": "supervisor"})
    ]


def test_nobody_changes_their_own_role_or_a_superusers() -> None:
    me = of_role("admin")
    root = get_user_model().objects.create_superuser("root")
    client = Client()
    client.force_login(me)

    for user in (me, root):
        client.post(reverse("console:give-role", args=[user.pk]), {"role": "viewer"})

    assert [group.name for group in me.groups.all()] == ["admin"]
    assert not root.groups.exists()
    assert acts() == []


def test_nobody_gives_more_than_they_have() -> None:
    clerk = person("clerk", "auth.view_user", "auth.change_user")
    new = person("new")
    client = Client()
    client.force_login(clerk)

    client.post(reverse("console:give-role", args=[new.pk]), {"role": "admin"})
    boss = client.get(reverse("admin:auth_user_change", args=[of_role("supervisor").pk])).content.decode()

    assert not new.groups.exists()
    assert 'name="_save"' not in boss


def test_an_inactive_superuser_is_out_of_an_admins_reach() -> None:
    root = get_user_model().objects.create_superuser("root", is_active=False)

    reply = client_in("admin").post(reverse("admin:auth_user_change", args=[root.pk]), {"is_active": "on"})

    assert reply.status_code == 403


def test_an_admin_lets_somebody_in() -> None:
    given = {"username": "eva", "role": "viewer", "password1": "a-long-secret-1", "password2": "a-long-secret-1"}

    assert client_in("admin").post(reverse("console:add-person"), given).status_code == 302

    eva = get_user_model().objects.get(username="eva")
    assert Client().login(username="eva", password="a-long-secret-1")
    assert (eva.is_staff, [group.name for group in eva.groups.all()]) == (True, ["viewer"])
    assert "a-long-secret-1" not in Message.objects.get(type="operator.acted").body


def test_what_the_admins_own_forms_change_is_in_the_log_without_what_is_in_it() -> None:
    client, new = administrator(), person("new")
    client.post(reverse("admin:auth_group_add"), {"name": "auditor"})
    client.post(reverse("admin:console_apitoken_add"), {"user": new.pk, "name": "till"})

    assert [(act.action, act.details) for act in acts()] == [
        ("add-role", {"role": "auditor"}),
        ("add-token", {"token": "till"}),
    ]


def test_a_roles_form_offers_only_what_some_page_asks_for() -> None:
    form = administrator().get(reverse("admin:auth_group_change", args=[Group.objects.get(name="viewer").pk]))

    offered = {
        f"{one.content_type.app_label}.{one.codename}"
        for one in form.context["adminform"].form.fields["permissions"].queryset
    }
    assert {"backbone.change_schedule", "orders.delete_customer", "sessions.view_session"} & offered == set()
    assert table.beyond_seeing(table.ADMIN) | {"orders.view_customer"} <= offered


def test_nobody_is_deleted() -> None:
    new = person("new")

    assert administrator().post(reverse("admin:auth_user_delete", args=[new.pk]), {"post": "yes"}).status_code == 403


def test_the_four_come_with_every_migration() -> None:
    from django.db.models.signals import post_migrate

    Group.objects.all().delete()
    config = apps.get_app_config("console")
    post_migrate.send(sender=config, app_config=config, verbosity=0, interactive=False, using="default", apps=apps)

    assert list(Group.objects.order_by("pk").values_list("name", flat=True)) == [one.name for one in table.ROLES]
