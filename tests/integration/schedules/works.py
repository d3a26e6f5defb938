"""Jobs that tests run."""

from typing import Annotated

import msgspec

from apps.backbone.models import JobRun
from apps.backbone.slots import Jobs, Run, cancel

jobs = Jobs("works")
ran: list[str] = []


class UpTo(msgspec.Struct, forbid_unknown_fields=True):
    upto: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3


class Killed(BaseException):
    """The process goes away in the middle."""


@jobs.on("tick", title="Tick")
def tick(run: Run) -> None:
    ran.append("tick")


@jobs.on("hourly", title="Hourly", every="0 * * * *")
def hourly(run: Run) -> None:
    ran.append("hourly")


@jobs.on("count", title="Count", arguments=UpTo)
def count(run: Run) -> None:
    """Dies at 2 on its first try."""
    for number in range(run.cursor or 0, run.arguments.upto):
        if number == 2 and run.row.tries == 1:
            raise Killed
        ran.append(f"{number}")
        run.progress(number + 1, run.arguments.upto, cursor=number + 1)
    run.note(f"counted to {run.arguments.upto}")


@jobs.on("charge", title="Charge", resumable=False)
def charge(run: Run) -> None:
    raise Killed


@jobs.on("divide", title="Divide")
def divide(run: Run) -> None:
    run.report(["number", "half"], ((number, number / 2) for number in range(1200)))
    run.note("=1+1")
    ran.append(str(1 / 0))


@jobs.on("sales", title="Sales")
def sales(run: Run) -> None:
    run.report(["product", "sold"], [["tea", 3], ["=cmd()", -1], ["<b>milk</b>, fresh", 2]])


@jobs.on("endless", title="Endless")
def endless(run: Run) -> None:
    cancel(run.row.pk, "user:7")
    while not run.cancelled:
        run.progress(1)


@jobs.on("robbed", title="Robbed")
def robbed(run: Run) -> None:
    """Another process takes the run while this one still works."""
    JobRun.objects.filter(pk=run.row.pk).update(tries=run.row.tries + 1)
    run.note("still here")
    ran.append("wrote after it was taken away")
