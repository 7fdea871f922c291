"""What is sent by written consent: in a journey of its own, with set-up and clean-up, repeated where that is wanted.

A caller that lost an answer repeats its request. Whether the service then does its work twice is seen in two ways: by
the ids in the answers, and by what can be read back ("one order, one charge").
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.judge import judge
from driftwatch.drift.replays import compare_replays
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.answers import Document
from driftwatch.model.consent import KEY, Consent, ReadBack, Rehearsal
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.identity import NOBODY
from driftwatch.model.interaction import Claim, Request
from driftwatch.model.journey import Ask, Journey, Step, Trouble, Value
from driftwatch.model.json_path import parse
from driftwatch.model.policy import Behaviour, Policy, ProbingPolicy
from driftwatch.model.probe import Evidence, Observation, Probe, Tier, Unreachable, Way
from driftwatch.model.remark import Remark, Topic
from driftwatch.model.route import path_of
from driftwatch.model.summary import Result
from driftwatch.ports import Clock
from driftwatch.probes.behaviour import misuses
from driftwatch.probes.by_consent import asking, exactly, reading, with_body
from driftwatch.probes.callers import asked_as
from driftwatch.probes.captures import CaptureError, captured
from driftwatch.probes.consent import IDEMPOTENT, refusal
from driftwatch.probes.filling import UnfilledError
from driftwatch.probes.plan import consented
from driftwatch.probes.safety import tier_of
from driftwatch.probes.steps import request_of
from driftwatch.shapes.decode import Problem, decode
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.trip import Asking, Booked, Moving
from driftwatch.usecases.trip import Way as Sending

KIND: Final = "idempotency-violated"
PREFIX: Final = "driftwatch-"
"""Every key begins so: whoever finds one in a database knows whose it is."""
SAFE: Final = "safe, and your mock cannot express it"
_WAYS: Final = {
    Rehearsal.REPLAY: (Way.ONE_BY_ONE, 2, "repeated once it was answered"),
    Rehearsal.PARALLEL: (Way.TOGETHER, 3, "sent twice at the same moment"),
    Rehearsal.CUT: (Way.CUT, 3, "repeated after its connection was cut"),
}
"""How it is sent, how often in all (a repeat may be refused while the first runs, and is sent again), in words."""
_MOST: Final = 10
"""Things made too much that are cleaned up: a read-back that names more is about something else."""
_WAIT: Final = 1.1
"""Seconds until the last repeat: by then the first is done."""


class _Item(Struct, frozen=True):
    """One journey by consent."""

    provider: str
    claims: tuple[Claim, ...]
    consent: Consent
    rehearsal: Rehearsal | None
    values: Mapping[str, Value]
    policy: ProbingPolicy
    journey: str


class Tried(Struct):
    """What came of one rehearsal."""

    rehearsal: Rehearsal
    samples: tuple[Observation, ...]
    path: str | None = None
    """Where the answers name different resources; ``None`` if they do not."""
    read: list[str] = field(default_factory=list)
    """What was read back otherwise than it must be, in words."""
    made: list[Observation] = field(default_factory=list)
    """What was read back where too much was made, each as if it had been answered alone."""
    unknown: str = ""
    """Why nothing can be said."""

    @property
    def is_violated(self) -> bool:
        """Whether the work was done twice."""
        return self.path is not None or bool(self.read)


class Rehearsals(Struct):
    """All that one process sends by consent in one run."""

    run_id: str
    clock: Clock
    hear: Callable[[Evidence | Unreachable], None]
    """Told of answers that no mock is held against."""
    ways: dict[str, Sending] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    misused: list[tuple[Behaviour, tuple[Claim, ...], Evidence]] = field(default_factory=list)
    """What came of requests that were wrongly asked."""
    _tried: dict[int, tuple[tuple[Claim, ...], list[Tried]]] = field(default_factory=dict)
    """By identity of the first claim."""

    def book(self, provider: Provider, claims: Sequence[Claim]) -> Iterator[Booked]:
        """A journey for each request that is consented to, and for each way in which it is to be repeated."""
        policy = provider.policy.probing
        for those, consent in consented(claims, policy):
            for rehearsal in consent.rehearsals or (None,):
                yield self._booked(provider, those, consent, rehearsal)
            for behaviour, wrong in misuses(with_body(those[0].request, consent), policy):
                if (ask := exactly(wrong, consent)) is not None:
                    yield self._misuse(provider, those, consent, behaviour, ask)

    def _booked(
        self, provider: Provider, claims: tuple[Claim, ...], consent: Consent, rehearsal: Rehearsal | None
    ) -> Booked:
        number = str(len(self.ways) + 1)
        request, policy = claims[0].request, provider.policy.probing
        name = f"{number}, {request.method} {request.path_template} by consent"
        values = {**dict(consent.variables), KEY: self._key(provider.name, number)}
        is_repeatable = consent.is_dry or consent.method in IDEMPOTENT
        step = Step(
            mock=claims[0].interactions[0].mock_id,
            ask=asking(request, consent),
            captures=consent.captures,
            samples=policy.samples if is_repeatable else 1,
            way=f"consent {number}",
        )
        item = _Item(provider.name, claims, consent, rehearsal, values, policy, name)
        self.ways[step.way] = lambda step, probe: self._send(item, step, probe)
        variables = {key: str(value) for key, value in values.items()}
        journey = Journey(
            name, provider.name, (step,), consent.set_up, consent.clean_up, _who(claims[0], policy), variables
        )
        return Booked(journey, policy, {len(consent.set_up): claims[0]}, path_of(provider.target))

    def _misuse(
        self, provider: Provider, claims: tuple[Claim, ...], consent: Consent, behaviour: Behaviour, ask: Ask
    ) -> Booked:
        """A request that is wrongly asked; should the service do it all the same, that is cleaned up too."""
        number = str(len(self.ways) + 1)
        name = f"{number}, {behaviour.replace('_', ' ')} to {ask.method} {claims[0].request.path_template} by consent"
        values = {**dict(consent.variables), KEY: self._key(provider.name, number)}
        policy = provider.policy.probing
        step = Step(ask=ask, expect=tuple(range(200, 600)), way=f"consent {number}")
        whole = replace(step, captures=consent.captures)
        item = _Item(provider.name, claims, consent, None, values, policy, name)

        def send(_: Step, probe: Probe) -> Asking:
            (outcome,) = yield (replace(probe, key_header=consent.key_header),)
            if isinstance(outcome, Evidence):
                self.misused.append((behaviour, claims, outcome))
                yield from self._clean_others(item, whole, probe, Tried(Rehearsal.REPLAY, (), made=_served(outcome)))
            return outcome

        self.ways[step.way] = send
        variables = {key: str(value) for key, value in values.items()}
        journey = Journey(
            name, provider.name, (step,), consent.set_up, consent.clean_up, _who(claims[0], policy), variables
        )
        return Booked(journey, policy, {}, path_of(provider.target))

    def _key(self, provider: str, number: str) -> str:
        """Unlike that of any other run, even of one of the same name."""
        told = f"{self.run_id}\0{self.clock.now().isoformat()}\0{provider}\0{number}"
        return PREFIX + hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()

    def _send(self, item: _Item, step: Step, probe: Probe) -> Asking:
        probe = replace(probe, claims=item.claims if probe.claims else (), key_header=item.consent.key_header)
        if item.rehearsal is None:
            (outcome,) = yield (probe,)
            return outcome
        way, samples, _ = _WAYS[item.rehearsal]
        (outcome,) = yield (replace(probe, way=way, samples=samples, spacing=_WAIT if samples > 2 else 0),)
        tried = Tried(item.rehearsal, ())
        self._tried.setdefault(id(item.claims[0]), (item.claims, []))[1].append(tried)
        if isinstance(outcome, Unreachable):
            tried.unknown = outcome.reason
            return outcome
        is_cut = way is Way.CUT and outcome.samples[0].failure is not None
        tried.samples = outcome.samples[1:] if is_cut else outcome.samples
        served = [one for one in tried.samples if 200 <= one.status < 300]
        found = next(compare_replays(item.claims[0], tried.samples, _decode), None)
        tried.path = found.path if found is not None else None
        if not served:
            tried.unknown = "no answer was a success"
        yield from self._read_back(item, probe, tried)
        yield from self._clean_others(item, step, probe, tried)
        lost = len(outcome.samples) - len(tried.samples)
        self.hear(Evidence(replace(probe, claims=()), outcome.samples[:lost]))
        if not tried.samples:
            return Unreachable(outcome.probe, "it was not repeated after its connection was cut")
        mocked = {variant.status for claim in item.claims for variant in claim.variants}
        in_order = sorted(tried.samples, key=lambda one: (one in served) + (one.status in mocked))
        return Evidence(outcome.probe, tuple(in_order))  # the journey goes on from the last

    def _read_back(self, item: _Item, probe: Probe, tried: Tried) -> Moving:
        too_much = ""
        for read in item.consent.read_back:
            request = reading(read, item.values)
            if refused := refusal(request, item.policy):
                tried.unknown = tried.unknown or f"it cannot be read back: {refused}"
                continue
            (outcome,) = yield (_beside(probe, request),)
            self.hear(outcome)
            found = _found(read, outcome)
            if found is None:
                tried.unknown = tried.unknown or f"`{read.count}` could not be counted"
                continue
            number, things = found
            if number != read.equals:
                counted = f"`{read.count}` counts {number} and not {read.equals}"
                tried.read.append(counted)
                too_much = too_much or (counted if number > read.equals else "")
                if request.path == item.claims[0].request.path:
                    tried.made += things
        if too_much and not tried.made and (tried.path is None or item.rehearsal is Rehearsal.CUT):
            reason = f"the journey {item.journey} made too much ({too_much}), which may be left behind"
            self.troubles.append(Trouble(item.provider, item.journey, reason, is_clean_up=True))

    def _clean_others(self, item: _Item, step: Step, probe: Probe, tried: Tried) -> Moving:
        """Clean up what the last answer does not name; what that names, the journey cleans up itself.

        What was made and never answered for is known by the list in which it was read back.
        """
        served = [one for one in tried.samples if 200 <= one.status < 300]
        asked = set(self._cleaning(item, step, served[-1:]))
        for request in self._cleaning(item, step, (*served[:-1], *tried.made)):
            if request not in asked and tier_of(request, item.policy)[0] is not Tier.NEVER:
                asked.add(request)
                (outcome,) = yield (_beside(probe, request),)
                self.hear(outcome)

    def _cleaning(self, item: _Item, step: Step, answers: Iterable[Observation]) -> Iterator[Request]:
        for answer in answers:
            for one in item.consent.clean_up if step.captures else ():
                try:
                    yield request_of(one, None, {**item.values, **captured(step.captures, answer)})
                except (CaptureError, UnfilledError):
                    continue

    def amend(self, results: dict[int, Result], policies: Mapping[str, Policy]) -> None:
        """Say of each interaction what its rehearsals came to."""
        for claims, tried in self._tried.values():
            for claim in claims:
                findings = tuple(judge(_compared(claim, tried, self.clock), policies[claim.provider]))
                remarks = tuple(Remark(Topic.IDEMPOTENCY, _told(one)) for one in tried if not one.is_violated)
                for interaction in claim.interactions:
                    if (result := results.get(id(interaction))) is not None:
                        results[id(interaction)] = _amended(result, findings, remarks)


def _amended(result: Result, findings: tuple[Finding, ...], remarks: tuple[Remark, ...]) -> Result:
    mine = tuple(one for one in findings if one.origin == result.interaction.origin)
    if not mine:
        return replace(result, remarks=(*result.remarks, *remarks))
    kept = (*(one for one in result.findings if one.kind != KIND), *mine)
    verdict, reason = verdict_of(kept)
    return replace(result, findings=kept, remarks=(*result.remarks, *remarks), verdict=verdict, reason=reason)


def _compared(claim: Claim, tried: Sequence[Tried], clock: Clock) -> Comparison:
    """One cause is one difference: how it was repeated and what was seen stands in its words."""
    violated = [one for one in tried if one.is_violated]
    samples = tuple(sample for one in tried for sample in one.samples)
    context = Context(now=clock.now())
    if not violated:
        return Comparison(claim, samples, context, ())
    path = min((one.path for one in violated if one.path is not None), key=len, default="")
    seen = tuple(sample for one in violated for sample in one.samples)
    words = "; ".join(_words(one) for one in violated)
    difference = Difference(Aspect.REPLAYED, path, k=len(violated), n=len(tried), samples=seen, note=words)
    return Comparison(claim, samples, context, (difference,))


def _words(one: Tried) -> str:
    found = ["its answers name different resources"] if one.path is not None else []
    return f"{_WAYS[one.rehearsal][2]}: {', '.join([*found, *one.read])}"


def _told(one: Tried) -> str:
    words = _WAYS[one.rehearsal][2]
    return f"{words}: {f'not known, {one.unknown}' if one.unknown else SAFE}"


def _served(evidence: Evidence) -> list[Observation]:
    return [one for one in evidence.samples if 200 <= one.status < 300]


def _who(claim: Claim, policy: ProbingPolicy) -> str:
    who = asked_as(claim, policy.identities)
    return "" if who == NOBODY else who


def _beside(probe: Probe, request: Request) -> Probe:
    """Another request of the same caller."""
    return replace(probe, own=request, claims=(), samples=1, spacing=0, said=(), way=Way.ONE_BY_ONE, key_header="")


def _found(read: ReadBack, outcome: Evidence | Unreachable) -> tuple[int, list[Observation]] | None:
    """What the answer counts, and each of the things; ``None`` if it does not tell."""
    answer = outcome.samples[-1] if isinstance(outcome, Evidence) else Observation()
    decoded = decode(answer.body)
    if not 200 <= answer.status < 300 or decoded.problem is not Problem.NONE:
        return None
    found = parse(read.count).select(decoded.value)
    if not found and not any(sign in read.count for sign in ("*", "..", "?")):
        return None  # there is no such place, and so nothing to be counted
    if len(found) == 1 and type(found[0]) is int:
        return found[0], []
    things = found[0] if len(found) == 1 and isinstance(found[0], list) else found
    return len(things), [
        Observation(200, body=json.dumps(one).encode()) for one in things[:_MOST] if isinstance(one, dict)
    ]


def _decode(raw: bytes, charset: str) -> Document:
    decoded = decode(raw, charset)
    return Document(decoded.value, decoded.problem)
