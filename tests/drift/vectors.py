"""Judged examples: a mock, answers, the findings there must be and those there must not be. One JSON object a line."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from driftwatch.drift.catalog import KINDS
from driftwatch.mocks.cases.reading import read_cases
from driftwatch.model.case import Case
from driftwatch.model.finding import Severity
from driftwatch.usecases.judgement import findings_of_case


class Place(NamedTuple):
    """A finding, as the examples write it."""

    kind: str
    severity: str
    path: str

    @property
    def is_alarm(self) -> bool:
        """Warning or breaking."""
        return Severity(self.severity).rank > Severity.INFO.rank


class Vector(NamedTuple):
    """One judged example."""

    case: Case
    category: str
    expect: frozenset[Place]
    forbidden: Sequence[str | Mapping[str, str]]

    @property
    def unknown(self) -> frozenset[str]:
        """The expected kinds that the catalogue lacks."""
        return frozenset(place.kind for place in self.expect) - KINDS.keys()

    @property
    def is_alarming(self) -> bool:
        """Whether a warning or worse is expected."""
        return any(place.is_alarm for place in self.expect)

    def found(self) -> frozenset[Place]:
        """What we say of it."""
        return frozenset(Place(f.kind, f.severity.value, f.path) for f in findings_of_case(self.case))

    def violations(self, found: frozenset[Place]) -> Iterator[Place]:
        """What was found beside the expected and is forbidden."""
        for place in found - self.expect:
            if any(_forbids(ban, place) for ban in self.forbidden):
                yield place


def _forbids(ban: str | Mapping[str, str], place: Place) -> bool:
    if isinstance(ban, Mapping):
        return (ban["kind"], ban["path"]) == (place.kind, place.path)
    if ban == "@alarm":
        return place.is_alarm
    return ban in ("@any", place.kind)


def read_vectors(file: Path) -> Sequence[Vector]:
    """All examples of a file; each of its lines must be one."""
    judged = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    cases = [case for case in read_cases(file) if isinstance(case, Case)]
    assert len(cases) == len(judged)
    return [
        Vector(
            case,
            verdict["category"],
            frozenset(Place(**place) for place in verdict["expect"]),
            verdict["expect_none_of"],
        )
        for case, verdict in zip(cases, judged, strict=True)
    ]


def disagreements(vectors: Sequence[Vector]) -> Mapping[str, Mapping[str, set[Place]]]:
    """What was missed or said against the verdict, by the example's id; empty if we judge all alike."""
    wrong = {}
    for vector in vectors:
        found = vector.found()
        missed, violations = {*vector.expect - found}, {*vector.violations(found)}
        if missed or violations:
            wrong[vector.case.id] = {"missed": missed, "forbidden": violations}
    return wrong
