"""Waiting for what happens soon without telling anybody."""

import threading
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 30.0
"""Seconds after which what should have happened is taken for never."""
_FIRST: Final = 0.02
_LONGEST: Final = 0.1
"""Seconds between two looks. They become rarer: who asks a service fifty times a second slows it down."""


def wait_until(is_so: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Until something is so."""
    pause, waited, between = threading.Event(), 0.0, _FIRST
    while not is_so():
        if waited >= patience:
            raise AssertionError("it did not become so")
        pause.wait(between)
        waited += between
        between = min(1.2 * between, _LONGEST)
