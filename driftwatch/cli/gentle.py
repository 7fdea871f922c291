"""An end that lets journeys clean up: SIGTERM is like Ctrl-C for as long as something may be left behind."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from driftwatch.settings.tree import Settings


@contextmanager
def gentle_end(settings: Settings) -> Iterator[None]:
    """While an audit with journeys runs. The first SIGTERM lets them clean up, a second one ends at once.

    As process 1 it is like that for every audit (``driftwatch.__main__``).
    """
    may_leave_something = any(one.journeys.journeys or one.probing.consent for one in settings.providers.values())
    with heeding_sigterm() if may_leave_something else nullcontext():
        yield


@contextmanager
def heeding_sigterm() -> Iterator[None]:
    """SIGTERM is like Ctrl-C inside: what is running is brought to its end. Process 1 has that anyway."""
    if os.getpid() == 1 or threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def stop(number: int, _: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        came.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        if came:
            signal.raise_signal(signal.SIGTERM)  # whoever sent it is told that it ended the process
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
