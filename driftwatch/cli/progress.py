"""A bar on a terminal while an audit runs; silence elsewhere, where the log speaks."""

import sys
from contextlib import AbstractContextManager

import click


class Bar(AbstractContextManager["Bar"]):
    """Fulfils ``ports.Progress``: drawn on standard error and wiped when the work is done."""

    _WIDTH = 30

    def __init__(self, *, is_shown: bool | None = None) -> None:
        self._is_shown = sys.stderr.isatty() if is_shown is None else is_shown
        self._all = self._done = 0

    def planned(self, probes: int) -> None:
        """So many questions will be asked."""
        self._all = probes
        self._draw()

    def advanced(self) -> None:
        """One of them is answered."""
        self._done += 1
        self._draw()

    def _draw(self) -> None:
        if self._is_shown and self._all:
            filled = self._WIDTH * self._done // self._all
            bar = "━" * filled + "─" * (self._WIDTH - filled)
            click.echo(f"\r{bar} {self._done} of {self._all} questions asked", nl=False, err=True)

    def clear(self) -> None:
        """Wipe the bar, so that what follows starts on a clean line."""
        if self._is_shown and self._all:
            click.echo("\r\x1b[2K", nl=False, err=True)
        self._is_shown = False

    def __exit__(self, *_: object) -> None:
        self.clear()
