"""What every test of the command line begins and ends with."""

from collections.abc import Iterator

import pytest

from tests.cli.calling import untouched


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with untouched(monkeypatch):
        yield
