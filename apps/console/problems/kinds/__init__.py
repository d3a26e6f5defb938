"""Every kind of problem, the likely causes of the others first."""

from apps.console.problems.kind import Kind
from apps.console.problems.kinds import (
    dead_letters,
    failed_jobs,
    payments,
    processes,
    read_models,
    schedules,
    stuck_runs,
)

ALL: tuple[Kind, ...] = (
    processes.KIND,
    dead_letters.KIND,
    stuck_runs.KIND,
    payments.KIND,
    failed_jobs.KIND,
    schedules.KIND,
    read_models.KIND,
)
