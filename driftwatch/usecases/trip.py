"""One journey under way: what it asks next, what came of it, and what it leaves behind.

It sends nothing itself: it yields probes and is given what came of them, so that several journeys go side by side.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Final, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.identity import NOBODY
from driftwatch.model.interaction import Claim, Request
from driftwatch.model.journey import Journey, Step, Trouble, Value
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.probe import Evidence, Observation, Probe, Tier, Unreachable
from driftwatch.model.summary import Verdict
from driftwatch.probes.callers import asked_as
from driftwatch.probes.captures import CaptureError, captured
from driftwatch.probes.filling import UnfilledError, places
from driftwatch.probes.plan import decide, fault_of
from driftwatch.probes.safety import tier_of
from driftwatch.probes.steps import label, outline, request_of

Outcome = Evidence | Unreachable
Asking = Generator[tuple[Probe, ...], tuple[Outcome, ...], Outcome]
"""Yields probes that are sent together, is given what came of them in the same order, returns what counts."""
Moving = Generator[tuple[Probe, ...], tuple[Outcome, ...], None]
Way = Callable[[Step, Probe], Asking]
"""How a step is sent, where once is not enough."""
Consent = Callable[[Request, ProbingPolicy], str]
"""Why a request may not be sent; empty if it may."""

_GONE: Final = (404, 410)
"""Statuses with which something to be cleaned up is away already."""
_LEFT: Final = "look there what it left behind"


class Judge(Protocol):
    """The desk, as far as journeys need it."""

    def receive_in_turn(self, outcome: Outcome) -> None:
        """Judge what came back; of what a mock came to in several steps the worst counts."""

    def conclude(self, claim: Claim, verdict: Verdict, reason: str) -> None:
        """Say of a claim that was not compared, why."""


class Booked(Struct, frozen=True):
    """A journey with the claims that its steps name."""

    journey: Journey
    policy: ProbingPolicy
    claims: Mapping[int, Claim]
    """By place among all steps."""
    base_path: str = ""

    def named(self) -> Iterator[Claim]:
        """The claims, each once."""
        return iter({id(claim): claim for claim in self.claims.values()}.values())


class _BrokenError(Exception):
    """A step did not do what the next ones need."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Trip(Struct):
    """One journey under way."""

    booked: Booked
    judge: Judge
    ways: Mapping[str, Way]
    consent: Consent
    judged: set[int]
    """By identity, the claims that a step came to something with, in this journey or in one of its neighbours."""
    values: dict[str, Value] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    has_begun: bool = False
    is_clean: bool = False
    _asked_for: set[str] = field(default_factory=set)
    """Names that a step was to capture that was sent and not refused: what they stand for may exist."""

    @property
    def journey(self) -> Journey:
        """What it is a trip of."""
        return self.booked.journey

    def go(self) -> Moving:
        """Set up and take the steps; the first that fails ends it, and the rest is told as not verified."""
        self.values |= dict(self.journey.variables)
        obstacle = self._obstacle()
        before = len(self.journey.set_up)
        steps = [*self.journey.set_up, *self.journey.steps]
        reason = f"the journey {self.journey.name} is not taken: {obstacle}" if obstacle else ""
        for place, step in enumerate(steps):
            if reason:
                self._leave_out(place, reason)
                continue
            name = f"step {place + 1 - before}" if place >= before else f"set-up step {place + 1}"
            try:
                yield from self._take(place, step)
            except _BrokenError as broken:
                reason = f"{name} ({self._label(place, step)}) of the journey {self.journey.name} {broken.reason}"
                self._leave_out(place, reason)
        if reason:
            self.troubles.append(Trouble(self.journey.provider, self.journey.name, reason))

    def clean(self) -> Moving:
        """Try every step of the clean-up, as long as there is something to clean up."""
        self.is_clean = True
        before = len(self.journey.set_up) + len(self.journey.steps)
        for place, step in enumerate(self.journey.clean_up, before):
            if not self.has_begun:
                self._leave_out(place, f"the journey {self.journey.name} was not taken: nothing is to be cleaned up")
                continue
            try:
                yield from self._take(place, step, is_clean_up=True)
            except _BrokenError as broken:
                name = self._label(place, step)
                which = f"clean-up step {place + 1 - before} ({name})"
                reason = f"{which} of the journey {self.journey.name} {broken.reason}"
                self._leave_out(place, reason)
                if self._may_be_left(step):
                    trouble = Trouble(self.journey.provider, self.journey.name, f"{reason}; {_LEFT}", is_clean_up=True)
                    self.troubles.append(trouble)

    def _may_be_left(self, step: Step) -> bool:
        """Whether what the step is to clean up may exist: its names are known, or were to be captured of an answer."""
        said = (step.ask.path, *(value for pair in step.ask.query or () for value in pair), step.ask.body or "")
        wanted = {name for text in said for name in places(text)}
        return all(name in self.values or name in self._asked_for for name in wanted)

    def _obstacle(self) -> str:
        """Why the journey is not even begun: a step without its mock, without consent, or in an unknown way."""
        for place, step in enumerate(self.journey.all_steps):
            claim = self.booked.claims.get(place)
            if step.has_mock and claim is None:
                return f"no mock is {step.mock or step.match!r}; `driftwatch mocks` lists their ids"
            request = outline(step, claim.request if claim is not None else None)
            if claim is not None and (fault := fault_of(claim)):
                return f"{self._label(place, step)}: {fault}"
            if refused := self.consent(request, self.booked.policy):
                return f"{self._label(place, step)}: {refused}"
            if step.way and step.way not in self.ways:
                return f"{self._label(place, step)}: nobody knows the way {step.way!r}"
        return ""

    def _take(self, place: int, step: Step, *, is_clean_up: bool = False) -> Moving:
        claim = self.booked.claims.get(place)
        probe = replace(self._probe(step, claim), is_owed=is_clean_up)
        self.has_begun = True
        self._asked_for |= {capture.name for capture in step.captures}
        outcome = yield from self.ways.get(step.way, _once)(step, probe)
        if isinstance(outcome, Unreachable):
            self._asked_for -= {capture.name for capture in step.captures}
        self.judged |= {id(one) for one in probe.claims}
        self.judge.receive_in_turn(outcome)
        answer = _answer(outcome)
        if 400 <= answer.status < 500:
            self._asked_for -= {capture.name for capture in step.captures}
        expected = step.expect or tuple(one.status for one in (claim.variants if claim is not None else ()))
        if not _is_as_expected(answer.status, expected, is_clean_up=is_clean_up):
            wanted = " or ".join(map(str, dict.fromkeys(expected))) or "a status below 400"
            raise _BrokenError(f"was answered with {answer.status} and not with {wanted}")
        try:
            self.values |= captured(step.captures, answer)
        except CaptureError as error:
            raise _BrokenError(f"gave nothing to go on with: {error}") from error

    def _probe(self, step: Step, claim: Claim | None) -> Probe:
        """What is sent. Raises ``_BrokenError`` if it cannot be, or may not."""
        journey, mock = self.journey, claim.request if claim is not None else None
        try:
            request = request_of(step, mock, self.values, self.booked.base_path)
        except UnfilledError as error:
            raise _BrokenError(f"cannot be asked: {error}") from error
        if refused := self._refused(request, outline(step, mock)):
            raise _BrokenError(f"may not be asked: {refused}")
        who = journey.identity if step.identity is None else step.identity
        if not who and claim is not None and claim.variants:
            who = asked_as(claim, self.booked.policy.identities)
        return Probe(
            journey.provider,
            request,
            (claim,) if claim is not None and self._is_comparable(claim) else (),
            samples=step.samples,
            spacing=self.booked.policy.spacing if step.samples > 1 else 0,
            with_credentials=who != NOBODY,
            identity=who if who != NOBODY else "",
            session=journey.session,
            said=tuple(one for one in request.headers if one[0] in dict(step.ask.headers)),
        )

    def _refused(self, request: Request, before: Request) -> str:
        """Why values made of a request that was consented to one that is not: a captured word may be ``delete``."""
        policy = self.booked.policy
        tier, _ = tier_of(request, policy)
        if tier is not Tier.NEVER and tier is tier_of(before, policy)[0]:
            return ""
        return self.consent(request, policy)

    def _is_comparable(self, claim: Claim) -> bool:
        """Whether its answer can be held against the mock; else why not is told."""
        if not claim.variants or all(one.incomparable or one.shadowed_by for one in claim.interactions):
            self._conclude(claim, decide(claim, self.booked.policy).reason or "the mock shows no answer")
            return False
        return True

    def _leave_out(self, place: int, reason: str) -> None:
        claim = self.booked.claims.get(place)
        if claim is not None and id(claim) not in self.judged:
            self._conclude(claim, reason)

    def _conclude(self, claim: Claim, reason: str) -> None:
        self.judge.conclude(claim, Verdict.UNVERIFIABLE, reason)

    def _label(self, place: int, step: Step) -> str:
        claim = self.booked.claims.get(place)
        return label(step, claim.request if claim is not None else None)


def _once(_: Step, probe: Probe) -> Asking:
    (outcome,) = yield (probe,)
    return outcome


def _answer(outcome: Outcome) -> Observation:
    """The last answer. Raises ``_BrokenError`` where there is none."""
    if isinstance(outcome, Unreachable):
        raise _BrokenError(f"was not asked: {outcome.reason}")
    answer = outcome.samples[-1]
    if answer.failure is not None:
        raise _BrokenError(f"got no answer ({answer.failure.value})")
    return answer


def _is_as_expected(status: int, expected: tuple[int, ...], *, is_clean_up: bool) -> bool:
    if is_clean_up and (status in _GONE or status < 400):
        return True
    return status in expected if expected else status < 400
