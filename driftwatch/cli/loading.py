"""Imports in peace: the garbage collector rests while modules come that stay to the end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """What is imported inside is not looked through for garbage, neither now nor later.

    An import makes thousands of objects and throws hardly one away; looking through all of them again and again took
    an eighth of a short audit's time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
