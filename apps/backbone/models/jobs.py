"""Schedules, their slots, and the runs of jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Schedule(models.Model):
    """When a registered job runs by itself. Celery beat only wakes it; what is due is computed from this row."""

    class Missed(models.TextChoices):
        SKIP = "skip", _("skip it (default)")
        ONCE = "once", _("run once, late")

    name = models.SlugField(_("name"), unique=True, max_length=80)
    job = models.CharField(_("job"), max_length=100)
    """`inventory.expire-reservations`"""
    arguments = models.TextField(default="{}")
    cron = models.CharField(_("times"), max_length=100)
    """Five fields, or six with the seconds first."""
    time_zone = models.CharField(_("time zone"), max_length=64)
    if_missed = models.CharField(_("if a slot was missed"), max_length=4, choices=Missed.choices, default=Missed.SKIP)
    grace_seconds = models.PositiveIntegerField(_("may start late by, in seconds"), default=300)
    """A slot that is later than this was missed."""
    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=100, blank=True)
    paused_reason = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField()
    """Every slot up to this instant has been claimed or recorded as missed."""
    next_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["name"]
        indexes = [models.Index(fields=["next_at"], condition=models.Q(paused_at=None), name="schedule_next")]

    def __str__(self) -> str:
        return self.name


class JobRun(models.Model):
    """One run of one job, started by a schedule or a person; a committed row is always picked up."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    job = models.CharField(_("job"), max_length=100)
    arguments = models.TextField(default="{}")
    key = models.UUIDField(null=True, unique=True)
    """The form's own id: a form sent twice starts one run."""
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.QUEUED)
    actor = models.CharField(_("started by"), max_length=100)
    schedule = models.ForeignKey(Schedule, on_delete=models.SET_NULL, null=True, related_name="runs")
    created_at = models.DateTimeField(_("queued"))
    handed_at = models.DateTimeField(null=True)
    """When it was last offered to a worker."""
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    lease_until = models.DateTimeField(null=True)
    """A running row whose lease has passed belongs to a process that is gone."""
    tries = models.IntegerField(default=0)
    """Also the fence: a process that was thought dead may not write under an older number."""
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    cursor = models.TextField(blank=True)
    """Where the job itself goes on from, as JSON."""
    summary = models.CharField(max_length=500, blank=True)
    """The last note."""
    cancel_asked_by = models.CharField(max_length=100, blank=True)
    error = models.TextField(blank=True)
    traceback = models.TextField(blank=True)
    columns = models.TextField(blank=True)
    """The report's column titles, as JSON; empty without a report."""
    row_count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        indexes = [
            models.Index(fields=["job", "-id"], name="job_run_by_job"),
            models.Index(fields=["state", "-id"], name="job_run_by_state"),
            models.Index(
                fields=["handed_at"], condition=models.Q(state__in=["queued", "running"]), name="job_run_not_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.pk}"


class JobNote(models.Model):
    """One line that a job said while it ran."""

    run = models.ForeignKey(JobRun, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    text = models.CharField(max_length=500)


class JobReportPart(models.Model):
    """A few hundred rows of a run's report, as JSON."""

    run = models.ForeignKey(JobRun, on_delete=models.CASCADE, related_name="report_parts")
    number = models.IntegerField()
    rows = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="job_report_part_once")]


class JobMessage(models.Model):
    """One message that a run has put into the log."""

    run = models.ForeignKey(JobRun, on_delete=models.CASCADE, related_name="messages", db_index=False)
    seq = models.BigIntegerField()
    """The message's own insert number."""

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["run", "seq"], name="job_message_once")]


class Slot(models.Model):
    """One due time of one schedule; whoever inserts the row has claimed it, so it takes effect at most once."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("run")
        MISSED = "missed", _("missed")
        PAUSED = "paused", _("passed while paused")
        IGNORED = "ignored", _("ignored")

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="slots")
    slot_at = models.DateTimeField()
    since_at = models.DateTimeField(null=True)
    """If set, this row stands for every slot from here to `slot_at`."""
    state = models.CharField(max_length=7, choices=State.choices)
    reason = models.CharField(max_length=250, blank=True)
    run = models.ForeignKey(JobRun, on_delete=models.SET_NULL, null=True, related_name="slots")
    decided_by = models.CharField(max_length=100, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [models.UniqueConstraint(fields=["schedule", "slot_at"], name="slot_once")]
        indexes = [
            models.Index(fields=["schedule", "-slot_at"], condition=~models.Q(state="claimed"), name="slot_not_run")
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id} at {self.slot_at:%Y-%m-%d %H:%M:%S}"
