"""How a service behaves beyond what its mocks ask: its real 404, unchanged answers, packing, broken requests.

What is learnt is held against the mocks' own error answers where there are any, and told beside the result else.
"""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.drift.difference import Comparison
from driftwatch.drift.judge import judge
from driftwatch.drift.score import score
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Interaction, Request
from driftwatch.model.missing import MissingRecord
from driftwatch.model.policy import Behaviour, Policy
from driftwatch.model.probe import Evidence, Failure, Observation, Probe, Purpose, Tier, Unreachable
from driftwatch.model.remark import Remark, Topic
from driftwatch.model.summary import Result
from driftwatch.probes.behaviour import missing_ids, misuses, revalidation
from driftwatch.probes.safety import tier_of
from driftwatch.usecases.judgement import compare

_ABSENT: Final = frozenset({404, 410})
_REFUSED: Final = frozenset({400, 406, 415, 422})
"""Refusals of what a request is made of."""
_OF_MISUSE: Final = frozenset({"error-status-changed", "error-shape-changed", "error-not-reproduced"})
"""Why a body is refused differs from case to case; that it is refused, and in which form, does not."""
_TOPICS: Final = {
    Behaviour.WRONG_MEDIA_TYPE: Topic.WRONG_MEDIA_TYPE,
    Behaviour.MALFORMED_BODY: Topic.MALFORMED_BODY,
}
_DONE: Final = {
    Behaviour.WRONG_MEDIA_TYPE: "a body of an unknown media type",
    Behaviour.MALFORMED_BODY: "a body that breaks off",
}

Operation = tuple[str, str]
"""Method and path template."""


class _Purpose(Struct, frozen=True):
    """What a probe was sent for."""

    behaviour: Behaviour
    claims: tuple[Claim, ...]
    before: Observation = Observation()
    """The answer that it follows."""


