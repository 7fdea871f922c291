"""Fixtures that more than one room's tests need."""

import os
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


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: tests of services wait for other processes a third of their time."""
    return (os.cpu_count() or 1) + 1


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
