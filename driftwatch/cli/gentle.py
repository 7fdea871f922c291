"""An end that lets journeys clean up: SIGTERM is like Ctrl-C for as long as something may be left behind."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from driftwatch.settings.tree import Settings


@contextmanager
def gentle_end(settings: Settings) -> Iterator[None]:
    """While an audit with journeys runs. The first SIGTERM lets them clean up, a second one ends at once.

    As process 1 it is like that for every audit (``driftwatch.__main__``).
    """
    may_leave_something = any(one.journeys.journeys or one.probing.consent for one in settings.providers.values())
    is_ours = os.getpid() != 1 and threading.current_thread() is threading.main_thread()
    if not (may_leave_something and is_ours):
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
