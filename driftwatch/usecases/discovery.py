"""Identifiers that nobody knows, from list calls of the same collection: ``GET /users`` for ``/users/{id}``.

Anew in each run and each list once, level by level: ``/users/{user}/orders/{order}`` takes two. With what was found the
mocks are read again, so that each format fills its own paths and holds them against its own patterns.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.drift.coverage import placed
from driftwatch.model.identity import NOBODY
from driftwatch.model.interaction import DISCOVERED, Claim, Expectation, Grade, Interaction, Request, as_asked
from driftwatch.model.probe import Evidence, Observation, Probe, Skipped, Tier, Unreachable
from driftwatch.model.summary import Verdict
from driftwatch.probes.callers import asked_as
from driftwatch.probes.identifiers import first_identifier
from driftwatch.probes.openings import Listed, is_askable, list_call, next_list, openings, path_with, values_of
from driftwatch.probes.plan import plan
from driftwatch.probes.safety import tier_of
from driftwatch.shapes.decode import Problem, decode
from driftwatch.usecases.assignment import Discovery, Provider

_LEVELS: Final = 5
"""Rounds of list calls; a path has fewer open places than that."""
_MOST_LISTS: Final = 100
"""List calls of one provider in one run."""
_MOST_READINGS: Final = 50
"""How often its mocks are read again."""


class Judge(Protocol):
    """The desk, as far as discovery needs it."""

    def conclude(self, claim: Claim, verdict: Verdict, reason: str) -> None:
        """Say of a claim that was not compared, why."""


def levels(finders: Sequence["Finder"], judge: Judge) -> Iterator[Sequence[Probe]]:
    """What can be asked once identifiers are known, and the lists that name them, level by level."""
    for _ in range(_LEVELS):
        probes = [probe for finder in finders for probe in finder.ask(judge)]
        if not probes:
            break
        yield probes
    yield [probe for finder in finders for probe in finder.finish(judge)]


class Finder(Struct):
    """What one provider's mocks want to know, in one run."""

    provider: Provider
    discovery: Discovery
    everything: Sequence[Interaction]
    wanting: list[Claim] = field(default_factory=list)
    instead: dict[int, Probe] = field(default_factory=dict)
    """What is asked of a claim if nothing is found: a mock's pattern has made-up values, too."""
    known: dict[Listed, str] = field(default_factory=dict)
    failed: dict[Listed, str] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()
    _asked: set[str] = field(default_factory=set)
    _readings: int = 0

    def sort_out(
        self, asked: Sequence[Probe], skipped: Sequence[Skipped]
    ) -> tuple[tuple[Probe, ...], tuple[Skipped, ...]]:
        """Take what discovery may help; the rest is as it was."""
        given = self.discovery.given
        for probe in asked:
            for claim in probe.claims:
                segments = claim.request.path.split("/")
                found = openings(claim.request)
                if found and not any(segments[one.place] in given for one in found):
                    self.wanting.append(claim)
                    self.instead[id(claim)] = replace(probe, claims=(claim,))
        self.wanting += [one.claim for one in skipped if not one.is_policy and self._is_worth_it(one.claim)]
        self.parameters = frozenset(one.parameter for claim in self.wanting for one in openings(claim.request))
        mine = {id(claim) for claim in self.wanting}
        left = (replace(one, claims=tuple(claim for claim in one.claims if id(claim) not in mine)) for one in asked)
        rest = tuple(one for one in left if one.claims)
        self._asked |= {one.request.path for one in rest if one.request.method == "GET"}
        return rest, tuple(one for one in skipped if id(one.claim) not in mine)

    def _is_worth_it(self, claim: Claim) -> bool:
        return bool(openings(claim.request)) and tier_of(claim.request, self.provider.policy.probing)[0] is Tier.SAFE

    def hear(self, outcome: Evidence | Unreachable) -> None:
        """What came back may be a list that is wanted."""
        path = outcome.probe.request.path
        wanted = [(path, parameter) for parameter in self.parameters if (path, parameter) not in self.known]
        if outcome.probe.request.method != "GET" or not wanted or not self._is_wanted(path):
            return
        if isinstance(outcome, Unreachable):
            self.failed |= dict.fromkeys(wanted, f"was not asked: {outcome.reason}")
            return
        document, problem = _listed(outcome.samples)
        for _, parameter in wanted:
            found = None if problem else first_identifier(document, parameter, path.rpartition("/")[2])
            if found is not None:
                self.known[path, parameter] = found
            else:
                self.failed[path, parameter] = problem or f"showed no record with a {parameter}"

    def _is_wanted(self, path: str) -> bool:
        return any((wanted := next_list(claim.request, self.known)) and wanted[0] == path for claim in self.wanting)

    def ask(self, judge: Judge) -> tuple[Probe, ...]:
        """What can be asked by now: mocks whose identifiers are known, and lists that are not."""
        ready = [claim for claim in self.wanting if next_list(claim.request, self.known) is None]
        self.wanting = [claim for claim in self.wanting if next_list(claim.request, self.known) is not None]
        probes = [*self._fulfilled(ready, judge)]
        self._asked |= {probe.request.path for probe in probes if probe.request.method == "GET"}
        for claim in tuple(self.wanting):
            wanted = next_list(claim.request, self.known)
            if wanted is None or wanted in self.failed:
                probes += self._given_up(claim, judge)
            elif wanted[0] not in self._asked:
                probes += self._list(wanted, claim, judge)
        return tuple(probes)

    def _list(self, wanted: Listed, claim: Claim, judge: Judge) -> Iterator[Probe]:
        path = wanted[0]
        if len(self._asked) < _MOST_LISTS + len(self.everything) and is_askable(path, self.provider.policy.probing):
            self._asked.add(path)
            yield self._call(list_call(path), claim.interactions[0])
            return
        self.failed[wanted] = "is a list call that is not allowed"
        yield from self._given_up(claim, judge)

    def _call(self, request: Request, wanting: Interaction) -> Probe:
        """The list is asked as whom its records would be."""
        listed = Claim((dataclasses.replace(wanting, request=request, variants=(Expectation(200),)),))
        who = asked_as(listed, self.provider.policy.probing.identities)
        identity, is_somebody = (who, True) if who != NOBODY else ("", False)
        return Probe(
            self.provider.name, request, (), samples=1, spacing=0, with_credentials=is_somebody, identity=identity
        )

    def _given_up(self, claim: Claim, judge: Judge) -> Iterator[Probe]:
        """Without an identifier a pattern is asked with a made-up one, and what has none is not."""
        self.wanting = [one for one in self.wanting if one is not claim]
        wanted = next_list(claim.request, self.known)
        if id(claim) in self.instead:
            yield self.instead[id(claim)]
            return
        path, parameter = wanted or ("", "")
        reason = f"GET {path} {self.failed.get((path, parameter), 'told of no record')}"
        judge.conclude(claim, Verdict.UNVERIFIABLE, f"{reason}; give `{parameter}` a value in `variables`")

    def finish(self, judge: Judge) -> tuple[Probe, ...]:
        """Nothing more is found: what is left is asked without, or told."""
        return tuple(probe for claim in tuple(self.wanting) for probe in self._given_up(claim, judge))

    def _fulfilled(self, ready: Sequence[Claim], judge: Judge) -> Iterator[Probe]:
        """The probes of claims whose identifiers are known, as their own formats make them of these."""
        for values, claims in _rounds(ready, self.known):
            self._readings += 1
            again = self._read_again(values) if self._readings <= _MOST_READINGS else {}
            for claim in claims:
                request = again.get(id(claim.interactions[0]))
                if request is not None and self._is_meant(claim, request):
                    discovered = replace(request, grade=Grade.DISCOVERED, reason=_DISCOVERED, recorded=False)
                    yield from self._planned(as_asked(claim, discovered), claim, judge)
                elif id(claim) in self.instead:
                    yield self.instead[id(claim)]
                else:
                    judge.conclude(claim, Verdict.UNVERIFIABLE, _UNFIT.format(claim.request.path_template))

    def _planned(self, asked: Claim, claim: Claim, judge: Judge) -> Iterator[Probe]:
        probes, skipped = plan([asked], self.provider.policy.probing)
        for one in skipped:
            verdict = Verdict.SKIPPED if one.is_policy else Verdict.UNVERIFIABLE
            judge.conclude(claim, verdict, one.reason)
        yield from (replace(probe, own=asked.request, claims=(claim,)) for probe in probes)

    def _is_meant(self, claim: Claim, request: Request) -> bool:
        return request.grade.is_sendable and request.path == path_with(claim.request, self.known)

    def _read_again(self, values: Mapping[str, str]) -> Mapping[int, Request]:
        """What the mocks ask for with these values, by identity of the interaction as it was first read."""
        source = self.discovery.refined(values)
        readings = placed([one.of(self.provider.name) for one in source.read() if isinstance(one, Interaction)])
        if len(readings) != len(self.everything):
            return {}  # the files have changed meanwhile
        return {
            id(first): second.request
            for first, second in zip(self.everything, readings, strict=True)
            if (first.mock_id, first.origin) == (second.mock_id, second.origin)
            and not (second.incomparable or second.shadowed_by)
        }


