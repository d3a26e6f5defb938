"""The page of one run of a saga: where it stands, its messages, one of them, and what can be done."""

from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from apps.backbone import log
from apps.backbone.models import Message, SagaInstance
from apps.backbone.saga import TERMINAL
from apps.backbone.saga_runner import sagas
from apps.console import frame, lines, operators
from apps.console.runs import actions, folding, picture, waiting
from apps.console.runs.belonging import Belonging, belonging, last_of, stream_of
from apps.console.runs.standing import Action, Asked, Offer, Standing

SEE = "backbone.view_sagainstance"
LONGEST_REASON = 500


class ReasonForm(forms.Form):
    """Why, and the form's own id: sent twice it does one thing."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=LONGEST_REASON)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


def found(run_id: int) -> Belonging:
    return belonging(get_object_or_404(SagaInstance, pk=run_id, saga__in=list(sagas)))


@frame.staff(SEE)
@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    scope = found(run_id)
    return frame.page(request, "console/runs/run.html", titled(scope), **standing(request, scope))


def titled(scope: Belonging) -> str:
    number = lines.numbers([scope.order_id]).get(scope.order_id, "")
    return f"{scope.run.saga.replace('_', ' ')} {number}".strip()


def standing(request: HttpRequest, scope: Belonging) -> dict[str, Any]:
    """What changes while it runs, beside the messages."""
    letters = waiting.unfinished(scope)
    said, hints = waiting.sentence(scope.run), waiting.hints(scope, letters)
    offers = actions.offers(Standing(scope, letters), request.user)
    form = ReasonForm()
    return {
        "run": scope.run,
        "stream": stream_of(scope.run),
        "state": "stuck" if waiting.is_stuck(scope.run) else scope.run.status,
        "word": _("stuck") if waiting.is_stuck(scope.run) else scope.run.get_status_display(),
        "sentence": said,
        "hints": hints,
        "offers": [(offer, form) for offer in offers],
        "order_id": scope.order_id,
        "order_number": lines.numbers([scope.order_id]).get(scope.order_id, ""),
        "siblings": SagaInstance.objects.filter(saga__in=list(sagas), key=scope.run.key).exclude(pk=scope.run.pk),
        "digest": digest(scope, hints, offers),
        "ended": scope.run.status in TERMINAL,
    }


def digest(scope: Belonging, hints: list[waiting.Hint], offers: list[Offer]) -> str:
    """Another one means that the head of the page would look different, but for the passing of time."""
    told: list[Any] = [scope.run.version, scope.run.status, scope.run.reason, waiting.is_stuck(scope.run)]
    told += [hints, [(offer.refusal, offer.question) for offer in offers]]
    return sha256(repr(told).encode()).hexdigest()[:16]


@frame.staff(SEE)
@require_GET
def now(request: HttpRequest, run_id: int) -> HttpResponse:
    """The head of the page; nothing if it would look as it does. The sentence alone tells the time."""
    context = standing(request, found(run_id))
    if request.GET.get("seen") == context["digest"]:
        response = render(request, "console/runs/sentence.html", context)
        response.headers["HX-Reswap"] = "none"
        return response
    return render(request, "console/runs/now.html", context)


@frame.staff(SEE)
@require_GET
def told(request: HttpRequest, run_id: int) -> JsonResponse:
    """The run's messages: the newest, those `before` one, or those `after` one."""
    scope, whole = found(run_id), request.GET.get("whole") == "1"
    if "after" in request.GET:
        return JsonResponse(picture.since(scope, number(request, "after"), whole=whole))
    return JsonResponse(picture.newest(scope, before=number(request, "before"), whole=whole))


def number(request: HttpRequest, name: str) -> int:
    given = request.GET.get(name, "0")
    if not given.isdecimal() or len(given) > 18:
        raise BadRequest(f"{name} is no number")
    return int(given)


@frame.staff(SEE)
@require_GET
def message(request: HttpRequest, run_id: int, seq: int) -> HttpResponse:
    """One message of the run: what it says, who took it, what it changed, what the run answered."""
    scope = found(run_id)
    row = get_object_or_404(scope.candidates().select_related("numbered"), pk=seq)
    step = folding.step(scope, row) if scope.heard(row) else None
    return render(request, "console/runs/message.html", {**picture.facts_of(row), "step": step})


@frame.staff(SEE)
@require_POST
def act(request: HttpRequest, run_id: int, action: str) -> HttpResponse:
    """Do what the button stands for: written down with who and why, in one transaction with what it brings about."""
    wanted = actions.BY_NAME.get(action)
    if wanted is None:
        raise Http404
    frame.require(request, *wanted.permissions)
    scope, form = found(run_id), ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the reason stays with the run."))
    else:
        carry_out(request, wanted, scope, form.cleaned_data["reason"], form.cleaned_data["token"])
    return redirect("console:run", run_id)


def carry_out(request: HttpRequest, action: Action, scope: Belonging, reason: str, token: UUID) -> None:
    with log.transaction() as unit:
        unit.lock([f"operator-{request.user.pk}", scope.stream])
        standing = Standing(scope, waiting.unfinished(scope))
        if Message.objects.filter(message_id=uuid5(token, "acted")).exists():
            messages.info(request, _("%(action)s: was sent already.") % {"action": action.word})
        elif against := action.why_not(standing):
            messages.error(request, f"{action.word}: {against}")
        else:
            identity = uuid5(token, "acted")
            cause = operators.acted(
                request, action.name, scope.stream, reason, last_of(scope), identity, run=titled(scope)
            )
            asked = Asked(request, standing, cause, reason, token)
            messages.success(request, action.carry_out(asked))
