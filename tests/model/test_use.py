"""What is kept of a test's name."""

import pytest

from driftwatch.model.secret import MASK
from driftwatch.model.use import LONGEST, named


@pytest.mark.parametrize(
    ("test", "kept"),
    [
        ("test_a.py::test_it[key=1]", "test_a.py::test_it[key=1]"),
        ("test_a.py::test_it[a@b.example]", "test_a.py::test_it[a@b.example]"),
        ("test_a.py::test_it[https://example.com/a@b?page=2]", "test_a.py::test_it[https://example.com/a@b?page=2]"),
        ("test_a.py::test_it[https://ann:s3cret@example.com/a-1]", "test_a.py::test_it[https://example.com/a-1]"),
        ("t[https://example.com?token=s3cret&page=2]", f"t[https://example.com?token={MASK}&page=2]"),
        ("t[redis://:s3cret@[::1]:1-http://b/?q=1&sig=s3cret]", f"t[redis://[::1]:1-http://b/?q=1&sig={MASK}]"),
    ],
)
def test_credentials_in_names(test: str, kept: str) -> None:
    """It is the test's own but for the credentials of URLs."""
    assert named(test) == kept


def test_long_names() -> None:
    """They are bounded, and remain different ones."""
    names = {named(f"test_a.py::test_it[{'x' * 9000}{number}]") for number in range(2)}
    assert len(names) == 2
    assert {len(name) <= LONGEST for name in names} == {True}
    assert named("x" * LONGEST) == "x" * LONGEST
