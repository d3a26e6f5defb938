"""A button of the order page was pressed: check it, and send what it stands for, once."""

import time
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.backbone import log
from apps.backbone.models import Message
from apps.console import frame
from apps.console.orders.forms import ActionForm
from apps.console.orders.offers import BY_NAME, Action
from apps.console.orders.page import show
from apps.console.orders.sheet import sheet
from apps.orders.commands import PackShipment
from apps.orders.models import Order, Shipment

PATIENCE_SECONDS = 3.0


@frame.staff("orders.view_order")
def act(request: HttpRequest, order_id: UUID, action: str) -> HttpResponse:
    """Send what the button stands for. The order itself decides; a refusal of its is an event on the page."""
    wanted = BY_NAME.get(action)
    if wanted is None:
        raise Http404
    if request.method != "POST":
        return redirect(f"{reverse('console:order', args=[order_id])}?{urlencode({'do': action})}")
    frame.require(request, wanted.permission)
    found = sheet(get_object_or_404(Order, pk=order_id))
    form = wanted.form(found, data=request.POST, auto_id=f"{action}-%s")
    valid = form.is_valid()
    if sent_already(form, action):
        messages.info(request, _("%(action)s: was sent already.") % {"action": wanted.word})
    elif against := wanted.why_not(found):
        messages.error(request, f"{wanted.word}: {against}")
    elif not valid:
        messages.error(request, _("%(action)s: nothing was sent.") % {"action": wanted.word})
        return show(request, found, bound=(action, form), status=422)
    else:
        carry_out(request, wanted, form)
        asked = urlencode({"asked": form.identity(f"{action}-0")})
        return redirect(f"{reverse('console:order', args=[order_id])}?{asked}")
    return redirect("console:order", order_id)


def sent_already(form: ActionForm, action: str) -> bool:
    """The same button was pressed before, whatever its fields say by now."""
    known = "token" in form.cleaned_data
    return known and Message.objects.filter(message_id=form.identity(f"{action}-0")).exists()


def carry_out(request: HttpRequest, action: Action, form: ActionForm) -> None:
    by = frame.actor(request)
    with log.transaction():
        for number, command in enumerate(action.commands(form, by)):
            log.send(command, actor=by, message_id=form.identity(f"{action.name}-{number}"))
    if action.name == "ship":
        follow(form, by)


def follow(form: ActionForm, by: str) -> None:
    """Pack as soon as the shipment is there: commands keep no order among themselves. Else the page offers it."""
    shipment_id, deadline = form.identity("shipment"), time.monotonic() + PATIENCE_SECONDS
    while not Shipment.objects.filter(pk=shipment_id).exists():
        if time.monotonic() > deadline:
            return
        time.sleep(0.05)
    pack_it = PackShipment(order_id=form.sheet.order.pk, shipment_id=shipment_id)
    log.send(pack_it, actor=by, message_id=form.identity("pack-after-ship"))
