"""Recorded traffic in the place of the real service: which exchanges stand for a claim, and what they say of it.

What was recorded was asked by others, at another time, often about other records. So only answers count that a fresh
question could get as well: refusals, failures and lost records of the past are no word on the mock. An exchange about
another record is held against all mocks of its operation together, and never tells a status or an exact value.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.drift.difference import Comparison
from driftwatch.drift.gates import NO_BODY, is_fault
from driftwatch.drift.score import score
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.context import Context
from driftwatch.model.finding import Category, Finding
from driftwatch.model.history import History
from driftwatch.model.interaction import Claim, Expectation, Ignored, Interaction, MatcherKind, Unreadable
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation, Probe
from driftwatch.model.route import path_of
from driftwatch.model.score import Score
from driftwatch.model.summary import Result, Verdict
from driftwatch.model.traffic import Heard, Listening, RestsOn, rests_on
from driftwatch.probes.recorded import Likeness, Piles, operation_of, operation_of_heard
from driftwatch.reports.sentences import ago, resting_on
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.judgement import compare, findings_beside, weigh
from driftwatch.usecases.notebook import Notebook
from driftwatch.usecases.operations import Operations
from driftwatch.usecases.three_sides import with_agreement
from driftwatch.usecases.unmocked import Overheard, with_findings

if TYPE_CHECKING:
    from driftwatch.usecases.keeper import Keeper

_ROOM: Final = 64 * 1024 * 1024
"""Bytes of bodies that are kept of one provider's recordings."""
_MOMENTARY: Final = frozenset({304, 401, 403, 404, 407, 409, 410, 412, 423, 429})
"""Statuses that tell of the caller, or of the state of things at that moment."""
_NOT_IMPLEMENTED: Final = 501
_Of = Callable[[Expectation], Expectation]
_VERDICTS: Final = frozenset({Verdict.SKIPPED, Verdict.UNVERIFIABLE})


class Recorded(Struct, frozen=True):
    """The exchanges that stand for a claim."""

    likeness: Likeness
    heard: tuple[Heard, ...]
    """In the order of time."""
    is_whole: bool
    """They hold all of an answer that the claim speaks of, but for headers perhaps."""
    rests_on: RestsOn


class Said(Struct, frozen=True):
    """What recordings say of a claim."""

    verdict: Verdict
    reason: str
    findings: tuple[Finding, ...] = ()
    score: Score | None = None
    rests_on: RestsOn | None = None
    comparison: Comparison | None = None
    """Where the recordings hold whole answers to the claim's own request."""


