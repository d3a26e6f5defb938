"""Which jobs there are: nothing else can be scheduled or started."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from apps.backbone.slots.running import Run

Function = Callable[["Run"], None]


class NoSuchJob(LookupError):
    """No job of this name is registered."""


class AlreadyRegistered(TypeError):
    """Two functions claim one job."""


class ArgumentsRefused(ValueError):
    """The job does not take these arguments."""


@dataclass(frozen=True)
class Job:
    """One registered job. `name` has its service in front: `inventory.expire-reservations`."""

    name: str
    title: Any
    function: Function
    arguments: type[msgspec.Struct] | None
    resumable: bool
    every: str
    if_missed: str
    by_form: bool

    @property
    def short_name(self) -> str:
        return self.name.partition(".")[2]

    def read(self, given: Mapping[str, Any]) -> Any:
        """The arguments as the job's struct, or None for a job without any; raises ArgumentsRefused by field."""
        known = set(self.arguments.__struct_fields__) if self.arguments else set()
        if unknown := sorted(set(given) - known):
            raise ArgumentsRefused(f"{self.name} does not take: {', '.join(unknown)}")
        if self.arguments is None:
            return None
        try:
            return msgspec.convert(dict(given), self.arguments, strict=False)
        except msgspec.ValidationError as error:
            raise ArgumentsRefused(str(error)) from None

    def write(self, given: Mapping[str, Any]) -> str:
        """The checked arguments as JSON, the form that rows keep."""
        arguments = self.read(given)
        return "{}" if arguments is None else msgspec.json.encode(arguments).decode()


_jobs: dict[str, Job] = {}


@dataclass(frozen=True)
class Jobs:
    """A service's jobs."""

    service: str

    def on(
        self,
        name: str,
        *,
        title: Any,
        arguments: type[msgspec.Struct] | None = None,
        resumable: bool = True,
        every: str = "",
        if_missed: str = "skip",
        by_form: bool = True,
    ) -> Callable[[Function], Function]:
        """Let staff and schedules start the decorated function.

        `arguments` is the struct that its arguments are checked against. A run whose process was killed begins again
        with its cursor, unless `resumable` is false: then it has failed. `every` is the cron line of the schedule
        that a new shop gets, in the shop's time zone; `if_missed` what that does about a missed slot: skip or once.
        Without `by_form`, staff start it on a page of its own and cannot schedule it.
        """

        def register(function: Function) -> Function:
            job = Job(f"{self.service}.{name}", title, function, arguments, resumable, every, if_missed, by_form)
            if job.name in _jobs:
                raise AlreadyRegistered(job.name)
            _jobs[job.name] = job
            return function

        return register


def find(name: str) -> Job:
    try:
        return _jobs[name]
    except KeyError:
        raise NoSuchJob(name) from None


def registered() -> list[Job]:
    """All jobs, by name."""
    return [_jobs[name] for name in sorted(_jobs)]


def offered() -> list[Job]:
    """Those that staff may start and schedule by a form of their arguments, by name."""
    return [job for job in registered() if job.by_form]
