"""Celery's own tables are not in the admin: results have pages of their own, and editing one of beat's would be running
any task."""

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django_celery_beat import models as beat
from django_celery_results.models import GroupResult, TaskResult

BEATS = (
    beat.PeriodicTask,
    beat.IntervalSchedule,
    beat.CrontabSchedule,
    beat.SolarSchedule,
    beat.ClockedSchedule,
)

for model in (TaskResult, GroupResult, *BEATS):
    try:
        admin.site.unregister(model)
    except NotRegistered:
        continue