class Passive(Struct):
    """One provider's recordings in one run."""

    listening: Listening
    now: datetime
    unreadable: list[Unreadable] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    keeper: "Keeper | None" = None
    """What keeps the answers that healing rests on."""
    _overheard: Overheard = field(default_factory=Overheard)
    _found: list[tuple[Interaction, Finding]] = field(default_factory=list)
    """What traffic shows beside the answers to claims, each with a mock that it is told with."""
    _piles: Piles = field(default_factory=lambda: Piles(0, 0))
    _together: dict[tuple[str, str], list[Claim]] = field(default_factory=dict)
    """All claims of an operation, those of other shares too."""

    @classmethod
    def listen(cls, provider: Provider, claims: Sequence[Claim], mine: Iterable[Claim], now: datetime) -> "Passive":
        """Read all recordings; of ``claims``, those that are this process's own will be asked for."""
        passive = cls(provider.listening, now, _piles=Piles.about(mine, provider.listening.samples, _ROOM))
        for claim in claims:
            passive._together.setdefault(operation_of(claim.request), []).append(claim)
        base = path_of(provider.target).rstrip("/")
        for reading in provider.evidence.read() if provider.evidence is not None else ():
            match reading:
                case Unreadable():
                    passive.unreadable.append(reading)
                case Ignored():
                    passive.ignored.append(reading)
                case Heard():
                    passive._hear(reading, base)
        return passive

    def _hear(self, heard: Heard, base: str) -> None:
        """One exchange, by its path below the target; what was asked elsewhere on that host is not about its mocks."""
        if base and (heard.path == base or heard.path.startswith(f"{base}/")):
            heard = replace(heard, path=heard.path.removeprefix(base) or "/")
        elif base and heard.host:
            return
        operation = operation_of_heard(heard)
        self._piles.put(heard, operation)
        if heard.at is None or self.now - heard.at <= self.listening.max_age:
            self._overheard.count(heard, operation, is_mocked=operation in self._together)

    def look_over(self, provider: Provider, everything: Sequence[Interaction], context: Context) -> None:
        """Look for what traffic shows of the mocks as a whole; each finding is told with one of the mocks."""
        if not everything:
            return
        by_operation: dict[tuple[str, str], list[Interaction]] = {}
        for one in everything:
            by_operation.setdefault(operation_of(one.request), []).append(one)
        self._found += self._overheard.too_friendly(by_operation, context, provider.policy)
        unmocked = self._overheard.nowhere(provider.name, everything, context, provider.policy)
        self._found += [(everything[0], one) for one in unmocked]

    def with_findings(self, results: Sequence[Result]) -> tuple[Result, ...]:
        """The results, with what traffic shows of their mocks as a whole."""
        return with_findings(results, self._found)

    def spared(self, asked: Sequence[Probe]) -> tuple[tuple[Probe, ...], tuple[Claim, ...]]:
        """What is still to be asked, and the claims that recordings tell enough of."""
        if not self.listening.prefers_recorded:
            return tuple(asked), ()
        left, spared = [], []
        for probe in asked:
            others = tuple(claim for claim in probe.claims if not self._stands_for(claim))
            spared += [claim for claim in probe.claims if not any(claim is other for other in others)]
            if others:
                left.append(replace(probe, claims=others) if len(others) < len(probe.claims) else probe)
        return tuple(left), tuple(spared)

    def _stands_for(self, claim: Claim) -> bool:
        """Whether recordings say enough of a claim that could be asked."""
        if not _is_comparable(claim):
            return False
        recorded = self._recorded(claim)
        return isinstance(recorded, Recorded) and recorded.is_whole

    def results(
        self, claim: Claim, before: tuple[Verdict, str], context: Context, policy: Policy, operations: Operations,
        notebook: Notebook | None,
    ) -> Iterator[Result]:  # fmt: skip
        """The results of a claim that is not asked; ``before`` is what is said of it without recordings."""
        said = self._say(claim, Said(*before), context, policy, operations)
        if self.keeper is not None and said.comparison is not None:
            seen = said.comparison
            self.keeper.keep(claim, claim, seen.samples, seen.context, policy, said.findings)
        if notebook is not None and said.verdict.is_answer and said.rests_on is not None:
            notebook.hear(claim, said.rests_on.newest or self.now)
        beside = findings_beside(claim, context, policy, is_verified=said.verdict.is_answer)
        for interaction in claim.interactions:
            mine = (*said.findings, *(one for one in beside if one.origin == interaction.origin))
            yield Result(interaction, said.verdict, said.reason, mine, said.score, rests_on=said.rests_on)

    def _say(self, claim: Claim, before: Said, context: Context, policy: Policy, operations: Operations) -> Said:
        if before.verdict not in _VERDICTS or not _is_comparable(claim):
            return before
        recorded = self._recorded(claim)
        if recorded is None:
            return before
        if isinstance(recorded, str):
            return replace(before, verdict=Verdict.UNVERIFIABLE, reason=recorded)
        return _judged(claim, recorded, self._alternatives(claim, recorded), before, context, policy, operations)

    def _recorded(self, claim: Claim) -> Recorded | str | None:
        """What stands for a claim; why what there is does not; ``None`` if there is nothing."""
        likeness, heard = self._piles.answers_to(claim)
        usable = _words_on(claim, heard, likeness)
        if not usable:
            return None
        fresh = [one for one in usable if self._is_fresh(claim, one)]
        if not fresh:
            return self._why_old(usable)
        whole = [one for one in fresh if _is_whole(claim, one)][: self.listening.samples]
        chosen = (whole or fresh[: self.listening.samples])[::-1]
        evidence = rests_on(chosen)
        return Recorded(likeness, tuple(chosen), bool(whole), evidence) if evidence is not None else None

    def _is_fresh(self, claim: Claim, heard: Heard) -> bool:
        at, recorded = heard.at, _recorded_at(claim)
        return at is not None and self.now - at <= self.listening.max_age and (recorded is None or at > recorded)

    def _why_old(self, usable: Sequence[Heard]) -> str:
        evidence = rests_on(usable)
        told = f"{len(usable)} recorded exchanges" if len(usable) > 1 else "the one recorded exchange"
        file = evidence.file if evidence is not None else ""
        newest = evidence.newest if evidence is not None else None
        if newest is None:
            return f"{told} of {file} without a time: nobody knows their age"
        age = f"the newest of {told} of {file} is {ago(newest, self.now).removesuffix(' ago')} old"
        if self.now - newest > self.listening.max_age:
            return f"{age}, and {self.listening.max_age.days} d prove nothing any more (`evidence.max_age_days`)"
        return f"{age}, and the mock is younger"

    def _alternatives(self, claim: Claim, recorded: Recorded) -> Claim:
        """The claim; for exchanges about other records all that mocks show of the operation, its own first."""
        if recorded.likeness is Likeness.SAME:
            return claim
        others = (
            interaction
            for other in self._together[operation_of(claim.request)]
            for interaction in other.interactions
            if other.interactions[0] is not claim.interactions[0] and not is_fault(other)
        )
        return Claim((*claim.interactions, *others))


def _is_comparable(claim: Claim) -> bool:
    if not claim.variants or is_fault(claim):
        return False
    return not all(interaction.incomparable or interaction.shadowed_by for interaction in claim.interactions)


def _recorded_at(claim: Claim) -> datetime | None:
    return max((one.recorded_at for one in claim.interactions if one.recorded_at is not None), default=None)


