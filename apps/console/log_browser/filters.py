"""What of the log is wanted, as its address says."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from apps.backbone import messages
from apps.orders.models import Order

SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
DEFAULT_SPAN = "day"
"""How far back a text is looked for unless something else is said: no index knows what messages say."""
LOCAL = "%Y-%m-%dT%H:%M:%S"


class Moment(forms.DateTimeInput):
    input_type = "datetime-local"


class FiltersForm(forms.Form):
    """Empty fields narrow nothing."""

    type = forms.CharField(label=_("Type"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), ("event", _("events")), ("command", _("commands"))]
    )
    service = forms.ChoiceField(label=_("Service"), required=False)
    stream = forms.CharField(label=_("Stream or order number"), required=False, max_length=150)
    correlation = forms.UUIDField(label=_("Correlation"), required=False)
    text = forms.CharField(label=_("Text in the payload"), required=False, max_length=100)
    within = forms.ChoiceField(
        label=_("Look back"),
        required=False,
        choices=[
            ("", _("24 hours for a text, else all")),
            ("hour", _("1 hour")),
            ("day", _("24 hours")),
            ("week", _("7 days")),
            ("month", _("30 days")),
        ],
    )
    at = forms.DateTimeField(
        label=_("Up to this time"),
        required=False,
        widget=Moment(format=LOCAL, attrs={"step": 1}),
        input_formats=[LOCAL, "%Y-%m-%dT%H:%M"],
    )
    position = forms.IntegerField(label=_("Up to this position"), required=False, min_value=1, max_value=2**62)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [("", gettext("all")), *((one, one) for one in services())]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "input"
            field.widget.attrs["autocomplete"] = "off"
            if self.errors.get(name):
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"fault-{name}"}
        self.fields["type"].widget.attrs |= {"list": "event-types", "placeholder": "order."}
        self.fields["stream"].widget.attrs["placeholder"] = "order-…"

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if "\x00" in text:
            raise forms.ValidationError(gettext("No message has this in it."))
        return text

    def clean_stream(self) -> str:
        """The number of an order stands for its stream."""
        given: str = self.cleaned_data["stream"].strip()
        order = Order.objects.filter(number=given.upper()).values_list("pk", flat=True).first() if given else None
        return f"order-{order}" if order else given

    def given(self, name: str) -> Any:
        """Nothing where nothing, or nonsense, was said."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    @property
    def span(self) -> timedelta | None:
        chosen = self.given("within") or (DEFAULT_SPAN if self.given("text") else "")
        return SPANS.get(chosen)

    @property
    def until(self) -> datetime | None:
        """The whole second that was named."""
        at = self.given("at")
        return at + timedelta(seconds=1) - timedelta(microseconds=1) if at else None

    def types(self) -> list[str] | None:
        """The types that are wanted; nothing if any will do."""
        asked, service, kind = self.given("type"), self.given("service"), self.given("kind")
        if not asked and not service:
            return None
        known = {**messages.events, **messages.commands}
        if asked and asked not in known and not any(name.startswith(asked) for name in known):
            return [asked]
        return sorted(
            name
            for name, cls in known.items()
            if (not service or cls.service == service)
            and (not kind or cls.kind == kind)
            and (not asked or name == asked or (asked not in known and name.startswith(asked)))
        )

    @property
    def narrows(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


def services() -> list[str]:
    return sorted({cls.service for cls in (messages.events | messages.commands).values()})


def types() -> list[str]:
    return sorted(messages.events | messages.commands)
