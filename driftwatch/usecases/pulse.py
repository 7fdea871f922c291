"""Signs of life of a run, so that others can tell a slow one from one whose process died."""

from typing import Final

from driftwatch.ports import Clock, Progress, Store

_BEAT: Final = 30.0
"""Seconds between two of them."""


class Beating:
    """Progress that tells the store now and then that the run goes on."""

    def __init__(self, progress: Progress, store: Store, clock: Clock, run_id: str) -> None:
        self._progress, self._store, self._clock, self._run_id = progress, store, clock, run_id
        self._last = clock.elapsed()

    def planned(self, probes: int) -> None:
        """Passed on."""
        self._progress.planned(probes)

    def advanced(self) -> None:
        """Passed on, with a sign of life if the last one is a while ago; one that fails costs nothing."""
        self._progress.advanced()
        if self._clock.elapsed() - self._last >= _BEAT:
            self._last = self._clock.elapsed()
            self._store.beat(self._run_id, self._clock.now())
