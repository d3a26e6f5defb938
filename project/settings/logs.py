"""Log lines: words for people in the embedded profile, JSON for machines on servers."""

import os
import warnings
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured

from project.settings.environment import WAYBILL_PROFILE

__all__ = ["LOGGING"]

FORMATS = {"text", "json"}
LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR"}

form = os.environ.get("WAYBILL_LOG", "").strip() or ("json" if WAYBILL_PROFILE == "servers" else "text")
level = os.environ.get("WAYBILL_LOG_LEVEL", "").strip().upper() or "INFO"
if form not in FORMATS:
    raise ImproperlyConfigured(f"WAYBILL_LOG is '{form}'. Set it to text or json.")
if level not in LEVELS:
    raise ImproperlyConfigured(f"WAYBILL_LOG_LEVEL is '{level}'. Set it to one of: {', '.join(sorted(LEVELS))}.")

PREPARATION: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
RENDERING: dict[str, list[Any]] = {
    "text": [structlog.dev.ConsoleRenderer(colors=False)],
    "json": [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()],
}

structlog.configure(
    processors=[*PREPARATION, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)

# Without collected files, WhiteNoise serves those of the apps, and need not say that it found no others.
warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
# Workers take JSON alone, so what Celery fears of root, foreign code in a pickle, cannot come.
warnings.filterwarnings("ignore", message="You're running the worker with superuser")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": PREPARATION,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *RENDERING[form]],
        }
    },
    "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["standard_error"], "level": level},
    "loggers": {
        "django": {"handlers": [], "level": level, "propagate": True},
        "django.server": {"handlers": [], "level": level, "propagate": True},
        "amqp": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},
        "celery": {"level": "WARNING" if level == "INFO" else level},
        "uvicorn.access": {"level": "WARNING"},
    },
}
