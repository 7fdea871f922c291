"""What every test of the command line begins and ends with."""

from collections.abc import Iterator

import pytest
import structlog

from tests.cli.calling import plain_environment


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands find no settings of the developer, and leave no log behind that writes to a stream of the past."""
    import os

    kept = plain_environment()
    for name in set(os.environ) - set(kept):
        monkeypatch.delenv(name)
    yield
    structlog.reset_defaults()