_DISCOVERED: Final = "its identifiers were named by list calls"
_UNFIT: Final = "no identifier that a list call named fits {} and the mock's own matchers; set it in `variables`"


def _listed(samples: Sequence[Observation]) -> tuple[object, str]:
    """The document of the first good answer, or why there is none."""
    good = next((one for one in samples if one.failure is None and one.status == 200 and not one.is_truncated), None)
    if good is None:
        last = samples[-1]
        return None, f"got no answer ({last.failure.value})" if last.failure else f"was answered with {last.status}"
    decoded = decode(good.body)
    return decoded.value, "" if decoded.problem is Problem.NONE else "was answered with no JSON"


def _rounds(claims: Sequence[Claim], known: Mapping[Listed, str]) -> Iterator[tuple[dict[str, str], list[Claim]]]:
    """Claims that can be had in one reading, with its values: none wants another value for the same name."""
    rounds: list[tuple[dict[str, str], list[Claim]]] = []
    for claim in claims:
        values = values_of(claim.request, known)
        if claim.request.grade is Grade.CHOSEN:
            values[DISCOVERED] = next(reversed(values.values()))
        fitting = (one for one in rounds if all(one[0].get(name, value) == value for name, value in values.items()))
        gathered, those = next(fitting, ({}, []))
        if not those:
            rounds.append((gathered, those))
        gathered.update(values)
        those.append(claim)
    yield from rounds