class Behaviours(Struct):
    """Of one provider in one run."""

    policy: Policy
    run_id: str
    _errors: dict[Operation, list[Interaction]] = field(default_factory=dict)
    """Mocks that show a refusal, by what they are asked for."""
    _unchanged: dict[tuple[str, str], list[Interaction]] = field(default_factory=dict)
    """Mocks that say that nothing has changed, by method and target."""
    _missing: dict[str, tuple[Request, tuple[Observation, ...]]] = field(default_factory=dict)
    """What came of the records that do not exist, by path template."""
    _sent: dict[int, _Purpose] = field(default_factory=dict)
    _probes: list[Probe] = field(default_factory=list)
    """Kept alive, since they are known by their identity."""
    _asked: set[tuple[Behaviour, str]] = field(default_factory=set)
    _learnt: list[tuple[_Purpose, Probe, tuple[Observation, ...]]] = field(default_factory=list)

    @property
    def wanted(self) -> Collection[Behaviour]:
        """What the operator wants to know."""
        return self.policy.probing.behaviours

    def know(self, interactions: Iterable[Interaction]) -> None:
        """Look for mocks of refusals."""
        for one in interactions:
            if 304 in one.statuses and not one.incomparable and not one.shadowed_by:
                self._unchanged.setdefault((one.request.method, one.request.target), []).append(one)
            if any(400 <= status < 500 for status in one.statuses) and not one.incomparable and not one.shadowed_by:
                self._errors.setdefault((one.request.method, one.request.path_template), []).append(one)

    def first(self, probes: Sequence[Probe]) -> tuple[Probe, ...]:
        """What needs no answer before it."""
        claims = [claim for probe in probes for claim in probe.claims]
        return tuple(missing_ids(claims, self.policy.probing, self.run_id))

    def learn(self, behaviour: Behaviour, claims: tuple[Claim, ...], evidence: Evidence) -> None:
        """What came of a request that was wrongly asked by consent."""
        self._learnt.append((_Purpose(behaviour, claims), evidence.probe, evidence.samples))

    def missing_of(self, request: Request) -> MissingRecord | None:
        """What the service says of a missing record of this kind, if that was learnt."""
        found = self._missing.get(request.path_template)
        if found is None or not found[1]:
            return None
        return MissingRecord(found[0].path, found[1][0])

    def keep(self, evidence: Evidence) -> None:
        """An answer of the service to a mock's own request: what follows from it is asked later."""
        probe = evidence.probe
        if not probe.claims or probe.stage.value != "staging" or probe.session:
            return
        request, tier = probe.request, tier_of(probe.request, self.policy.probing)[0]
        if request.method.upper() == "GET" and tier is Tier.SAFE and evidence.samples[-1].status == 200:
            self._follow(probe, evidence.samples[-1])
        elif tier is Tier.DECLARED_SAFE:
            for behaviour, wrong in misuses(request, self.policy.probing):
                self._plan(behaviour, probe, wrong, evidence.samples[-1])

    def _follow(self, probe: Probe, answer: Observation) -> None:
        if Behaviour.CONDITIONAL in self.wanted and (again := revalidation(probe.request, answer)) is not None:
            self._plan(Behaviour.CONDITIONAL, probe, again, answer)
        if Behaviour.COMPRESSION in self.wanted and answer.body:
            for coding in ("gzip", "identity"):
                self._plan(Behaviour.COMPRESSION, probe, probe.request, answer, coding)

    def _plan(
        self, behaviour: Behaviour, probe: Probe, request: Request, before: Observation, coding: str = ""
    ) -> None:
        """One of its kind for each operation: what a service does with one record it does with all."""
        place = f"{request.method} {request.path_template} {coding}"
        if (behaviour, place) in self._asked:
            return
        self._asked.add((behaviour, place))
        further = replace(
            probe, own=request, claims=(), samples=1, spacing=0, purpose=Purpose.BEHAVIOUR, accept_encoding=coding
        )
        self._probes.append(further)
        self._sent[id(further)] = _Purpose(behaviour, probe.claims, replace(before, body=b""))

    def further(self) -> tuple[Probe, ...]:
        """What follows from the answers so far."""
        return tuple(self._probes)

    def hear(self, outcome: Evidence | Unreachable) -> None:
        """What came of a probe of this kind."""
        samples = outcome.samples if isinstance(outcome, Evidence) else ()
        purpose = self._sent.get(id(outcome.probe))
        if purpose is None:
            self._missing[outcome.probe.request.path_template] = (outcome.probe.request, samples)
        elif samples:
            self._learnt.append((purpose, outcome.probe, samples))

    def amend(self, results: dict[int, Result], context: Context) -> None:
        """Say of each interaction what was learnt."""
        for request, samples in self._missing.values():
            if samples:
                self._hold_missing(request, samples, results, context)
        for purpose, probe, samples in self._learnt:
            if purpose.behaviour in _TOPICS:
                self._hold_misuse(purpose, probe, samples, results, context)
            elif (held := self._unchanged.get((probe.request.method, probe.request.target), ())) and (
                purpose.behaviour is Behaviour.CONDITIONAL and _is_about_change(purpose, samples[-1])
            ):
                self._hold_unchanged(held, probe.request, samples, results, context)
            else:
                is_conditional = purpose.behaviour is Behaviour.CONDITIONAL
                says = _conditional(purpose, samples[-1]) if is_conditional else _packing(probe, samples[-1])
                topic = Topic.CONDITIONAL if is_conditional else Topic.COMPRESSION
                _remark(purpose.claims, Remark(topic, says) if says else None, results)

    def _hold_missing(
        self, request: Request, samples: tuple[Observation, ...], results: dict[int, Result], context: Context
    ) -> None:
        """Against the mocks that say what a missing record looks like, unless they were asked themselves."""
        answer = samples[-1]
        held = [one for one in self._errors.get(("GET", request.path_template), ()) if _ABSENT & set(one.statuses)]
        if not 400 <= answer.status < 500 or answer.status in (401, 403, 407, 429):
            return
        for interaction in held:
            result = results.get(id(interaction))
            if result is None:
                continue
            is_primary = interaction.statuses[0] in _ABSENT
            if is_primary and result.verdict.is_answer:
                continue
            comparison = compare(_standing_for(interaction, request, _ABSENT), samples, context)
            findings = judge(comparison, self.policy)
            if is_primary:
                results[id(interaction)] = self._anew(result, comparison, findings, samples)
            else:
                results[id(interaction)] = _with_findings(result, findings)
        if not held and answer.failure is None:
            says = f"a record that does not exist is answered with {answer.status}, and no mock shows that"
            mine = [one for one in results.values() if _is_of(one, request)]
            for result in mine[:1]:
                results[id(result.interaction)] = _with_remark(result, Remark(Topic.MISSING_ID, says))

    def _hold_unchanged(
        self, held: Iterable[Interaction], request: Request, samples: tuple[Observation, ...],
        results: dict[int, Result], context: Context,
    ) -> None:  # fmt: skip
        """Against the mocks that answer 304: what they are asked plainly says nothing of that."""
        for interaction in held:
            if (result := results.get(id(interaction))) is None:
                continue
            comparison = compare(_standing_for(interaction, request, {304}), samples, context)
            findings = judge(comparison, self.policy)
            if interaction.statuses[0] == 304:
                results[id(interaction)] = self._anew(result, comparison, findings, samples)
            else:
                results[id(interaction)] = _with_findings(result, findings)

    def _anew(
        self, result: Result, comparison: Comparison, findings: tuple[Finding, ...], samples: Sequence[Observation]
    ) -> Result:
        """The result of a mock whose own request could not show what it says."""
        verdict, reason = verdict_of(findings)
        fidelity = score(comparison, findings, self.policy.consumer) if verdict.is_answer else None
        return replace(result, verdict=verdict, reason=reason, findings=findings, score=fidelity, samples=len(samples))

    def _hold_misuse(
        self, purpose: _Purpose, probe: Probe, samples: tuple[Observation, ...], results: dict[int, Result],
        context: Context,
    ) -> None:  # fmt: skip
        """Against the mocks that say how such a request is refused."""
        answer, request = samples[-1], probe.request
        held = [
            one for one in self._errors.get((request.method, request.path_template), ()) if _REFUSED & set(one.statuses)
        ]
        for interaction in held:
            if (result := results.get(id(interaction))) is not None:
                comparison = compare(_standing_for(interaction, request, _REFUSED), samples, context)
                findings = tuple(one for one in judge(comparison, self.policy) if one.kind in _OF_MISUSE)
                results[id(interaction)] = _with_findings(result, findings)
        if not held and answer.failure is None:
            says = f"{_DONE[purpose.behaviour]} is answered with {answer.status}, and no mock shows that"
            _remark(purpose.claims, Remark(_TOPICS[purpose.behaviour], says), results)


