"""Read everything, ask nobody, and say where mocks contradict each other."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product
from typing import Final

from msgspec import Struct, field

from driftwatch.drift.contradictions import Told, comparable, contradictions
from driftwatch.model.contradiction import Contradiction
from driftwatch.model.interaction import Interaction, Reading
from driftwatch.model.proposal import Landmark
from driftwatch.ports import Landmarks, MockSource
from driftwatch.shapes.decode import Problem, decode

_HOUSEKEEPING: Final = frozenset({
    "", "actuator/health", "favicon.ico", "graphql", "health", "healthcheck", "healthz", "info", "livez", "metrics",
    "ping", "readyz", "robots.txt", "status", "version",
})  # fmt: skip
"""Paths that every service has, and answers in its own way."""
_MOST_SERVICES: Final = 50


def find_contradictions(services: Iterable[Sequence[Interaction]]) -> tuple[Contradiction, ...]:
    """Those among the mocks of each service; mocks of two services may say what they like."""
    return tuple(
        found
        for mocks in services
        for same in comparable(mocks)
        for found in contradictions([_told(mock) for mock in same])
    )


class Attentive(Struct):
    """A source that keeps what is read from it; fulfils ``ports.MockSource``."""

    source: MockSource
    provider: str = ""
    mocks: list[Interaction] = field(default_factory=list)

    def read(self) -> Iterator[Reading]:
        """What the source yields, unchanged."""
        for reading in self.source.read():
            if isinstance(reading, Interaction):
                self.mocks.append(reading.of(self.provider))
            yield reading


def among(mocks: Sequence[Interaction], landmarks: Landmarks, prefix: str) -> tuple[Contradiction, ...]:
    """Those among the mocks of a folder that no config parts into services.

    Files that name different services (contracts by name, recordings by host) are not held against each other; what
    names none may be about any of them. ``prefix`` is what stands before the names of the files. They are opened only
    where there is something to part.
    """
    mocks = [one for one in mocks if one.request.path.strip("/").lower() not in _HOUSEKEEPING]
    if not find_contradictions([mocks]):
        return ()
    formats = {one.origin.file: one.format for one in mocks}
    start = f"{prefix}/" if prefix else ""
    marks = {file: landmarks.of(file.removeprefix(start), name) for file, name in formats.items()}
    names = {mark.provider for mark in marks.values() if mark.provider} or {""}
    hosts = {mark.hosts[0] for mark in marks.values() if mark.hosts} or {""}
    services = [
        [one for one in mocks if _may_be(marks[one.origin.file], name, host)]
        for name, host in islice(product(sorted(names), sorted(hosts)), _MOST_SERVICES)
    ]
    return tuple(dict.fromkeys(find_contradictions(services)))


def _may_be(mark: Landmark, name: str, host: str) -> bool:
    return mark.provider in ("", name) and (not mark.hosts or host in mark.hosts)


def _told(mock: Interaction) -> Told:
    from driftwatch.shapes.infer import Builder  # noqa: PLC0415 - only where two mocks have an operation in common

    builder = Builder(literal=True)
    for variant in mock.variants:
        if not 200 <= variant.status < 300 or variant.fault or not variant.body:
            continue
        found = decode(variant.body)
        if found.problem is Problem.NONE:
            builder.add(found.value)
    return Told(mock, builder.shape())
