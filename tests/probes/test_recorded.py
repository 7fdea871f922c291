"""Which recorded questions are those of a mock, which are like them, and which are others."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.model.interaction import Claim, Expectation, Interaction, Origin, Request
from driftwatch.model.traffic import Heard, Medium
from driftwatch.probes.recorded import Likeness, Piles, likeness, operation_of_heard

AT: Final = datetime(2026, 5, 1, tzinfo=UTC)
SAME, ALIKE, OTHER = Likeness.SAME, Likeness.ALIKE, Likeness.OTHER


def _asked(method: str = "GET", path: str = "/users/1", **more: Any) -> Request:
    return replace(Request(method, path, "/users/{id}"), **more)


def _heard(method: str = "GET", path: str = "/users/1", **more: Any) -> Heard:
    body = b"" if method == "GET" else None
    return replace(Heard(Medium.HAR, "a.har", method, path, (), 200, at=AT, request_body=body), **more)


PAGE: Final = (("page", "2"),)
CASES: Final = {
    "word for word": (_asked(), _heard(), SAME),
    "another record": (_asked(), _heard(path="/users/2"), ALIKE),
    "with its parameter": (_asked(query=PAGE), _heard(query=PAGE), SAME),
    "without its parameter": (_asked(query=PAGE), _heard(), OTHER),
    "with another value": (_asked(query=PAGE), _heard(query=(("page", "3"),)), OTHER),
    "with one parameter more": (_asked(query=PAGE), _heard(query=(*PAGE, ("lang", "de"))), ALIKE),
    "with a credential that is not kept": (
        _asked(query=(*PAGE, ("api_key", "x"))), _heard(query=PAGE, withheld=("api_key",)), SAME),
    "an authored body that is equal JSON": (
        _asked("POST", body=b'{"a": 1, "b": 2}'), _heard("POST", request_body=b'{"b":2,"a":1}'), SAME),
    "an authored body and another one": (
        _asked("POST", body=b'{"a": 1}'), _heard("POST", request_body=b'{"a": 2}'), OTHER),
    "an authored form in another order": (
        _asked("POST", body=b"a=1&b=2"), _heard("POST", request_body=b"b=2&a=1"), SAME),
    "an authored body and none that is known": (_asked("POST", body=b'{"a": 1}'), _heard("POST"), OTHER),
    "a recorded body and other data of its form": (
        _asked("POST", body=b'{"a": 1}', recorded=True), _heard("POST", request_body=b'{"a": 2}'), ALIKE),
    "a recorded body and one of another form": (
        _asked("POST", body=b'{"a": 1}', recorded=True), _heard("POST", request_body=b'{"b": 2}'), OTHER),
    "any body to a mock that heeds none": (_asked("POST"), _heard("POST", request_body=b'{"a": 2}'), ALIKE),
    "no body to a mock that heeds none": (_asked("POST"), _heard("POST", request_body=b""), SAME),
    "an unknown body to a mock that heeds none": (_asked("POST"), _heard("POST"), Likeness.UNSEEN),
    "an unknown body about another record": (_asked("POST"), _heard("POST", "/users/2"), ALIKE),
    "an unknown body where there is none": (_asked("DELETE"), _heard("DELETE"), SAME),
    "bodies of another kind": (_asked("POST", body=b"\xff"), _heard("POST", request_body=b"\xfe"), OTHER),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "heard", "expected"), CASES.values(), ids=CASES)
def test_how_alike_two_questions_are(asked: Request, heard: Heard, expected: Likeness) -> None:
    """Only the very question may tell a status; in doubt two questions are others."""
    assert likeness(asked, heard) is expected


def _claim(path: str = "/users/1", template: str = "/users/{id}") -> Claim:
    asked = Request("GET", path, template)
    return Claim((Interaction(path, "fake", Origin("a.json"), asked, (Expectation(200),), group=path),))


def _piles(claim: Claim, *heard: Heard, samples: int = 2, room: int = 1000) -> Piles:
    piles = Piles.about([claim], samples, room)
    for one in heard:
        piles.put(one, operation_of_heard(one))
    return piles


def test_the_very_question_goes_before_those_like_it() -> None:
    """One of them is worth more than any number of others."""
    claim = _claim()
    piles = _piles(claim, _heard(path="/users/2"), _heard(), _heard(path="/users/3"))
    assert piles.answers_to(claim) == (SAME, [_heard()])


def test_a_path_that_no_template_takes_is_another_operation() -> None:
    """A word in the place of an identifier is a route of its own more often than a record."""
    claim = _claim(template="/users/{name}")
    others = (_heard(path="/users/search"), _heard("DELETE", "/users/2"), _heard(path="/users"))
    assert _piles(claim, *others).answers_to(claim) == (ALIKE, [])
    (_, found) = _piles(claim, _heard(path="/users/17")).answers_to(claim)
    assert [one.path for one in found] == ["/users/17"]


def test_the_newest_are_kept_in_whatever_order_they_come() -> None:
    """A log begins with the oldest line, an archive of several days with any."""
    claim = _claim()
    came = [_heard(at=AT - timedelta(hours=hours)) for hours in (50, *range(40), 60)]
    _, found = _piles(claim, *came).answers_to(claim)
    assert [one.at for one in found] == [AT - timedelta(hours=hours) for hours in range(20)]


def test_bodies_have_a_limit_in_all() -> None:
    """What comes when the room is used up keeps its status alone."""
    claim = _claim()
    came = [_heard(body=b"x" * 600, at=AT + timedelta(seconds=second)) for second in range(4)]
    _, found = _piles(claim, *came, room=1000).answers_to(claim)
    assert [one.body is not None for one in found] == [False, False, False, True]
