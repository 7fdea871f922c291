"""A specification beside the mocks: which of mock, specification and service is alone where a finding is.

Both ways: what is found of a mock is held against the operation that describes its request, and what is found of an
operation against the mocks that answer for it. All three pairs are compared on the same road as any mock and its
service, so that what counts as a difference is the same for each of them. Severity, verdict and fingerprint stay.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.drift.difference import Comparison
from driftwatch.drift.three_sides import STATUS, Openness, Witness, advise, agree, is_of_three, places_of
from driftwatch.model.agreement import Agreement, Stands, stands
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Expectation, Interaction, Origin
from driftwatch.model.probe import Observation
from driftwatch.usecases.operations import Operations

_ENOUGH: Final = 2 * 1024 * 1024
"""Bytes of different answers: beyond, comparing every pair would take several times as long as the audit itself."""

Compare = Callable[[Claim, tuple[Observation, ...], Context], Comparison]


def with_agreement(
    findings: tuple[Finding, ...], comparison: Comparison, operations: Operations, compare: Compare
) -> tuple[Finding, ...]:
    """The same findings; those a third side has a word on carry how the three stand."""
    if not any(map(is_of_three, findings)):
        return findings
    threes = tuple(_threes(comparison, operations, compare))
    if not threes:
        return findings
    return tuple(
        advise(replace(one, agreement=_agreement(one, threes))) if is_of_three(one) else one for one in findings
    )


def _agreement(finding: Finding, threes: Sequence["_Three"]) -> Agreement | None:
    """What all the third sides that have a word agree on; nothing if they contradict each other."""
    told = [(stand, three.third) for three in threes if (stand := three.stands(finding)) is not None]
    if len({stand for stand, _ in told}) != 1:
        return None
    return Agreement(*told[0])


def _threes(comparison: Comparison, operations: Operations, compare: Compare) -> Iterator["_Three"]:
    claim = comparison.claim
    first = claim.interactions[0]
    if sum(len(one.body) for one in _different(comparison.samples)) > _ENOUGH:
        return
    if first.specification is not None:
        for mock in operations.mocks_of(first):
            yield _Three(first, mock.variants, mock.origin, comparison, compare)
    else:
        for operation in operations.describing(first):
            yield _Three(operation, claim.variants, operation.origin, comparison, compare)


def _different(samples: Iterable[Observation]) -> tuple[Observation, ...]:
    """One of those that are equal but for their times and ids; how often is no question here."""
    return tuple({_looks(one): one for one in samples}.values())


def _looks(sample: Observation) -> tuple[object, ...]:
    names = frozenset(name.lower() for name, _ in sample.headers)
    return (sample.status, names, sample.header("content-type"), sample.body)


class _Three(Struct):
    """One mock, one operation and the service's answers; pairs are compared when somebody asks."""

    operation: Interaction
    mocked: Sequence[Expectation]
    third: Origin
    comparison: Comparison
    """Of the claim that the findings are about: a mock or an operation, and the service."""
    compare: Compare
    _pairs: dict[str, list[Witness]] = field(default_factory=dict)
    _openness: Openness | None = None

    def stands(self, finding: Finding) -> Stands | None:
        """How the sides stand at one finding; ``None`` if one of the pairs is not known."""
        return self._by_status() if finding.path == STATUS else self._by_form(places_of(finding))

    def _by_status(self) -> Stands | None:
        mocked = {one.status for one in self.mocked}
        others = {one.status for one in self.comparison.samples if one.failure is None} - mocked
        return stands(
            mock_specification=all(map(self._described, mocked)),
            specification_service=all(map(self._described, others)),
            mock_service=not others,
        )

    def _by_form(self, places: Sequence[str]) -> Stands | None:
        if self._openness is None:
            self._openness = Openness.of(self.mocked)
        if any(map(self._openness.has, places)):
            return None
        is_about_mock = self.comparison.claim.interactions[0].specification is None
        drafted = agree(self._between("mock and specification", self._drafted), places)
        kept = agree(self._between("specification and service", self._kept), places) if is_about_mock else False
        believed = False if is_about_mock else agree(self._between("mock and service", self._believed), places)
        if drafted is None or kept is None or believed is None:
            return None
        return stands(mock_specification=drafted, specification_service=kept, mock_service=believed)

    def _between(self, pair: str, compare: Callable[[], Iterator[Comparison]]) -> list[Witness]:
        if pair not in self._pairs:
            self._pairs[pair] = [*map(Witness, compare())]
        return self._pairs[pair]

    def _drafted(self) -> Iterator[Comparison]:
        """The mock's answers, as if a service had given them, against the specification.

        Those of a status that the service gave as well, if there are any: a finding is about these.
        """
        seen = {one.status for one in self.comparison.samples}
        matching = [one for one in self.mocked if one.status in seen] or self.mocked
        shown = [one for one in matching if one.body is not None and not one.fault]
        answers = tuple(Observation(one.status, one.headers, one.body or b"") for one in shown)
        return self._specified(answers, Context(base_path=self.comparison.context.base_path))

    def _kept(self) -> Iterator[Comparison]:
        said = {one.status for one in self.mocked}
        samples = self.comparison.samples
        return self._specified(tuple(one for one in samples if one.status in said) or samples, self.comparison.context)

    def _believed(self) -> Iterator[Comparison]:
        claim = self._claim(tuple(self.mocked))
        yield self.compare(claim, _different(self.comparison.samples), self.comparison.context)

    def _specified(self, samples: tuple[Observation, ...], context: Context) -> Iterator[Comparison]:
        """Status by status, since each has its own answers."""
        for status in dict.fromkeys(one.status for one in samples if one.failure is None):
            variants = self._described(status)
            if variants:
                alike = _different(one for one in samples if one.status == status)
                yield self.compare(self._claim(variants), alike, context)

    def _described(self, status: int) -> tuple[Expectation, ...]:
        specification = self.operation.specification
        return specification.under(status) if specification is not None else ()

    def _claim(self, variants: tuple[Expectation, ...]) -> Claim:
        """These answers to the request that was sent."""
        asked = self.comparison.claim.request
        return Claim((dataclasses.replace(self.operation, request=asked, variants=variants),))
