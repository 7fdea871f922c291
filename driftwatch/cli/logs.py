"""The log on standard error: console on a terminal, JSON elsewhere. Only doors speak, one event a step."""

import sys
from typing import Final

import structlog

from driftwatch.settings.environment import LogSettings

_NUMBERS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def start_log(settings: LogSettings) -> None:
    """Set structlog up for this process."""
    on_terminal = sys.stderr.isatty()
    wants_console = settings.format == "console" or (settings.format == "auto" and on_terminal)
    renderer: structlog.typing.Processor
    if wants_console:
        renderer = structlog.dev.ConsoleRenderer(colors=on_terminal)
    else:
        renderer = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_NUMBERS[settings.level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
