"""The log on standard error: console on a terminal, JSON elsewhere. Only doors speak, one event a step."""

import os
import sys
from collections.abc import Callable
from typing import Any, Final

import structlog

from driftwatch.cli.options import has_colours
from driftwatch.cli.progress import WIPE
from driftwatch.settings.environment import LogSettings

_NUMBERS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def start_log(settings: LogSettings, count: Callable[[str], None] | None = None) -> None:
    """Set structlog up for this process; ``count`` is told the level of each line.

    Where a person looks, the bar and the report tell what happens: unless the format is set, ``info`` is left out.
    """
    on_terminal = sys.stderr.isatty()
    level = settings.level
    if settings.format == "auto" and on_terminal and level == "info":
        level = "warning"
    wants_console = settings.format == "console" or (settings.format == "auto" and on_terminal)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            *([_Counted(count)] if count is not None else []),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _Console(on_terminal=on_terminal) if wants_console else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_NUMBERS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


class _Counted:
    """Passes every event on and tells its level."""

    def __init__(self, count: Callable[[str], None]) -> None:
        self._count = count

    def __call__(self, _: structlog.typing.WrappedLogger, __: str, event: structlog.typing.EventDict) -> Any:
        self._count(event["level"])
        return event


class _Console:
    """Events for a person: on a terminal a line of its own, even while the progress bar stands there."""

    def __init__(self, *, on_terminal: bool) -> None:
        self._start = WIPE if on_terminal else ""
        self._render = structlog.dev.ConsoleRenderer(colors=on_terminal and has_colours(os.environ))

    def __call__(self, logger: structlog.typing.WrappedLogger, name: str, event: structlog.typing.EventDict) -> str:
        return self._start + self._render(logger, name, event)
