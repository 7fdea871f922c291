"""What reality does that no mock shows: ask as an audit does, hold everything seen against everything mocked.

Without asking, what earlier audits found and the store remembers has to do; then no real answer is at hand, and what
can be shown is shown in copies of the team's own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from driftwatch.heal.gaps import Side, View, unshown
from driftwatch.heal.gaps.tails import tail_of
from driftwatch.heal.gaps.variants import Material, Seen, with_variants
from driftwatch.model.finding import Finding
from driftwatch.model.history import History
from driftwatch.model.interaction import Interaction
from driftwatch.model.lifecycle import Life
from driftwatch.model.memory import key_of
from driftwatch.model.redaction import Rules
from driftwatch.model.route import nameless
from driftwatch.model.summary import Summary
from driftwatch.model.unshown import Endpoint, Gaps, Promised, ProviderGaps
from driftwatch.shapes.decode import Problem, decode
from driftwatch.shapes.infer import Builder
from driftwatch.usecases.witness import Operation, Witness

_REFUSALS_OF_US: Final = frozenset({401, 403, 407})
"""They tell of our credentials, unless the endpoint answered us as well."""


class Known(Struct, frozen=True):
    """Everything that can be said of providers' endpoints."""

    mocks: Mapping[str, Sequence[Interaction]]
    """By provider, in the order of the files."""
    targets: Mapping[str, str]
    findings: Sequence[Finding] = ()
    """Of this run."""
    lives: Sequence[Life] = ()
    """Of earlier ones."""
    witness: Witness | None = None
    """``None``: nobody was asked."""
    compared: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By provider, the ids of mocks that an earlier run really compared; only where nobody is asked."""
    histories: Mapping[str, History] = field(default_factory=dict)
    """What earlier runs, and this one, learnt of mocks; by ``interaction_key``."""
    rules: Rules = Rules()
    spellable: frozenset[str] = frozenset()
    """Formats that new mocks can be written in."""
    delaying: frozenset[str] = frozenset()
    """Those among them in which a mock can hold its answer back."""


def gaps_of(known: Known, summary: Summary | None = None, *, is_remembered: bool = False) -> Gaps:
    """What no mock shows, provider by provider; ``summary`` is that of the audit that asked, if one did."""
    providers = tuple(_of_provider(name, mocks, known) for name, mocks in known.mocks.items())
    if summary is None:
        return Gaps(providers, is_offline=True, is_remembered=is_remembered)
    unanswered = sum(result.verdict.is_failure_to_check for result in summary.results)
    return Gaps(
        providers, is_offline=False, requests_sent=summary.requests_sent, unanswered=unanswered,
        is_remembered=is_remembered, is_incomplete=summary.is_incomplete(),
    )  # fmt: skip


class _Place(Struct):
    """One endpoint, as its parts come together."""

    template: str
    mocks: list[Interaction] = field(default_factory=list)
    described: list[Interaction] = field(default_factory=list)
    """Operations of specifications."""
    findings: list[Finding] = field(default_factory=list)
    remembered: set[str] = field(default_factory=set)


def _of_provider(name: str, mocks: Iterable[Interaction], known: Known) -> ProviderGaps:
    places = _places(name, mocks, known)
    endpoints = [
        _endpoint((name, method, template), place, known)
        for (method, template), place in places.items()
        if place.mocks or place.described
    ]
    endpoints.sort(key=lambda one: (one.path_template, one.method))
    return ProviderGaps(name, known.targets.get(name, ""), tuple(endpoints))


def _places(name: str, mocks: Iterable[Interaction], known: Known) -> dict[tuple[str, str], _Place]:
    places: dict[tuple[str, str], _Place] = {}
    for mock in mocks:
        request = mock.request
        place = places.setdefault((request.method, nameless(request.path_template)), _Place(request.path_template))
        (place.mocks if mock.specification is None else place.described).append(mock)
    told: set[str] = set()
    remembered = [life.finding for life in known.lives if life.state.is_current]
    for number, finding in enumerate((*known.findings, *remembered)):
        place_of = places.get((finding.method, nameless(finding.path_template)))
        if finding.provider != name or place_of is None or finding.fingerprint in told:
            continue
        told.add(finding.fingerprint)
        place_of.findings.append(finding)
        if number >= len(known.findings):
            place_of.remembered.add(finding.fingerprint)
    for place in places.values():
        if not place.mocks:  # a specification that a tool serves is the mock, where there is no other
            place.mocks = place.described
    return places


def _endpoint(operation: Operation, place: _Place, known: Known) -> Endpoint:
    seen = known.witness.of(operation) if known.witness is not None else ()
    compared = known.compared.get(operation[0], frozenset()).intersection(mock.mock_id for mock in place.mocks)
    mocked = mocked_side(place.mocks)
    histories = [known.histories[key] for key in map(key_of, place.mocks) if key in known.histories]
    tail_ms = tail_of(seen, mocked.statuses, histories)
    view = View(
        place.mocks, mocked, _real(seen), place.findings, frozenset(place.remembered), histories, compared, tail_ms
    )
    ordered = sorted(place.mocks, key=lambda mock: mock.format not in known.spellable)
    material = Material(ordered, seen, known.rules, tail_ms=tail_ms, delaying=known.delaying)
    return Endpoint(
        operation[1],
        place.template,
        len(place.mocks),
        len(seen),
        tuple(with_variants(unshown(view), material)),
        tuple(_promised(place, view)),
    )


def mocked_side(mocks: Iterable[Interaction]) -> Side:
    """All that mocks of one endpoint show."""
    statuses: dict[int, int] = defaultdict(int)
    bodies: dict[int, list[bytes]] = defaultdict(list)
    for variant in (variant for mock in mocks for variant in mock.variants):  # an injected refusal shows one, too
        statuses[variant.status] += 1
        bodies[variant.status].append(variant.body or b"")
    return _side(statuses, bodies, literal=True)


def _real(seen: Sequence[Seen]) -> Side:
    is_answered = any(200 <= one.sample.status < 300 for one in seen)
    statuses: dict[int, int] = defaultdict(int)
    bodies: dict[int, list[bytes]] = defaultdict(list)
    for sample in (one.sample for one in seen):
        if sample.status in _REFUSALS_OF_US and not is_answered:
            continue
        statuses[sample.status] += 1
        bodies[sample.status].append(sample.body)
    return _side(statuses, bodies, literal=False)


def _side(statuses: Mapping[int, int], bodies: Mapping[int, Iterable[bytes]], *, literal: bool) -> Side:
    shapes = {}
    for status, texts in bodies.items():
        builder = Builder(literal=literal)
        for text in texts:
            found = decode(text) if text else None
            if found is not None and found.problem is Problem.NONE and isinstance(found.value, dict | list):
                builder.add(found.value)
        shape = builder.shape()
        if not shape.is_empty:
            shapes[status] = shape
    return Side(dict(statuses), shapes)


def _promised(place: _Place, view: View) -> Iterable[Promised]:
    """What a specification names and nobody shows: the whole operation, or single statuses of it."""
    is_mocked = any(mock.specification is None for mock in place.mocks)
    for operation in place.described:
        if not is_mocked and not view.real.statuses:
            yield Promised(operation.origin)
            continue
        for status in operation.specification.statuses if operation.specification is not None else ():
            own = operation.statuses if not is_mocked else ()
            if status not in view.real.statuses and status not in view.mocked.statuses and status not in own:
                yield Promised(operation.origin, status)
