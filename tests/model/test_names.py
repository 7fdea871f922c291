"""What names tell of values."""

import pytest

from driftwatch.model.names import is_expiry, is_identifier, is_time, name_of, words


@pytest.mark.parametrize("name", [
    "at", "created_at", "createdAt", "createdat", "time", "startTime", "starttime", "date", "birthDate", "ts", "exp",
    "iat", "nbf", "created", "updated", "expires", "lastModified", "timestamp", "time_ms", "createdAtMillis",
    "validUntil", "notBefore", "notafter", "epoch", "unix_time", "times", "CREATED_AT",
])  # fmt: skip
def test_names_of_times(name: str) -> None:
    """A number of such a name counts time."""
    assert is_time(name)


@pytest.mark.parametrize("name", [
    "", "id", "bytesSent", "count", "format", "lat", "stat", "flat", "after", "before", "ms", "total_ms", "seconds",
    "n", "thermostat", "address", "1", "a" * 5_000_000 + "_at",
], ids=lambda name: name[:20])  # fmt: skip
def test_names_of_other_numbers(name: str) -> None:
    """A number of such a name may be anything."""
    assert not is_time(name)


@pytest.mark.parametrize(("name", "expected"), [
    ("expires_at", True), ("expiresOn", True), ("expiry", True), ("expirationDate", True), ("cardExpiry", True),
    ("exp", True), ("valid_until", True), ("validuntil", True), ("until", True), ("notAfter", True),
    ("not_after", True), ("experience", False), ("export", False), ("created", False), ("valid_from", False),
    ("expected", False), ("", False),
])  # fmt: skip
def test_names_of_ends(name: str, expected: bool) -> None:
    """A date of such a name is the end of something."""
    assert is_expiry(name) is expected


@pytest.mark.parametrize(("name", "expected"), [
    ("id", True), ("userId", True), ("user_id", True), ("userid", True), ("ids", True), ("uuid", True), ("ID", True),
    ("paid", False), ("isValid", False), ("void", False), ("idle", False), ("", False),
])  # fmt: skip
def test_names_of_records(name: str, expected: bool) -> None:
    """The values of such a name tell records apart."""
    assert is_identifier(name) is expected


@pytest.mark.parametrize(("path", "name"), [
    ("", ""), ("/a", "a"), ("/a/*/b", "b"), ("/times/*", "times"), ("/a~1b/*/*", "a/b"), ("/*", ""),
])  # fmt: skip
def test_a_list_goes_by_its_own_name(path: str, name: str) -> None:
    """Items and values of maps have no name of their own."""
    assert name_of(path) == name


def test_words_of_any_script() -> None:
    """A letter with an accent ends no word."""
    assert words("prénomUsuel_2HTTPServer") == ("prénom", "usuel", "2", "http", "server")
