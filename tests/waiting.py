"""Waiting for what happens soon without telling anybody."""

import threading
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 30.0
"""Seconds after which what should have happened is taken for never."""


def wait_until(is_so: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Until something is so."""
    pause = threading.Event()
    for _ in range(int(patience / 0.02)):
        if is_so():
            return
        pause.wait(0.02)
    raise AssertionError("it did not become so")
