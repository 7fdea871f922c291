"""Stubs that answer one question are one claim."""

import dataclasses
from typing import Final

import pytest
from msgspec.structs import replace

from driftwatch.model.interaction import (
    Claim,
    Expectation,
    Grade,
    Interaction,
    Matcher,
    MatcherKind,
    Origin,
    Provenance,
    Request,
    gather,
)

ASKED: Final = Request("GET", "/users/1", "/users/{id}", headers=(("Accept", "application/json"),))


def stub(
    mock_id: str, request: Request = ASKED, group: str = "g", provider: str = "p", status: int = 200
) -> Interaction:
    """One stub with one answer."""
    answer = Expectation(status)
    return Interaction(mock_id, "test", Origin("a.json"), request, (answer,), group=group, provider=provider)


def ids(*interactions: Interaction) -> list[list[str]]:
    """Which of them are gathered into one claim."""
    return [[member.mock_id for member in claim.interactions] for claim in gather(interactions)]


def test_alternatives_are_gathered_in_the_order_of_the_files() -> None:
    """Same provider, group and request: one claim, at the place of its first stub."""
    other = replace(ASKED, path="/users/2")
    assert ids(stub("a"), stub("b", other), stub("c"), stub("d", other)) == [["a", "c"], ["b", "d"]]


@pytest.mark.parametrize("apart", [
    stub("b", group="h"), stub("b", provider="q"), stub("b", replace(ASKED, method="HEAD")),
    stub("b", replace(ASKED, raw_query="a=1")), stub("b", replace(ASKED, body=b"{}")),
    stub("b", replace(ASKED, headers=(("Accept", "text/csv"),))),
])  # fmt: skip
def test_other_questions_are_other_claims(apart: Interaction) -> None:
    """Another group, provider, method, query, body or header is another claim."""
    assert ids(stub("a"), apart) == [["a"], ["b"]]


def test_how_a_request_is_written_does_not_part_it() -> None:
    """The spelling and order of headers, the template and the way it was had are no part of the question."""
    one = replace(ASKED, headers=(("Accept", "a"), ("X-B", "b")))
    other = replace(ASKED, headers=(("x-b", "b"), ("accept", "a")), path_template="/x", grade=Grade.EXAMPLE)
    assert ids(stub("a", one), stub("b", other)) == [["a", "b"]]


def test_a_claim_is_the_union_of_its_answers() -> None:
    """Request and provider are the first stub's, the answers are everybody's."""
    (claim,) = gather([stub("a"), stub("b", status=404)])
    assert isinstance(claim, Claim)
    assert [variant.status for variant in claim.variants] == [200, 404]
    assert (claim.provider, claim.request) == ("p", ASKED)


def test_equal_stubs_are_not_melted() -> None:
    """Two stubs that are equal to the letter are two members of one claim."""
    assert ids(stub("a"), stub("a")) == [["a", "a"]]
    assert list(gather([])) == []


@pytest.mark.parametrize(("grade", "recorded", "expected"), [
    (Grade.EXACT, False, Provenance.EXACT), (Grade.EXACT, True, Provenance.RECORDED),
    (Grade.EXAMPLE, False, Provenance.EXAMPLE), (Grade.DISCOVERED, False, Provenance.DISCOVERED),
    (Grade.CHOSEN, False, Provenance.GENERATED), (Grade.CHOSEN, True, Provenance.GENERATED),
])  # fmt: skip
def test_the_grade_decides_how_far_a_request_is_trusted(grade: Grade, recorded: bool, expected: Provenance) -> None:
    """What was chosen is made up, even if the stub was recorded."""
    assert replace(ASKED, grade=grade, recorded=recorded).provenance is expected


@pytest.mark.parametrize("grade", Grade)
def test_a_request_without_its_values_is_not_sent(grade: Grade) -> None:
    """What needs input or cannot be resolved is incomplete; everything else can be sent."""
    assert grade.is_sendable is (grade not in (Grade.NEEDS_INPUT, Grade.UNRESOLVABLE))


def test_the_target_is_path_and_query() -> None:
    """No question mark without a query (RFC 9112, 3.2.1)."""
    assert ASKED.target == "/users/1"
    assert replace(ASKED, raw_query="a=%20b").target == "/users/1?a=%20b"


def test_headers_are_found_in_any_spelling() -> None:
    """The first value counts; a header that is not there is None, an empty one is not."""
    answer = Expectation(200, (("X-A", ""), ("x-a", "2")))
    assert answer.header("x-A") == ""
    assert answer.header("x-b") is None


def test_statuses_and_dynamic_paths_are_told_once() -> None:
    """In the order of the answers, each once."""
    filled = Matcher("/now", MatcherKind.DYNAMIC)
    answers = (
        Expectation(200, matchers=(filled, Matcher("/x", MatcherKind.TYPE))),
        Expectation(404),
        Expectation(200, matchers=(filled,)),
    )
    one = dataclasses.replace(stub("a"), variants=answers)
    assert one.statuses == (200, 404)
    assert one.dynamic == ("/now",)
