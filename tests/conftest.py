"""Fixtures that more than one room's tests need."""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

settings.register_profile("driftwatch", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("driftwatch")  # no law depends on how busy the machine is

ROOT = Path(__file__).resolve().parent.parent

# the suite starts a thousand processes of ours: without bytecode each would compile all that it loads
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# a shell that starts the suite in the background makes all its processes deaf to Ctrl-C, which tests send
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: tests of services wait for other processes a third of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was collected stays to the end: looking through all of it for garbage is a sixth of the suite's CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True)
def log_is_reset() -> Iterator[None]:
    """A command sets up the log for its process; here it would go on writing to a stream that the test has closed."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The design's own samples, which stand beside a developer's checkout and never in a user's."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("NOT RUN: the design's samples (../shared) are not beside this checkout")
    return folder