def _words_on(claim: Claim, heard: Sequence[Heard], likeness: Likeness) -> list[Heard]:
    """The answers that say something of the mock, and not of their moment or their caller alone."""
    mocked = {variant.status for variant in claim.variants}
    as_mocked = [one for one in heard if one.status in mocked]
    if likeness is Likeness.ALIKE or claim.variants[0].status >= 400:
        return as_mocked
    if likeness is Likeness.UNSEEN:  # what one sends decides which success it gets, and whether it is refused
        return as_mocked or [one for one in heard if 200 <= one.status < 400 and one.status not in _MOMENTARY]
    return [one for one in heard if one.status in mocked or _is_lasting(one.status)]


def _is_lasting(status: int) -> bool:
    return status not in _MOMENTARY and (status < 500 or status == _NOT_IMPLEMENTED)


def _is_whole(claim: Claim, heard: Heard) -> bool:
    """Whether an exchange holds a body wherever the claim speaks of one."""
    if heard.is_whole or heard.method == "HEAD" or heard.status in NO_BODY:
        return True
    return all(variant.body is None for variant in claim.variants)


def _judged(
    claim: Claim, recorded: Recorded, alternatives: Claim, before: Said, context: Context, policy: Policy,
    operations: Operations,
) -> Said:  # fmt: skip
    comparison = _compared(recorded, alternatives, context)
    findings = weigh(comparison, policy)
    if any(one.category is Category.ROLLOUT for one in findings):
        recorded = _of_last_release(recorded)
        comparison = _compared(recorded, alternatives, context)
        findings = weigh(comparison, policy)
    source = resting_on(recorded.rests_on, context.now)
    if not recorded.is_whole:
        verdict, reason = verdict_of(findings)
        if verdict is not Verdict.DRIFTED:
            return replace(before, reason=f"{before.reason}; its status alone was seen: {source}", findings=findings)
    else:
        findings = with_agreement(findings, comparison, operations, compare)
        verdict, reason = verdict_of(findings)
    weighed = None
    if verdict.is_answer:
        weighed = score(replace(comparison, claim=_without_headers(claim, recorded)), findings, policy.consumer)
    told = f"{reason}: {source}" if reason else source
    own = comparison if comparison.claim is claim and recorded.is_whole else None
    return Said(verdict, told, findings, weighed, recorded.rests_on, own)


def _compared(recorded: Recorded, alternatives: Claim, context: Context) -> Comparison:
    here = replace(context, rests_on=recorded.rests_on, unknown_route=None)
    if recorded.likeness is not Likeness.SAME:
        here = replace(here, history=History(verified_at=context.history.verified_at))
    return compare(_visible(alternatives, recorded), tuple(map(_sample, recorded.heard)), here)


def _of_last_release(recorded: Recorded) -> Recorded:
    """The last exchanges that have the members of the newest.

    Two shapes in a recording of weeks are mostly two releases, one after the other: no rollout that goes on today.
    """
    newest = _members(recorded.heard[-1])
    kept = list(takewhile(lambda one: _members(one) == newest, reversed(recorded.heard)))[::-1]
    evidence = rests_on(kept)
    return replace(recorded, heard=tuple(kept), rests_on=evidence) if evidence is not None else recorded


def _members(heard: Heard) -> frozenset[str]:
    try:
        return frozenset(msgspec.json.decode(heard.body or b"", type=dict[str, msgspec.Raw]))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return frozenset()


def _sample(heard: Heard) -> Observation:
    headers = heard.headers
    if headers is None:
        headers = (("Content-Type", heard.content_type),) if heard.content_type else ()
    return Observation(
        heard.status, headers, heard.body or b"", elapsed_ms=heard.elapsed_ms, at=heard.at, size=heard.size
    )


def _visible(claim: Claim, recorded: Recorded) -> Claim:
    """What the claim says of the things that can be seen in these exchanges."""
    is_alike = recorded.likeness is not Likeness.SAME
    has_heads = all(one.headers is not None for one in recorded.heard)
    if recorded.is_whole and has_heads and not is_alike:
        return claim

    def of(variant: Expectation) -> Expectation:
        return replace(
            variant,
            headers=variant.headers if has_heads else _content_type(variant),
            body=variant.body if recorded.is_whole else None,
            matchers=tuple(one for one in variant.matchers if not (is_alike and one.kind is MatcherKind.EXACT)),
        )

    return _with_variants(claim, of_each=of)


def _without_headers(claim: Claim, recorded: Recorded) -> Claim:
    """The claim, without headers where nobody knows which came: for the score, they were not looked at."""
    if all(one.headers is not None for one in recorded.heard):
        return claim
    return _with_variants(claim, of_each=lambda variant: replace(variant, headers=()))


def _with_variants(claim: Claim, of_each: _Of) -> Claim:
    return Claim(
        tuple(
            dataclasses.replace(one, variants=tuple(of_each(variant) for variant in one.variants))
            for one in claim.interactions
        )
    )


def _content_type(variant: Expectation) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in variant.headers if pair[0].lower() == "content-type")
