"""One expectation: both halves, its identity, and what decides between it and its neighbours."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.contest import Answers
from driftwatch.mocks.asking.identity import identity
from driftwatch.mocks.asking.named_paths import Known, scalars
from driftwatch.mocks.formats.mockserver import answer, request
from driftwatch.mocks.formats.mockserver.answer import RESPONSE, RESPONSES, read_answers
from driftwatch.mocks.formats.mockserver.derive import candidates
from driftwatch.mocks.formats.mockserver.kinds import ACTIONS, KNOWN, REQUEST
from driftwatch.mocks.formats.mockserver.request import RequestMatcher, read_request
from driftwatch.mocks.recording.dates import recorded_at
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import Object, as_object, as_text, as_whole
from driftwatch.model.interaction import Header, Origin

STARTED: Final = "Started"
"""The state every scenario begins in."""
_CANDIDATES: Final = 6
_COMMENTS: Final = ("$schema", "_comment", "comment")


class Guard(Struct, frozen=True):
    """What keeps an expectation from answering every request that fits it."""

    never: str = ""
    """Why it never answers."""
    sometimes: str = ""
    """Why it answers only now and then; the next one that fits does otherwise."""
    scenario: str = ""
    state: str = ""
    """It answers only in this state."""
    moves_to: str = ""
    """The state it leaves behind."""

    @property
    def is_later(self) -> bool:
        """Whether it cannot answer before its scenario has moved on."""
        return bool(self.scenario) and self.state not in ("", STARTED)

    @property
    def is_open(self) -> bool:
        """Whether it answers every request that fits it."""
        return not self.never and not self.sometimes and not self.state


class Expectation(Struct, frozen=True):
    """An expectation that was read, before it is known which of its neighbours answers instead."""

    mock_id: str
    origin: Origin
    matcher: RequestMatcher
    answers: Answers
    priority: int
    guard: Guard
    recorded: str = ""
    """When MockServer saw the exchange, if it did."""
    is_recorded: bool = False
    notes: tuple[str, ...] = field(default=())
    is_named: bool = False
    """The file gives it its id."""
    order: int = 0
    """Of two with one priority the lower is asked first."""

    @property
    def headers(self) -> tuple[Header, ...]:
        """The headers of its first answer."""
        return self.answers.variants[0].headers if self.answers.variants else ()

    def takes(self, asked: Asked) -> bool | None:
        """Whether it fits a request; ``None`` if that cannot be told."""
        return self.matcher.answers(asked)

    def candidates(self, variables: Mapping[str, str]) -> Iterator[Candidate]:
        """Its requests, the likeliest first; at least one."""
        body = self.answers.variants[0].body if self.answers.variants else None
        known = Known(variables, scalars(body))
        for candidate in islice(candidates(self.matcher, known), _CANDIDATES):
            yield replace(candidate, is_recorded=True) if self.is_recorded else candidate

    def silenced(self, reason: str) -> "Expectation":
        """The same as one that never answers."""
        return replace(self, guard=replace(self.guard, never=reason))


def read_expectation(value: object, document: Document, *steps: Step) -> Expectation:
    """One expectation from its JSON. Raises ``Refusal`` with the place inside it."""
    fields = as_object(value, *steps)
    matcher = read_request(fields.get(REQUEST), document, *steps, REQUEST)
    action, others = _action(fields, *steps)
    method = (matcher.method.literal or "").upper()
    answers = read_answers(fields, action, document, method, *steps)
    asked = as_object(fields.get(REQUEST), *steps, REQUEST)
    timestamp = as_text(fields.get("timestamp"), *steps, "timestamp")
    is_recorded = bool(timestamp) or "remoteAddress" in asked or "localAddress" in asked
    moment, _ = recorded_at(timestamp, (), document.options.now)
    return Expectation(
        mock_id=as_text(fields.get("id"), *steps, "id") or digest(fields),
        origin=document.origin(*steps),
        matcher=matcher,
        answers=answers,
        priority=as_whole(fields.get("priority"), *steps, "priority"),
        guard=_guard(fields, moment is not None, *steps),
        recorded=timestamp,
        is_recorded=is_recorded,
        notes=(
            *_notes(fields, action),
            *(f"does besides: {other}" for other in others),
            *_flaws(matcher, is_recorded=is_recorded),
        ),
        is_named=bool(fields.get("id")),
    )


def _action(fields: Object, *steps: Step) -> tuple[str, list[str]]:
    """What answers, and what is done besides. Raises ``Refusal`` if that is not said."""
    named = [name for name in ACTIONS if fields.get(name) is not None]
    if not named:
        found = ", ".join(list(fields)[:5]) or "nothing"
        raise Refusal(f"an expectation needs an action such as `{RESPONSE}`; found {found}", steps=steps)
    if RESPONSES in named:
        # 8.0.0 prefers the list where both are there
        named = [name for name in named if name != RESPONSE]
    primary = [name for name in named if _member(fields[name], "primary") is True]
    if len(named) > 1 and len(primary) != 1:
        raise Refusal(f"one action must be marked as `primary`; found {', '.join(named)}", steps=steps)
    chosen = primary[0] if len(named) > 1 else named[0]
    return chosen, [name for name in named if name != chosen]


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def digest(fields: Object) -> str:
    """A stable name made of what the expectation matches, never of what it answers: mending an answer keeps it."""
    return identity([fields.get(REQUEST), fields.get("scenarioName"), fields.get("scenarioState")])


def _guard(fields: Object, is_log: bool, *steps: Step) -> Guard:
    scenario = as_text(fields.get("scenarioName"), *steps, "scenarioName")
    state = as_text(fields.get("scenarioState"), *steps, "scenarioState") if scenario else ""
    moves_to = as_text(fields.get("newScenarioState"), *steps, "newScenarioState") if scenario else ""
    never, sometimes = _times(fields.get("times"), *steps, "times")
    expired, limited = _time_to_live(fields.get("timeToLive"), *steps, "timeToLive")
    percentage = fields.get("percentage")
    share = ""
    if percentage is not None:
        percent = as_whole(percentage, *steps, "percentage")
        share = f"answers {percent} of a hundred requests" if 0 < percent < 100 else ""
        never = never or ("never answers: its percentage is 0" if percent <= 0 else "")
    if is_log:
        return Guard(scenario=scenario, state=state, moves_to=moves_to)
    return Guard(never or expired, sometimes or limited or share, scenario, state, moves_to)


def _times(value: object, *steps: Step) -> tuple[str, str]:
    """Why an expectation answers never, or not always, by its ``times``; without any it answers always."""
    fields = as_object(value, *steps)
    if value is None or fields.get("unlimited") is True:
        return "", ""
    left = as_whole(fields.get("remainingTimes"), *steps, "remainingTimes")
    if left <= 0:
        return "never answers: none of its `times` is left", ""
    return "", f"answers {left} time{'s' if left > 1 else ''} only"


def _time_to_live(value: object, *steps: Step) -> tuple[str, str]:
    fields = as_object(value, *steps)
    if value is None or fields.get("unlimited") is True:
        return "", ""
    span = as_whole(fields.get("timeToLive"), *steps, "timeToLive")
    unit = as_text(fields.get("timeUnit"), *steps, "timeUnit").lower()
    if span <= 0:
        return "never answers: its `timeToLive` is over", ""
    return "", f"answers for {span} {unit or 'units of time'} only"


def _notes(fields: Object, action: str) -> Iterator[str]:
    chaos = fields.get("chaos")
    if isinstance(chaos, dict) and chaos:
        yield f"chaos is injected besides and is not compared: {', '.join(chaos)[:120]}"
    if fields.get("rateLimit") is not None:
        yield "a rate limit is played besides and is not compared"
    if fields.get("namespace") is not None:
        yield "answers only requests of its namespace"
    for name, part, known in (
        ("", fields, KNOWN),
        (REQUEST, fields.get(REQUEST), request.KNOWN | _DEFINITIONS),
        (RESPONSE, fields.get(RESPONSE) if action == RESPONSE else None, answer.KNOWN),
    ):
        unknown = [key for key in part if key not in known] if isinstance(part, dict) else []
        if unknown and unknown[0] not in _COMMENTS:
            place = f" of `{name}`" if name else ""
            yield f"MockServer refuses the member `{unknown[0][:60]}`{place}, and the whole file with it"


_DEFINITIONS: Final = frozenset(
    [request.SPECIFICATION, "operationId", "contextPathPrefix", "if", "then", "else", "binaryData", "dnsName",
     "dnsType", "dnsClass"]
)  # fmt: skip


def _flaws(matcher: RequestMatcher, *, is_recorded: bool) -> Iterator[str]:
    if flaw := matcher.path.flaw:
        yield f"MockServer {flaw}, and never answers the request that is meant"
    if matcher.connection and not is_recorded:
        yield f"answers only where {matcher.connection} is used"
