"""The design's judged examples: kind, severity and path exact, and nothing that an expert forbade."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from driftwatch.drift.catalog import KINDS
from driftwatch.mocks.cases import Case, read_cases
from driftwatch.model.finding import Severity
from driftwatch.usecases.judgement import findings_of

NOT_YET: Final = frozenset([
    "cache-policy-changed", "charset-changed", "claim-unobserved", "deprecation-announced", "duplicate-keys",
    "endpoint-unmocked", "epoch-unit-changed", "error-code-changed", "error-in-2xx",
    "happy-path-only", "header-value-changed",
    "idempotency-violated", "int32-exceeded", "int53-exceeded", "latency-mock-mismatch", "latency-regressed",
    "latency-timeout-risk", "mock-date-expired", "mock-shadowed", "mock-stale", "ordering-changed",
    "pagination-unmocked", "payload-oversized", "permission-view-differs", "rollout-mixed-shapes", "sunset-announced",
    "timezone-changed", "value-drift",
])  # fmt: skip
"""Kinds of the design that the catalogue does not have; it only shrinks."""


class Place(NamedTuple):
    """A finding, as the examples write it."""

    kind: str
    severity: str
    path: str


class Vector(NamedTuple):
    """One judged example."""

    case: Case
    expect: frozenset[Place]
    forbidden: Sequence[str | Mapping[str, str]]

    @property
    def unknown(self) -> frozenset[str]:
        """The expected kinds that the catalogue lacks."""
        return frozenset(place.kind for place in self.expect) - KINDS.keys()

    def found(self) -> frozenset[Place]:
        """What we say of it."""
        if self.case.claim is None:
            return frozenset()
        findings = findings_of(self.case.claim, self.case.samples, self.case.context, self.case.policy)
        return frozenset(Place(f.kind, f.severity.value, f.path) for f in findings)

    def violations(self, found: frozenset[Place]) -> Iterator[Place]:
        """What was found beside the expected and is forbidden."""
        for place in found - self.expect:
            if any(_forbids(ban, place) for ban in self.forbidden):
                yield place


def _forbids(ban: str | Mapping[str, str], place: Place) -> bool:
    if isinstance(ban, Mapping):
        return (ban["kind"], ban["path"]) == (place.kind, place.path)
    if ban == "@alarm":
        return Severity(place.severity).rank > Severity.INFO.rank
    return ban in ("@any", place.kind)


@pytest.fixture(scope="module")
def vectors(shared: Path) -> Sequence[Vector]:
    """All judged examples."""
    file = shared / "drift-vectors-examples.jsonl"
    judged = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    cases = [case for case in read_cases(file) if isinstance(case, Case)]
    assert len(cases) == len(judged)
    return [
        Vector(case, frozenset(Place(**place) for place in verdict["expect"]), verdict["expect_none_of"])
        for case, verdict in zip(cases, judged, strict=True)
    ]


@pytest.mark.shared
def test_every_judged_example_is_judged_alike(vectors: Sequence[Vector]) -> None:
    """Where the catalogue has all expected kinds, all of them are found and nothing forbidden is."""
    wrong = {}
    for vector in vectors:
        if not vector.unknown:
            found = vector.found()
            missed, violations = vector.expect - found, set(vector.violations(found))
            if missed or violations:
                wrong[vector.case.id] = {"missed": missed, "forbidden": violations}
    assert wrong == {}


@pytest.mark.shared
def test_the_examples_that_wait_are_known(vectors: Sequence[Vector]) -> None:
    """What keeps examples from being judged is exactly the list of kinds to come, and it hides no more than a third."""
    waiting = [vector for vector in vectors if vector.unknown]
    assert frozenset().union(*(vector.unknown for vector in waiting)) == NOT_YET
    assert len(waiting) * 3 <= len(vectors)


def test_no_kind_waits_that_is_there() -> None:
    """A kind that the catalogue has no longer stands in the list of kinds to come."""
    assert not NOT_YET & KINDS.keys()