def _standing_for(interaction: Interaction, request: Request, statuses: Collection[int]) -> Claim:
    """The part of a mock that says how something is refused, as if it had been asked for this."""
    variants = tuple(one for one in interaction.variants if one.status in statuses)
    asked = replace(interaction.request, path=request.path, headers=request.headers, body=request.body)
    return Claim((dataclasses.replace(interaction, request=asked, variants=variants),))


def _with_findings(result: Result, findings: Sequence[Finding]) -> Result:
    known = {one.fingerprint for one in result.findings}
    more = tuple(one for one in findings if one.fingerprint not in known)
    if not more:
        return result
    together = (*result.findings, *more)
    verdict, reason = verdict_of(together) if result.verdict.is_answer else (result.verdict, result.reason)
    return replace(result, findings=together, verdict=verdict, reason=reason)


def _with_remark(result: Result, remark: Remark) -> Result:
    return result if remark in result.remarks else replace(result, remarks=(*result.remarks, remark))


def _remark(claims: Iterable[Claim], remark: Remark | None, results: dict[int, Result]) -> None:
    for claim in claims if remark is not None else ():
        for interaction in claim.interactions:
            if (result := results.get(id(interaction))) is not None and remark is not None:
                results[id(interaction)] = _with_remark(result, remark)


def _is_of(result: Result, request: Request) -> bool:
    asked = result.interaction.request
    return asked.method == "GET" and asked.path_template == request.path_template and result.verdict.is_answer


def _is_about_change(purpose: _Purpose, answer: Observation) -> bool:
    """Whether it tells if an unchanged answer is recognised: it is, or comes again with its validator."""
    return answer.status == 304 or (answer.status == 200 and _is_unchanged(purpose, answer))


def _is_unchanged(purpose: _Purpose, answer: Observation) -> bool:
    """Otherwise it changed in between, or its validator is made anew each time: nothing is promised then."""
    name = _validator(purpose)
    return answer.header(name) == purpose.before.header(name)


def _validator(purpose: _Purpose) -> str:
    return "ETag" if purpose.before.header("etag") else "Last-Modified"


def _conditional(purpose: _Purpose, answer: Observation) -> str:
    """What is to be said of a service that does not keep its own validators."""
    if answer.failure is not None or answer.status != 200 or not _is_unchanged(purpose, answer):
        return ""
    name = _validator(purpose)
    promised = any(variant.header(name) for claim in purpose.claims for variant in claim.variants)
    beside = "; the mock shows that validator, and callers that rely on it save nothing" if promised else ""
    return f"an unchanged answer is sent again in full to a caller who shows its {name}, not as 304{beside}"


def _packing(probe: Probe, answer: Observation) -> str:
    """What is to be said of a service that packs otherwise than it was asked to."""
    if answer.failure is Failure.MALFORMED:
        return f"to a caller who takes {probe.accept_encoding} it comes with {answer.detail}"
    coding = (answer.header("content-encoding") or "").strip().lower()
    if probe.accept_encoding == "identity" and coding not in ("", "identity"):
        return f"it comes packed ({coding}) even to a caller that cannot unpack it"
    return ""
