"""The walk saves inference and changes nothing: whatever it calls familiar has no finding."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.model.context import Context
from driftwatch.model.interaction import Claim, Expectation, Interaction, Matcher, MatcherKind, Origin, Request
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation
from driftwatch.shapes.infer import infer as true_infer
from driftwatch.usecases import judgement
from driftwatch.usecases.judgement import findings_of

JSON = (("Content-Type", "application/json"),)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(-1e6, 1e6).map(lambda number: round(number, 1)),
    st.sampled_from([
        "", " ", "ada", "42", "1,024", "2026-01-02", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05+02:00", "03:04:05",
        "0b9f1a52-6f3e-4c59-9a64-0d4d5b2f7c11", "ada@example.org", "https://example.org/a",
    ]),
)  # fmt: skip
NAMES = st.sampled_from([
    "id", "name", "type", "at", "items", "next", "hasMore", "ok", "error", "101", "102", "en", "a/b", "~", "*", "",
])  # fmt: skip
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def _claim(bodies: list[object], matchers: tuple[Matcher, ...] = ()) -> Claim:
    variants = tuple(Expectation(200, JSON, json.dumps(body).encode(), matchers) for body in bodies)
    return Claim((Interaction("m", "test", Origin("m.json"), Request("GET", "/a", "/a"), variants, group="m"),))


def _samples(bodies: list[object]) -> tuple[Observation, ...]:
    return tuple(Observation(200, JSON, json.dumps(body).encode()) for body in bodies)


def _told(claim: Claim, samples: tuple[Observation, ...]) -> list[tuple[object, ...]]:
    findings = findings_of(claim, samples, Context(), Policy())
    return [(f.kind, f.severity, f.path, f.claim, f.observed, f.prevalence) for f in findings]


@settings(max_examples=400, deadline=None)
@given(st.lists(DOCUMENTS, min_size=1, max_size=2), st.lists(DOCUMENTS, min_size=1, max_size=3))
def test_findings_are_the_same_without_the_walk(promised: list[object], delivered: list[object]) -> None:
    """Arbitrary mocks and answers are judged alike whether or not the walk may spare inference."""
    claim, samples = _claim(promised), _samples([*delivered, *promised])
    quick = _told(claim, samples)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judgement._Prepared, "is_kept_by", lambda *_: False)
        thorough = _told(claim, samples)
    assert quick == thorough


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS)
def test_an_answer_equal_to_the_mock_needs_no_inference(document: Any) -> None:
    """What is served as mocked is familiar, and nothing is found."""
    claim, samples = _claim([document]), _samples([document])
    assert _told(claim, samples) == []


def test_a_statement_about_values_is_not_walked_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the author pinned a value, the walk does not decide."""
    asked: list[object] = []
    monkeypatch.setattr(judgement, "infer", _remembering(asked))
    judgement._PREPARED.clear()
    matchers = (Matcher("/id", MatcherKind.EXACT),)
    _told(_claim([{"id": 1}], matchers), _samples([{"id": 1}]))
    assert len(asked) == 2  # both sides were inferred


def _remembering(asked: list[object]) -> Any:
    def remembering(documents: Any, *, literal: bool) -> Any:
        asked.append(literal)
        return true_infer(documents, literal=literal)

    return remembering
