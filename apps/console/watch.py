"""Which processes ought to live, which do, and the command that starts one that is missing."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.backbone import ask, clock
from apps.backbone.inbox import subscribers
from apps.backbone.models import Process
from apps.backbone.presence import ALIVE

EVERYTHING = "python manage.py up"
EMBEDDED = "worker embedded"


@dataclass(frozen=True)
class Silent:
    """A role that no live process has."""

    role: str
    missing: str
    """What does not happen meanwhile."""
    command: str


def expected() -> list[Silent]:
    """Every role that a whole shop has."""
    consumers = sorted(one.name for one in subscribers.values() if one.kind == "event")
    services = sorted(one.name.partition(".")[0] for one in subscribers.values() if one.kind == "command")
    return [
        Silent("relay", _("nothing that is written reaches anybody"), "python manage.py relay"),
        *(Silent(f"consumer {name}", _("its events wait"), f"python manage.py consume {name}") for name in consumers),
        *(
            Silent(
                f"worker {name}", _("its commands wait"), f"celery -A project.celery:{name} worker -Q {name}.commands"
            )
            for name in services
        ),
        Silent("worker jobs", _("jobs wait, and so do schedules"), "celery -A project.celery:jobs worker -Q jobs"),
        Silent("worker queries", _("screens get no answers from the services"), questions()),
        Silent("beat", _("no schedule starts"), "celery -A project.celery:beat beat"),
    ]


def questions() -> str:
    return f"celery -A project.celery:queries worker -Q {','.join(sorted(ask.queues()))}"


def living() -> set[str]:
    return set(Process.objects.filter(seen_at__gt=clock.now() - ALIVE).values_list("role", flat=True))


def silent() -> list[Silent]:
    """The roles nobody was seen in for 20 seconds."""
    seen = living()
    return [one for one in expected() if not lives(one.role, seen)]


def lives(role: str, seen: set[str]) -> bool:
    """Embedded, one worker carries every service's commands."""
    return any(each.startswith(role) for each in seen) or (role.startswith("worker ") and EMBEDDED in seen)
