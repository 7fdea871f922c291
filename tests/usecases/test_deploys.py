"""What somebody tells of a rollout is understood, or everything that speaks against it is said."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from msgspec.structs import replace

from driftwatch.model.rollout import Objection, Rollout, Source
from driftwatch.usecases.deploys import Telling, understood

NOW: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
PROVIDERS: Final = ("orders", "Payments-EU")
TOLD: Final = Telling("orders", "1.42.0")


def _understood(told: Telling) -> Rollout | tuple[Objection, ...]:
    return understood(told, PROVIDERS, Source.WEBHOOK, NOW)


def test_the_least_is_provider_and_version() -> None:
    """It is named by the provider and was complete now."""
    assert _understood(TOLD) == Rollout("orders", "orders", "1.42.0", NOW, Source.WEBHOOK)


def test_all_that_is_told_is_kept() -> None:
    """The moment in UTC."""
    whole = replace(TOLD, name="orders-api", revision="7", at="2026-05-01T13:00:00+02:00", link="https://ci.example/7")
    at = NOW - timedelta(hours=1)
    assert _understood(whole) == Rollout(
        "orders", "orders-api", "1.42.0", at, Source.WEBHOOK, "7", "https://ci.example/7"
    )


@pytest.mark.parametrize(
    ("at", "meant"),
    [
        ("2026-05-01T11:59:59Z", NOW - timedelta(seconds=1)),
        ("2026-05-01 11:59:59.500z", NOW - timedelta(seconds=0.5)),
        ("2026-05-01t11:00:00.123456789Z", NOW - timedelta(hours=1) + timedelta(microseconds=123456)),
        ("2026-05-01T12:04:59Z", NOW),
    ],
)
def test_a_moment_is_read_as_rfc_3339_has_it(at: str, meant: datetime) -> None:
    """A clock that is a little ahead means now."""
    rollout = _understood(replace(TOLD, at=at))
    assert isinstance(rollout, Rollout)
    assert rollout.at == meant


REFUSED: Final = {
    "a provider that is misspelt": ({"provider": "payments-eu"}, "provider", "Did you mean 'Payments-EU'?"),
    "a provider that is nobody": ({"provider": "zzz"}, "provider", "named in the config"),
    "no provider": ({"provider": ""}, "provider", "there is none"),
    "a provider without an end": ({"provider": "x" * 9000}, "provider", "x…'"),
    "no version": ({"version": ""}, "version", "'1.42.0'"),
    "a version of two lines": ({"version": "1\n2"}, "version", "invisible"),
    "a version of half a character": ({"version": "\ud800"}, "version", "invisible"),
    "a version that turns the line around": ({"version": "1\u202e2"}, "version", "invisible"),
    "a long name": ({"name": "x" * 201}, "name", "201 characters"),
    "a revision with blanks": ({"revision": " 7"}, "revision", "invisible"),
    "a moment without a zone": ({"at": "2026-05-01T12:00:00"}, "at", "2026-05-01T12:00:00Z"),
    "a day": ({"at": "2026-05-01"}, "at", "no moment"),
    "a day that is none": ({"at": "2026-02-31T12:00:00Z"}, "at", "no moment"),
    "digits of another script": ({"at": "٢٠٢٦-05-01T12:00:00Z"}, "at", "no moment"),
    "a moment to come": ({"at": "2026-05-01T12:05:01Z"}, "at", "still to come"),
    "the end of time": ({"at": "9999-12-31T23:59:59-12:00"}, "at", "still to come"),
    "the beginning of time": ({"at": "0001-01-01T00:00:00+14:00"}, "at", "long over"),
    "a link in the clear": ({"link": "http://ci.example/7"}, "link", "https"),
    "a link with a password": ({"link": "https://ann:hunter2@ci.example/7"}, "link", "user info"),
    "a link that is a script": ({"link": "javascript:alert(1)"}, "link", "https"),
    "a link without a host": ({"link": "https:///7"}, "link", "https"),
    "a link that cannot be one": ({"link": "https://[::1"}, "link", "https"),
    "a link with a blank": ({"link": "https://ci.example/a b"}, "link", "https"),
    "a long link": ({"link": f"https://ci.example/{'x' * 500}"}, "link", "500 at most"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "part", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_meant_is_refused(change: dict[str, str], part: str, words: str) -> None:
    """With the part, what is wrong and what would be right; a password is not repeated."""
    objections = _understood(replace(TOLD, **change))
    assert isinstance(objections, tuple)
    (objection,) = objections
    assert objection.part == part
    assert words in str(objection)
    assert "hunter2" not in str(objection)
    assert str(objection).isprintable()
    assert len(str(objection)) < 300


def test_all_objections_are_told_at_once() -> None:
    """Nobody mends one after the other."""
    objections = _understood(Telling("x", "", at="yesterday", link="ftp://x"))
    assert isinstance(objections, tuple)
    assert [one.part for one in objections] == ["provider", "version", "at", "link"]
