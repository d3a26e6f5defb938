"""What each permission lets a person do, and the sentence for those who lack it."""

from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _, gettext_lazy

DOES: dict[str, str | Promise] = {
    "orders.add_order": gettext_lazy("place orders"),
    "orders.change_order": gettext_lazy("steer orders: ship, hold, change or cancel them"),
    "inventory.change_stocklevel": gettext_lazy("receive and adjust stock"),
    "payments.change_payment": gettext_lazy("refund and settle payments"),
    "payments.change_faultprofile": gettext_lazy("change the gateway's faults"),
    "backbone.change_inbox": gettext_lazy("retry and discard dead letters"),
    "backbone.change_sagainstance": gettext_lazy("retry, cancel and compensate runs"),
    "backbone.change_jobrun": gettext_lazy("start, cancel and resume jobs"),
    "django_celery_beat.change_periodictask": gettext_lazy("change, pause and run schedules"),
    "inventory.add_product": gettext_lazy("add and change products"),
    "backbone.view_inbox": gettext_lazy("see dead letters"),
    "backbone.view_message": gettext_lazy("see the log"),
    "backbone.view_sagainstance": gettext_lazy("see runs"),
    "backbone.view_jobrun": gettext_lazy("see jobs"),
    "backbone.view_process": gettext_lazy("see workers and queues"),
    "django_celery_beat.view_periodictask": gettext_lazy("see schedules"),
    "django_celery_results.view_taskresult": gettext_lazy("see Celery tasks"),
    "payments.view_faultprofile": gettext_lazy("see the gateway's faults"),
    "auth.add_user": gettext_lazy("add people"),
    "auth.change_user": gettext_lazy("change people and their roles"),
    "auth.add_group": gettext_lazy("add roles"),
    "auth.change_group": gettext_lazy("change what roles may do"),
    "auth.delete_group": gettext_lazy("remove roles"),
    "console.add_apitoken": gettext_lazy("make API tokens"),
    "console.delete_apitoken": gettext_lazy("take API tokens away"),
}


VERBS = {
    "view": gettext_lazy("see %(things)s"),
    "add": gettext_lazy("add %(things)s"),
    "change": gettext_lazy("change %(things)s"),
    "delete": gettext_lazy("delete %(things)s"),
}


def does(permission: str) -> str:
    """`orders.add_order` -> place orders; without words of its own: its verb and the model's name."""
    if permission in DOES:
        return str(DOES[permission])
    label, _dot, codename = permission.partition(".")
    verb, _line, model = codename.partition("_")
    return VERBS[verb] % {"things": apps.get_model(label, model)._meta.verbose_name_plural}


def lack(user: Any, *permissions: str) -> str:
    """Why this person may not: the permissions that are missing, in words; nothing if none is."""
    lacking = [does(one) for one in permissions if not user.has_perm(one)]
    if not lacking:
        return ""
    return _("You lack the permission to %(what)s.") % {"what": get_text_list(lacking, _("and"))}
