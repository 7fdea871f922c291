"""A bar on a terminal while an audit runs; silence elsewhere, where the log speaks."""

import os
import shutil
import sys
from contextlib import AbstractContextManager
from typing import Final

import click

_COLUMNS: Final = 60
"""What the bar takes at most; a terminal that has no more than that gets none."""
WIPE: Final = "\r" + " " * _COLUMNS + "\r"
"""Clears the bar's line, on any terminal."""


class Bar(AbstractContextManager["Bar"]):
    """Fulfils ``ports.Progress``: drawn on standard error and wiped when the work is done."""

    _WIDTH = 30

    def __init__(self, what: str = "questions asked", *, is_shown: bool | None = None) -> None:
        self._what = what
        self._is_shown = _has_room() if is_shown is None else is_shown
        self._all = self._done = 0

    def planned(self, probes: int) -> None:
        """So many more questions will be asked."""
        self._all += probes
        self._draw()

    def advanced(self) -> None:
        """One of them is answered."""
        self._done += 1
        self._draw()

    def _draw(self) -> None:
        if self._is_shown and self._all:
            filled = self._WIDTH * self._done // self._all
            bar = "━" * filled + "─" * (self._WIDTH - filled)
            line = f"{bar} {self._done} of {self._all} {self._what}"
            click.echo(f"\r{line[:_COLUMNS]}", nl=False, err=True)

    def clear(self) -> None:
        """Wipe the bar, so that what follows starts on a clean line."""
        if self._is_shown and self._all:
            click.echo(WIPE, nl=False, err=True)
        self._is_shown = False

    def __exit__(self, *_: object) -> None:
        self.clear()


def _has_room() -> bool:
    return sys.stderr.isatty() and shutil.get_terminal_size().columns > _COLUMNS and os.environ.get("TERM") != "dumb"
