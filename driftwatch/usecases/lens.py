"""The lens: what was compared is asked again as others, to see what hangs on who asks.

It comes after the mocks' own questions, and is their guest: where the budget ends, it is the lens that goes without.
What it could not see is told beside the verdict, which the mock's own identity has decided.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.drift.difference import Comparison, Difference
from driftwatch.drift.judge import judge
from driftwatch.drift.score import score
from driftwatch.drift.verdict import verdict_of
from driftwatch.drift.views import denied, differences_of, is_accepted
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.identity import NOBODY, Role
from driftwatch.model.interaction import Claim
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Evidence, Observation, Probe, Purpose, Unreachable
from driftwatch.model.summary import Result
from driftwatch.probes.lens import views
from driftwatch.usecases.judgement import compare

_ROOM: Final = 64 * 1024 * 1024
"""Bytes of answers that are kept until all others have asked, for one provider."""
_OVERHEAD: Final = 2048
"""Bytes of an answer beside its body, roughly."""
_TOO_LARGE: Final = "the answers are too large to be kept until others have asked"


class _Compared(Struct, frozen=True):
    """A claim as it was compared with the answers to its own identity."""

    claim: Claim
    """As it was asked."""
    context: Context
    places: tuple[int, ...]
    """Where the results of its interactions are."""


class _Question(Struct):
    """One question, and what others are answered to it."""

    own: tuple[Observation, ...]
    compared: list[_Compared] = field(default_factory=list)
    seen: dict[str, tuple[Observation, ...]] = field(default_factory=dict)
    unseen: dict[str, str] = field(default_factory=dict)
    """By identity: why there is no answer."""


class Lens(Struct):
    """One provider's in one run."""

    policy: Policy
    _questions: dict[int, _Question] = field(default_factory=dict)
    """By identity of the probe, of the own one and of those of the others; all are kept alive here."""
    _probes: list[Probe] = field(default_factory=list)
    _asked: list[_Question] = field(default_factory=list)
    _held: int = 0

    def keep(self, probe: Probe, claim: Claim, comparison: Comparison) -> None:
        """This was compared: the others will be asked the same."""
        if probe.purpose is not Purpose.CLAIM or probe.session or not views(probe, self.policy.probing):
            return
        question = self._questions.get(id(probe))
        if question is None:
            question = self._questions[id(probe)] = self._begin(probe, comparison.samples)
        places = tuple(map(id, claim.interactions))
        question.compared.append(_Compared(comparison.claim, comparison.context, places))

    def _begin(self, probe: Probe, own: tuple[Observation, ...]) -> _Question:
        size = sum(len(sample.body) + _OVERHEAD for sample in own)
        others = views(probe, self.policy.probing)
        question = _Question(own)
        self._asked.append(question)
        self._probes.append(probe)
        if self._held + size > _ROOM:
            question.own = ()
            question.unseen = dict.fromkeys((other.identity for other in others), _TOO_LARGE)
            return question
        self._held += size
        self._probes += others
        self._questions |= {id(other): question for other in others}
        return question

    def probes(self) -> Sequence[Probe]:
        """What to ask as others."""
        return [probe for probe in self._probes if probe.purpose is Purpose.VIEW]

    def hear(self, outcome: Evidence | Unreachable) -> None:
        """What one of them was answered."""
        question, identity = self._questions[id(outcome.probe)], outcome.probe.identity
        if isinstance(outcome, Unreachable):
            question.unseen[identity] = outcome.reason
        elif all(sample.failure is not None or sample.status in (429, *range(500, 600)) for sample in outcome.samples):
            last = outcome.samples[-1]
            question.unseen[identity] = str(last.failure or f"status {last.status}")
        else:
            question.seen[identity] = tuple(one for one in outcome.samples if one.failure is None)

    def revise(self, results: dict[int, Result]) -> None:
        """Put what was seen beside what was found; verdicts become graver by what others show, never by refusals."""
        known = {who for question in self._asked for who, them in question.seen.items() if is_accepted(them)}
        for question in self._asked:
            for one in question.compared:
                found = tuple(self._findings(one, question))
                blind = tuple(self._refused(one, question, known))
                for place in one.places:
                    results[place] = self._revised(results[place], one, question, found, blind)

    def _findings(self, one: _Compared, question: _Question) -> Iterable[Finding]:
        against = partial(_compared_with, one)
        differences = differences_of(one.claim, question.own, question.seen, one.context, against)
        return self._judged(one, differences) if differences else ()

    def _refused(self, one: _Compared, question: _Question, known: set[str]) -> Iterator[Finding]:
        """Credentials that no answer of the whole run shows to be accepted: whoever is refused so sees nothing."""
        if not any(200 <= variant.status < 300 for variant in one.claim.variants):
            return
        for who, them in question.seen.items():
            is_to_be_served = who != NOBODY and self.policy.probing.identities.role_of(who) is not Role.EXPIRED
            if is_to_be_served and who not in known and them:
                yield from self._judged(one, (denied(one.claim, them),))

    def _judged(self, one: _Compared, differences: tuple[Difference, ...]) -> tuple[Finding, ...]:
        samples = tuple(sample for difference in differences for sample in difference.samples)
        return judge(Comparison(one.claim, samples, one.context, differences, is_compared=True), self.policy)

    def _revised(
        self, result: Result, one: _Compared, question: _Question, found: Iterable[Finding], blind: Iterable[Finding]
    ) -> Result:
        origin = result.interaction.origin
        seen = tuple(finding for finding in found if finding.origin == origin)
        if seen:
            findings = (*result.findings, *seen)
            verdict, reason = verdict_of(findings)
            against = compare(one.claim, question.own, one.context)
            reckoned = score(against, findings, self.policy.consumer)
            result = replace(result, findings=findings, verdict=verdict, reason=reason, score=reckoned)
        if question.unseen:
            unseen = "; ".join(f"not seen as {who}: {why}" for who, why in question.unseen.items())
            result = replace(result, reason="; ".join(filter(None, (result.reason, unseen))))
        more = tuple(finding for finding in blind if finding.origin == origin)
        return replace(result, findings=(*result.findings, *more)) if more else result


def _compared_with(one: _Compared, samples: tuple[Observation, ...]) -> Comparison:
    return compare(one.claim, samples, one.context)
