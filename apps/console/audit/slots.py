"""Schedules: each slot took effect once, and each run says what became of it."""

from django.utils.translation import gettext_lazy as _

from apps.console.audit.statements import Invariant

TWICE = """
    SELECT 'schedule ' || schedule_id || ': slot ' || CAST(slot_at AS text) || ' has ' || count(*) || ' rows'
    FROM backbone_slot GROUP BY schedule_id, slot_at HAVING count(*) > 1
    UNION ALL
    SELECT 'run ' || run_id || ': stands for ' || count(*) || ' slots'
    FROM backbone_slot WHERE run_id IS NOT NULL GROUP BY run_id HAVING count(*) > 1
    UNION ALL
    SELECT 'slot ' || id || ': ' || state || ', and has a run'
    FROM backbone_slot WHERE run_id IS NOT NULL AND state <> 'claimed'
"""
ADRIFT = """
    SELECT 'run ' || id || ' of ' || job || ': ' || state || ' without ' || CASE
               WHEN state = 'running' THEN 'a lease' WHEN state = 'failed' THEN 'an error' ELSE 'an end' END
    FROM backbone_jobrun
    WHERE (state = 'running' AND (lease_until IS NULL OR started_at IS NULL))
       OR (state IN ('done', 'cancelled') AND ended_at IS NULL)
       OR (state = 'failed' AND (ended_at IS NULL OR error = ''))
"""

INVARIANTS = (
    Invariant("schedules.slots-once", _("every slot took effect once, and every run is of one slot"), TWICE),
    Invariant("schedules.runs-accounted-for", _("every run that began has a lease, an end, or an error"), ADRIFT),
)
