"""The form of the gateway's faults, its presets, and the demo orders that show what becomes of them."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from apps.backbone import log
from apps.backbone.messages import Money
from apps.backbone.models import SagaInstance
from apps.console import frame, operators
from apps.console.gateway.profile import FAULTS, PRESETS, current, preset
from apps.console.orders.waiting import run_page
from apps.console.schedules.forms import TokenForm
from apps.inventory.models import StockLevel
from apps.orders.commands import NewLine, PlaceOrder
from apps.orders.events import Address
from apps.payments.gateway.simulated.models import FaultProfile

SEE, CHANGE, PLACE = "payments.view_faultprofile", "payments.change_faultprofile", "orders.add_order"
LONGEST_REASON = 200
BREAKS = {
    "declined": ("tok_decline_funds", gettext_lazy("Decline a card"), gettext_lazy(
        "Stock is reserved, the card is declined, and the stock is given back: a compensation."
    )),
    "unanswered": ("tok_timeout_committed", gettext_lazy("Lose a reply"), gettext_lazy(
        "The card is charged and the reply gets lost. The outcome is unknown until the gateway is asked again."
    )),
}  # fmt: skip
NOBODY = Address(name="Demo", street="Example Street 1", city="Graz", postal_code="8010", country="AT")


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=LONGEST_REASON)

    class Meta:
        model = FaultProfile
        fields = (*FAULTS, "seed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "input"
            if name.endswith("_rate"):
                field.widget.attrs |= {"step": "0.01", "min": "0", "max": "1"}


@frame.staff(SEE)
@require_GET
def gateway(request: HttpRequest) -> HttpResponse:
    return show(request, ProfileForm(instance=current()))


@frame.staff(SEE)
@require_GET
def old(request: HttpRequest) -> HttpResponse:
    return redirect("console:gateway")


def show(request: HttpRequest, form: ProfileForm, status: int = 200) -> HttpResponse:
    profile = current()
    response = frame.page(
        request,
        "console/gateway/gateway.html",
        _("Gateway"),
        form=form,
        presets=[(one, one.is_set(profile)) for one in PRESETS],
        embedded=embedded(),
        breaks=[(name, title, says) for name, (_card, title, says) in BREAKS.items()],
        why_not=why_not_break(request),
        token=uuid4(),
    )
    response.status_code = status
    return response


@frame.staff(SEE, CHANGE)
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST, instance=current())
    if not form.is_valid():
        return show(request, form, status=422)
    keep(request, form.instance, form.cleaned_data["reason"])
    messages.success(request, _("The gateway behaves like this from now on."))
    return redirect("console:gateway")


@frame.staff(SEE, CHANGE)
@require_POST
def use(request: HttpRequest, name: str) -> HttpResponse:
    """Set the faults of a preset, and no others."""
    chosen, profile = preset(name), current()
    if chosen is None:
        return redirect("console:gateway")
    for fault in FAULTS:
        setattr(profile, fault, chosen.faults.get(fault, 0))
    keep(request, profile, "", preset=name)
    messages.success(request, _("The gateway now: %(how)s.") % {"how": chosen.title})
    return redirect("console:gateway")


def keep(request: HttpRequest, profile: FaultProfile, reason: str, **details: str) -> None:
    faults = {name: getattr(profile, name) for name in FAULTS if getattr(profile, name)}
    with log.transaction():
        operators.acted(request, "gateway", about="gateway", reason=reason, **details, **faults)
        profile.save()


def embedded() -> bool:
    return bool(settings.WAYBILL_PROFILE == "embedded")


def why_not_break(request: HttpRequest) -> str:
    """Why no demo order can be placed; nothing if one can."""
    lacking = frame.lack(request.user, CHANGE, PLACE)
    if lacking or in_stock():
        return lacking
    return _("Nothing is in stock that could be ordered. Receive some first.")


def in_stock() -> StockLevel | None:
    """What there is most of."""
    levels = StockLevel.objects.filter(product__active=True, on_hand__gt=F("reserved") + F("committed"))
    return levels.select_related("product").order_by(F("reserved") + F("committed") - F("on_hand")).first()


@frame.staff(SEE, CHANGE, PLACE)
@require_POST
def break_something(request: HttpRequest, name: str) -> HttpResponse:
    """Place one demo order that goes wrong, and lead to its run. Only where there is nothing real to break."""
    form, level = TokenForm(request.POST), in_stock()
    if not embedded() or name not in BREAKS or not form.is_valid() or level is None:
        messages.error(request, why_not_break(request) or _("There is nothing to break here."))
        return redirect("console:gateway")
    token: UUID = form.cleaned_data["token"]
    command = demo_order(token, level, BREAKS[name][0])
    log.send(command, actor=frame.actor(request), message_id=uuid5(token, "place"))
    return redirect("console:broken", command.order_id)


def demo_order(token: UUID, level: StockLevel, card: str) -> PlaceOrder:
    product = level.product
    line = NewLine(
        sku=product.sku,
        title=product.title,
        quantity=1,
        unit_price=Money(product.price_minor, product.currency),
        discount=Money(0, product.currency),
    )
    return PlaceOrder(
        order_id=uuid5(token, "order"),
        channel="demo",
        customer_name=NOBODY.name,
        email="demo@customers.example",
        lines=(line,),
        shipping=Money(0, product.currency),
        ship_to=NOBODY,
        payment_method=card,
    )


@frame.staff(SEE)
@require_GET
def broken(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Leads to the order's run as soon as there is one."""
    if address := run_of(order_id):
        return redirect(address)
    return frame.page(request, "console/gateway/broken.html", _("Breaking something…"), order_id=order_id)


@frame.staff(SEE)
@require_GET
def broken_now(request: HttpRequest, order_id: UUID) -> HttpResponse:
    address = run_of(order_id)
    return HttpResponse(headers={"HX-Redirect": address}) if address else HttpResponse(status=204)


def run_of(order_id: UUID) -> str:
    found = SagaInstance.objects.filter(saga="checkout", key=order_id).first()
    return run_page(found) if found else ""
