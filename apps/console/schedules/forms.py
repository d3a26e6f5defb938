"""Forms for schedules and for the arguments of jobs, made from what the jobs say they take."""

from typing import Any
from uuid import uuid4

import msgspec
from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from apps.backbone import slots
from apps.backbone.models import Schedule
from apps.backbone.slots import times

PREFIX = "argument"
DAY_SECONDS = 86_400
EXAMPLES = (
    "*/30 * * * * *",
    "* * * * *",
    "*/5 * * * *",
    "0 * * * *",
    "0 6 * * *",
    "0 9 * * 1-5",
    "0 3 * * 0",
    "0 4 1 * *",
)
SLUG = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", gettext_lazy("Small letters, digits and single hyphens."))


class ArgumentsForm(forms.Form):
    """One field for each field of the job's struct; a job without one has none."""

    def __init__(self, job: slots.Job, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix=PREFIX, **kwargs)
        self.job = job
        for field in msgspec.structs.fields(job.arguments) if job.arguments else ():
            self.fields[field.name] = field_of(field)

    def given(self) -> dict[str, Any]:
        """What was filled in; what was left empty is the job's own default."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.job.read(self.given())
            except slots.ArgumentsRefused as error:
                raise forms.ValidationError(str(error)) from None
        return cleaned


def field_of(field: msgspec.structs.FieldInfo) -> forms.Field:
    shape, optional = unwrap(msgspec.inspect.type_info(field.type))
    known = {
        "label": field.name.replace("_", " ").capitalize(),
        "required": field.required and not optional,
        "initial": None if field.default is msgspec.NODEFAULT else field.default,
    }
    match shape:
        case msgspec.inspect.BoolType():
            return forms.BooleanField(**known | {"required": False}, widget=UnfoldBooleanWidget())
        case msgspec.inspect.IntType(ge=lowest, le=highest):
            return forms.IntegerField(
                **known, min_value=lowest, max_value=highest, widget=UnfoldAdminIntegerFieldWidget()
            )
        case msgspec.inspect.LiteralType(values=values):
            choices = [(value, value) for value in values]
            return forms.ChoiceField(**known, choices=choices, widget=UnfoldAdminSelectWidget())
        case msgspec.inspect.StrType(max_length=longest):
            return forms.CharField(**known, max_length=longest or 200, widget=UnfoldAdminTextInputWidget())
    return forms.CharField(**known, max_length=200, widget=UnfoldAdminTextInputWidget())


def unwrap(shape: Any) -> tuple[Any, bool]:
    """`int | None` is an optional int; what carries metadata is what it carries it for."""
    if isinstance(shape, msgspec.inspect.Metadata):
        return unwrap(shape.type)
    if isinstance(shape, msgspec.inspect.UnionType):
        others = [one for one in shape.types if not isinstance(one, msgspec.inspect.NoneType)]
        return unwrap(others[0])[0], len(others) < len(shape.types)
    return shape, False


class NameField(forms.CharField):
    """`Noon report` is taken for noon-report."""

    def to_python(self, value: Any) -> str:
        return "-".join(str(super().to_python(value)).lower().split())


class ScheduleForm(forms.Form):
    """A schedule's times and rules. Its name and job are fixed once it is made."""

    name = NameField(
        label=gettext_lazy("Name"),
        max_length=80,
        validators=[SLUG],
        help_text=SLUG.message,
        widget=UnfoldAdminTextInputWidget(),
    )
    job = forms.ChoiceField(label=gettext_lazy("Job"), widget=UnfoldAdminSelectWidget())
    cron = forms.CharField(
        label=gettext_lazy("Times"),
        max_length=100,
        initial="0 6 * * *",
        help_text=gettext_lazy("minute, hour, day of month, month, day of week (0 is Sunday)"),
        widget=UnfoldAdminTextInputWidget(attrs={"list": "examples", "autocomplete": "off", "spellcheck": "false"}),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), widget=UnfoldAdminSelectWidget())
    if_missed = forms.ChoiceField(
        label=gettext_lazy("If a slot was missed"),
        choices=Schedule.Missed.choices,
        initial=Schedule.Missed.SKIP,
        widget=UnfoldAdminSelectWidget(),
    )
    grace_seconds = forms.IntegerField(
        label=gettext_lazy("Seconds late before it counts as missed"),
        min_value=1,
        max_value=DAY_SECONDS,
        initial=300,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    def __init__(self, *args: Any, schedule: Schedule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schedule = schedule
        zone = schedule.time_zone if schedule else settings.TIME_ZONE
        zones = list(dict.fromkeys([zone, *times.time_zones()]))
        self.fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in zones]  # type: ignore[attr-defined]
        self.fields["job"].choices = [(job.name, job.title) for job in slots.offered()]  # type: ignore[attr-defined]
        if schedule:
            del self.fields["name"], self.fields["job"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Schedule.objects.filter(name=name).exists():
            raise forms.ValidationError(_("There is a schedule of this name."))
        return name

    def clean_cron(self) -> str:
        try:
            return times.check(self.cleaned_data["cron"])
        except slots.CronRefused as error:
            raise forms.ValidationError(str(error)) from None


def of_schedule(schedule: Schedule) -> dict[str, Any]:
    names = ("cron", "time_zone", "if_missed", "grace_seconds")
    return {name: getattr(schedule, name) for name in names}


def of_arguments(arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(arguments)
    return found


class PauseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget())


class TokenForm(forms.Form):
    """A second press of the same button starts nothing more."""

    token = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
