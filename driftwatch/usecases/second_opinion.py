"""What an independent validator says of the same answers: evidence beside a finding, never the ground of one.

The mock's shape is written as JSON Schema and the answers are checked against it by a library that knows nothing of our
rules. Where both see the same, a reader has one reason less to doubt; where only we do, the schema cannot say it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from driftwatch.drift.difference import Comparison
from driftwatch.model.answers import Sides
from driftwatch.model.finding import Category, Finding
from driftwatch.model.shape import ITEM
from driftwatch.shapes.schema import Violation, to_schema, violations

_ENOUGH: Final = 256 * 1024
"""Bytes of answers that are checked: a validator takes some sixty times as long as a parser."""

Place = tuple[str, str]
"""Path with ``*`` for items, and the keyword of JSON Schema that fails there."""


def with_second_opinion(findings: tuple[Finding, ...], comparison: Comparison) -> tuple[Finding, ...]:
    """The same findings; those about the form of a body carry what JSON Schema says of their place."""
    if not any(_is_about_form(finding) for finding in findings):
        return findings
    failures = [dict(_failures(sides)) for sides in comparison.sides if _is_small(sides)]
    return tuple(
        replace(finding, evidence=(*finding.evidence, *_evidence(finding, failures)))
        if _is_about_form(finding)
        else finding
        for finding in findings
    )


def _is_about_form(finding: Finding) -> bool:
    return finding.category is Category.SCHEMA and finding.is_alarm


def _is_small(sides: Sides) -> bool:
    return sum(len(sample.body) for sample in sides.delivered_by) <= _ENOUGH


def _failures(sides: Sides) -> Iterator[tuple[Place, int]]:
    """How many answers fail at each place; equal answers came as one document and are checked once."""
    schema = to_schema(sides.promised)
    checked: dict[int, set[Place]] = {}
    seen: Counter[Place] = Counter()
    for document in sides.deliveries:
        if id(document) not in checked:
            checked[id(document)] = set(_places(violations(schema, document)))
        seen.update(checked[id(document)])
    yield from seen.items()


def _places(found: Iterable[Violation]) -> Iterator[Place]:
    for violation in found:
        path, keyword, expected = violation.path, violation.keyword, violation.expected
        if keyword == "required":
            for name in expected.split(", "):
                yield _starred(f"{path}/{name}"), keyword
        else:
            yield _starred(path), keyword


def _starred(path: str) -> str:
    """Positions in lists as ``*``; keys of maps that are numbers become one as well, on both sides alike."""
    return re.sub(r"(?<=/)[0-9]+(?=/|$)", ITEM, path)


def _evidence(finding: Finding, failures: list[dict[Place, int]]) -> Iterator[str]:
    for places in failures:
        for (path, keyword), count in places.items():
            if path == _starred(finding.path):
                yield f"JSON Schema inferred from the mock: `{keyword}` fails in {count} of the answers"
