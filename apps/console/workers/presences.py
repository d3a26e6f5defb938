"""The processes that a shop has: the living, the silent, and the roles that nobody has."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from apps.backbone import clock
from apps.backbone.models import Process
from apps.backbone.presence import ALIVE
from apps.console import watch


@dataclass(frozen=True)
class Seat:
    """One role, with the process that has it or had it last."""

    role: str
    process: Process | None
    alive: bool
    missing: watch.Silent | None = None
    """What does not happen meanwhile, and the command that starts one."""

    @property
    def state(self) -> str:
        if self.alive:
            return "alive"
        return "silent" if self.process else "missing"

    @property
    def other_version(self) -> bool:
        """It runs other code than this page: a deployment is under way, or passed it by."""
        return bool(self.process and self.process.version and self.process.version != settings.WAYBILL_VERSION)


def seats() -> list[Seat]:
    """What is wrong first; then by role."""
    silent = {one.role: one for one in watch.silent()}
    found = [seat(process, silent) for process in shown()]
    held = {one.role for one in found}
    empty = [Seat(role, None, alive=False, missing=one) for role, one in silent.items() if role not in held]
    return sorted([*empty, *found], key=lambda one: (one.alive, one.role))


def shown() -> Iterable[Process]:
    """Without the dead whose role another one has taken over."""
    alive = Q(seen_at__gt=clock.now() - ALIVE)
    taken_over = Process.objects.filter(alive).values("role")
    return Process.objects.exclude(~alive & Q(role__in=taken_over)).order_by("role", "name")


def seat(process: Process, silent: dict[str, watch.Silent]) -> Seat:
    alive = process.seen_at > clock.now() - ALIVE
    return Seat(process.role, process, alive, None if alive else silent.get(process.role))
