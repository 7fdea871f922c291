"""Questions that no mock asks: what they are made of, and where they are not asked."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.model.interaction import Claim, Expectation, Interaction, Origin, Request
from driftwatch.model.policy import Behaviour, ProbingPolicy
from driftwatch.model.probe import Observation
from driftwatch.model.route import path_template
from driftwatch.probes.behaviour import broken_body, missing_ids, misuses, revalidation, unknown_id

ALL: Final = ProbingPolicy(behaviours=frozenset(Behaviour))


def a_claim(operation: str, status: int = 200) -> Claim:
    """One mock of one request."""
    method, _, path = operation.partition(" ")
    request = Request(method, path, path_template(path))
    return Claim((Interaction(path, "test", Origin("a.json"), request, (Expectation(status),), path, "users"),))


@pytest.mark.parametrize("known", [
    "7", "1042", "9007199254740993", "550e8400-e29b-41d4-a716-446655440000", "550E8400-E29B-41D4-A716-446655440000",
    "usr_12", "ord-77f", "0123456789abcdef", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "ada@example.com", "ada", "A-1", "x",
])  # fmt: skip
def test_an_identifier_of_the_same_shape(known: str) -> None:
    """It is another one, and what was recognised as an identifier is one still."""
    other = unknown_id(known, "a1b2c3")
    assert other is not None
    assert other != known
    assert path_template(f"/x/{other}") == path_template(f"/x/{known}") or path_template(f"/x/{known}") == f"/x/{known}"
    assert known.isdigit() is other.isdigit()
    assert unknown_id(known, "a1b2c3") == other != "x"


@pytest.mark.parametrize("known", ["", "2026-05-01", "a%20b"])
def test_where_nothing_is_surely_missing(known: str) -> None:
    """A day may have something, and what is escaped is not understood."""
    assert unknown_id(known, "a1b2c3") is None


@given(st.text("0123456789abcdefXYZ_-", min_size=1, max_size=40))
def test_it_is_never_the_known_one(known: str) -> None:
    """Whatever it looks like; and it may stand in a path as it is."""
    other = unknown_id(known, "a1b2c3")
    assert other is None or (other != known and "/" not in other and other.isascii())


def test_one_for_each_template() -> None:
    """The last identifier is replaced; templates without any and requests that change something are left alone."""
    claims = [
        a_claim("GET /users/1"), a_claim("GET /users/2"), a_claim("GET /users/1/orders/7"), a_claim("GET /users"),
        a_claim("DELETE /users/1"), a_claim("GET /users/1/logout"), a_claim("GET /tokens/1", 401),
    ]  # fmt: skip
    probes = list(missing_ids(claims, ALL, "a1b2c3"))
    assert [probe.request.path for probe in probes] == ["/users/2147483629", "/users/1/orders/2147483629"]
    assert all(probe.samples == 1 and probe.claims == () for probe in probes)
    assert list(missing_ids(claims, ProbingPolicy(), "a1b2c3")) == []


def test_what_is_marked_never_is_not_asked_for_in_disguise() -> None:
    """The missing record's own path is held against the config as well."""
    assert list(missing_ids([a_claim("GET /users/1")], replace(ALL, never=("GET /users/2*",)), "a")) == []


def test_a_caller_who_has_the_answer() -> None:
    """By its tag, or else by its moment; not where a mock asks conditionally itself."""
    asked = Request("GET", "/a", "/a")
    tagged = Observation(200, (("ETag", '"x"'), ("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")))
    assert revalidation(asked, tagged) == replace(asked, headers=(("If-None-Match", '"x"'),))
    dated = revalidation(asked, replace(tagged, headers=tagged.headers[1:]))
    assert dated is not None
    assert dated.headers == (("If-Modified-Since", "Mon, 01 Jan 2024 00:00:00 GMT"),)
    assert revalidation(asked, Observation(200)) is None
    assert revalidation(replace(asked, headers=(("if-none-match", '"y"'),)), tagged) is None


def test_misuses_are_wanted_and_never_at_production() -> None:
    """A body under a strange type, and one that breaks off; nothing without a body."""
    request = Request("POST", "/search", "/search", headers=(("content-type", "application/json"),), body=b'{"q": 1}')
    wrong = dict(misuses(request, ALL))
    assert wrong[Behaviour.WRONG_MEDIA_TYPE].body == request.body
    assert wrong[Behaviour.WRONG_MEDIA_TYPE].headers == (("Content-Type", "application/vnd.driftwatch.unknown"),)
    assert wrong[Behaviour.MALFORMED_BODY].headers == request.headers
    assert dict(misuses(request, replace(ALL, is_production=True))) == {}
    assert dict(misuses(request, ProbingPolicy())) == {}
    assert dict(misuses(replace(request, body=None), ALL)) == {}


def test_only_what_was_whole_is_broken() -> None:
    """A text that is no JSON cannot be broken off in a way that a service must refuse."""
    assert broken_body(Request("POST", "/a", "/a", body=b"q=1")) is None
    broken = broken_body(Request("POST", "/a", "/a", body=b"{}"))
    assert broken is not None
    assert broken.headers == (("Content-Type", "application/json"),)
