"""Jobs and when they run by themselves: registered functions, their runs, schedules and the ledger of slots.

```python
jobs = Jobs("inventory")


@jobs.on("expire-reservations", title=_("Release expired reservations"), every="* * * * *")
def expire_reservations(run: Run) -> None:
    run.note(f"{expire(run.due_at)} released")
```
"""

from apps.backbone.slots.ledger import due, ignore, late, run_missed, settle, wake
from apps.backbone.slots.registry import ArgumentsRefused, Job, Jobs, NoSuchJob, find, offered, registered
from apps.backbone.slots.running import JobFailed, Run, cancel, run_again, run_job, start
from apps.backbone.slots.schedules import create, edit, pause, resume, run_now, seed
from apps.backbone.slots.times import CronRefused

__all__ = [
    "ArgumentsRefused",
    "CronRefused",
    "Job",
    "JobFailed",
    "Jobs",
    "NoSuchJob",
    "Run",
    "cancel",
    "create",
    "due",
    "edit",
    "find",
    "ignore",
    "late",
    "offered",
    "pause",
    "registered",
    "resume",
    "run_again",
    "run_job",
    "run_missed",
    "run_now",
    "seed",
    "settle",
    "start",
    "wake",
]
