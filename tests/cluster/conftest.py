"""A cluster for each test that wants one."""

from collections.abc import Iterator

import pytest

from tests.cluster.api import Api, api


@pytest.fixture
def cluster() -> Iterator[Api]:
    """An API server without encryption."""
    with api() as running:
        yield running
