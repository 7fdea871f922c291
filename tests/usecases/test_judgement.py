"""From claim and samples to findings: the steps hang together, and the short way says what the long way says."""

import dataclasses
from typing import Final
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from driftwatch.model.finding import Finding, Severity
from driftwatch.model.interaction import Expectation, Matcher, MatcherKind
from driftwatch.model.policy import Override, Policy
from driftwatch.model.probe import Observation
from driftwatch.usecases import judgement
from driftwatch.usecases.judgement import compare, findings_of
from tests.drift.making import HERE, JSON, LENIENT, a_claim, delivery, found, kinds, promise
from tests.drift.strategies import RECORDS, SAMPLES, VARIANTS, Record, echo

LAW: Final = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
LOOSENED: Final = st.lists(
    st.builds(
        Matcher,
        st.sampled_from(["", "/alpha", "/bravo", "/carol", "/alpha/bravo", "/alpha/*", "/alpha/*/bravo", "/label"]),
        st.sampled_from([MatcherKind.IGNORE, MatcherKind.ANY, MatcherKind.DYNAMIC, MatcherKind.OPTIONAL,
                         MatcherKind.NULLABLE, MatcherKind.MAP, MatcherKind.TYPE]),
        is_text=st.booleans(),
    ),
    max_size=3,
).map(tuple)  # fmt: skip


def _both_ways(variants: list[Expectation], samples: list[Observation]) -> tuple[list[Finding], list[Finding]]:
    """What is found with the short way and without it."""
    claim = a_claim(*variants)
    short = found(claim, *samples)
    with patch.object(judgement._Prepared, "is_kept_by", lambda *_: False):
        long = found(claim, *samples)
    return list(short), list(long)


@LAW
@given(claimed=RECORDS, delivered=st.lists(RECORDS, min_size=1, max_size=2), matchers=LOOSENED)
def test_the_short_way_knows_what_the_author_said(
    claimed: Record, delivered: list[Record], matchers: tuple[Matcher, ...]
) -> None:
    """Statements about paths loosen both ways alike."""
    short, long = _both_ways([promise(claimed, matchers=matchers)], list(map(delivery, delivered)))
    assert short == long


@LAW
@given(
    variants=st.lists(VARIANTS, min_size=1, max_size=2),
    samples=st.lists(SAMPLES, min_size=1, max_size=3),
    n=st.integers(0, 9),
)
def test_the_short_way_is_a_way_of_answers(variants: list[Expectation], samples: list[Observation], n: int) -> None:
    """With whatever status, media type and bytes, beside an answer that is familiar."""
    short, long = _both_ways(variants, [*samples, echo(variants[n % len(variants)])])
    assert short == long


def test_two_mocks_with_one_body_keep_their_own_terms() -> None:
    """What is prepared for one mock is not taken for another that says something else of the same document."""
    claimed, delivered = {"id": 1, "debug": {"ms": 4}}, delivery({"id": 1, "debug": "off"})
    loose = (Matcher("/debug", MatcherKind.IGNORE),)
    strict, lenient = a_claim(promise(claimed)), a_claim(promise(claimed, matchers=loose))
    for _ in range(2):
        assert kinds(found(strict, delivered)) == [("type-changed", "/debug")]
        assert kinds(found(lenient, delivered)) == []


def test_two_mocks_with_one_body_keep_their_own_media_types() -> None:
    """The same bytes as text claim no document."""
    body = b'{"id": 1}'
    as_json, as_text = Expectation(200, JSON, body), Expectation(200, (("Content-Type", "text/plain"),), body)
    other = b'{"id": "x"}'
    assert kinds(found(a_claim(as_text), Observation(200, as_text.headers, other))) == []
    assert kinds(found(a_claim(as_json), Observation(200, JSON, other))) == [("type-changed", "/id")]


def test_both_sides_are_kept_for_those_who_ask_again() -> None:
    """Score and second opinion find the mock's shape even where nothing was found."""
    kept = compare(a_claim(promise({"id": 1})), (delivery({"id": 2}),), HERE)
    assert [set(sides.promised.members) for sides in kept.sides] == [{"id"}]
    parted = compare(a_claim(promise({"id": 1})), (delivery({"no": 2}),), HERE)
    assert [set(sides.delivered.members) for sides in parted.sides] == [{"no"}]
    assert [len(sides.delivered_by) for sides in parted.sides] == [1]


def test_every_step_has_its_part() -> None:
    """Gates, headers, content, shapes and rules each contribute to one judgement."""
    mock = Expectation(200, (*JSON, ("ETag", "a")), b'{"id": 1, "mail": "x"}')
    samples = (
        Observation(503), Observation(404), Observation(200, (("Content-Type", "text/html"),), b"<p>"),
        Observation(200, JSON, b"{"), delivery({"id": "x"}),
    )  # fmt: skip
    assert kinds(found(a_claim(mock), *samples)) == [
        ("body-unparseable", ""), ("content-type-changed", "header:content-type"), ("field-missing", "/mail"),
        ("header-missing", "header:etag"), ("intermittent-error", "status"), ("status-widened", "status"),
        ("type-changed", "/id"),
    ]  # fmt: skip


def test_the_policy_is_heard() -> None:
    """What the operator decided reaches the finding."""
    quiet = Policy(overrides=(Override("field-missing", Severity.INFO),))
    claim, samples = a_claim(promise({"id": 1, "mail": "x"})), (delivery({"id": 1}),)
    assert [finding.severity for finding in findings_of(claim, samples, HERE, quiet)] == [Severity.INFO]
    assert [finding.severity for finding in findings_of(claim, samples, HERE, LENIENT)] == [Severity.BREAKING]


@pytest.mark.parametrize("method", ["HEAD", "head"])
def test_an_answer_to_head_is_compared_without_its_body(method: str) -> None:
    """Headers count, the body that never comes does not."""
    claim = a_claim(Expectation(200, (*JSON, ("ETag", "a")), b'{"id": 1}'))
    interaction = claim.interactions[0]
    asked = replace(
        claim, interactions=(dataclasses.replace(interaction, request=replace(interaction.request, method=method)),)
    )
    assert kinds(found(asked, Observation(200, JSON))) == [("header-missing", "header:etag")]
