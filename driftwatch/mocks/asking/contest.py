"""A mock server's stubs as interactions: of those that would answer a request, one does.

Formats say in what order their tool asks its stubs; finding each stub a request that no other one takes is the same
for all of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import chain, islice, takewhile
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.named_paths import Known, scalars
from driftwatch.mocks.asking.question import Question, candidates
from driftwatch.mocks.asking.reach import Reach
from driftwatch.mocks.asking.truth import Truth, some
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.recording.dates import recorded_at
from driftwatch.mocks.text.documents import Options
from driftwatch.model.interaction import Expectation, Header, Interaction, Origin

_CREDENTIAL: Final = ("Authorization", "Bearer x")
"""Never sent; it is there when the mock server would have seen one."""
_CANDIDATES: Final = 8
_MOST_LOOKED_AT: Final = 400
"""Stubs in front of one that are asked whether they answer instead."""
_MOST_IN_ALL: Final = 600_000
"""The same for a whole server, weighted: fifty thousand stubs are no mock any more, and must not take minutes."""
_PATTERN: Final = 20
"""How much harder it is to ask a stub whose path is a regular expression."""


class Answers(Struct, frozen=True):
    """What a stub answers, or why that is no claim."""

    variants: tuple[Expectation, ...] = ()
    incomparable: str = ""
    notes: tuple[str, ...] = ()


def join(answers: list[Answers], how: str = "in turn") -> Answers:
    """Several answers of one stub, which its tool gives ``how``: those that can be compared, and why others cannot."""
    notes = tuple(dict.fromkeys(note for one in answers for note in one.notes))
    reasons = tuple(dict.fromkeys(one.incomparable for one in answers if one.incomparable))
    shown = [(turn, variant) for turn, one in enumerate(answers, 1) if not one.incomparable for variant in one.variants]
    if not shown:
        return Answers((), "; ".join(reasons) or "the stub has no response", notes)
    if len(answers) == 1:
        return Answers(answers[0].variants, "", notes)
    variants = tuple(replace(one, note=f"answer {turn} of {len(answers)}, {how}") for turn, one in shown)
    return Answers(variants, "", (*notes, *(f"one of the answers {reason}" for reason in reasons)))


class Stub(Struct, frozen=True):
    """A stub that was read, before it is known which of its neighbours answers instead."""

    mock_id: str
    origin: Origin
    questions: tuple[Question, ...]
    """It answers a request that fits one of them; the first is the likeliest."""
    answers: Answers
    order: int
    """The lower is asked first; which of two equal ones is asked first is undefined."""
    name: str = ""
    scenario: str = ""
    state: str = ""
    """It answers only in this state of the scenario, which is not the one the scenario begins in."""
    notes: tuple[str, ...] = ()

    @property
    def effort(self) -> int:
        """What it costs to ask whether it would answer."""
        return sum(_PATTERN if question.has_pattern else 1 for question in self.questions)

    def takes(self, asked: Asked) -> Truth:
        """Whether it would answer."""
        return some(question.answers(asked) for question in self.questions)

    def candidates(self, variables: Mapping[str, str]) -> Iterator[Candidate]:
        """Its requests, the likeliest first; at least one."""
        known = Known(variables, _identifiers(self.answers.variants))
        found = chain.from_iterable(candidates(question, known) for question in self.questions)
        return islice(found, _CANDIDATES)


def _identifiers(variants: tuple[Expectation, ...]) -> dict[str, str]:
    """The scalars of the first answer that no template writes."""
    if not variants:
        return {}
    written = {matcher.path for matcher in variants[0].matchers}
    return {} if "" in written else scalars(variants[0].body, without=written)


class Contest(Struct):
    """All stubs of one server."""

    format: str
    options: Options
    undefined: str = ""
    """What leaves the order of equal stubs undefined, for a note."""
    _reach: Reach[Stub] = field(default_factory=Reach)
    _at_start: set[tuple[object, ...]] = field(default_factory=set)
    _looked_at: int = 0

    def settle(self, entries: Iterable[Stub | Reading]) -> Iterator[Reading]:
        """Every stub as an interaction, with a request it answers itself where there is one; the rest as it is."""
        listed = list(entries)
        stubs = [entry for entry in listed if isinstance(entry, Stub)]
        # in their order, so that looking for those in front of one ends early
        for stub in sorted(stubs, key=lambda stub: stub.order):
            self._enter(stub)
        for entry in listed:
            yield self._interaction(entry) if isinstance(entry, Stub) else entry

    def _enter(self, stub: Stub) -> None:
        if stub.state:
            return
        if stub.scenario:
            self._at_start.add(self._key(stub))
        for question in stub.questions:
            exact, prefix = question.literal_path, question.prefix
            piece = "" if prefix or exact is not None else question.piece
            self._reach.add(stub, exact=exact, prefix=prefix, piece=piece)

    def _key(self, stub: Stub) -> tuple[object, ...]:
        candidate = next(stub.candidates(self.options.variables))
        return stub.scenario, candidate.request(_headers(stub))[0].key

    def _interaction(self, stub: Stub) -> Interaction:
        incomparable, shadow, notes = stub.answers.incomparable, "", tuple[str, ...]()
        found = stub.candidates(self.options.variables)
        candidate = next(found)
        if not stub.state:
            candidate, shadow, notes = self._chosen(stub, candidate, found)
        elif self._key(stub) not in self._at_start:
            incomparable = incomparable or f"answers only in the scenario state `{stub.state[:80]}`"
        headers = _headers(stub)
        request, left_out = candidate.request(headers)
        moment, source = recorded_at("", headers, self.options.now)
        return Interaction(
            mock_id=stub.mock_id,
            format=self.format,
            origin=stub.origin,
            request=request,
            variants=stub.answers.variants,
            group=f"scenario {stub.scenario}" if stub.scenario else stub.mock_id,
            name=stub.name,
            recorded_at=moment,
            recorded_from=source,
            incomparable=incomparable,
            shadowed_by=shadow,
            notes=tuple(dict.fromkeys((*stub.notes, *stub.answers.notes, *left_out, *notes))),
        )

    def _chosen(
        self, stub: Stub, first: Candidate, others: Iterator[Candidate]
    ) -> tuple[Candidate, str, tuple[str, ...]]:
        """The first candidate that no other stub surely takes; if there is none, the first and who takes it."""
        shadow: Stub | None = None
        for candidate in chain((first,), others):
            if not candidate.grade.is_sendable:
                continue
            for asked in _with_and_without_credential(candidate.asked):
                if asked is not candidate.asked and stub.takes(asked) is not True:
                    continue
                rival, note = self._rival(stub, asked)
                if rival is None:
                    return replace(candidate, asked=asked), "", (note,) if note else ()
                shadow = shadow or rival
        if shadow is None:
            return first, "", ()
        note = f"never answers this request: the stub at {_place(shadow, stub)} stands in front of it"
        return first, shadow.mock_id, (note,)

    def _rival(self, stub: Stub, asked: Asked) -> tuple[Stub | None, str]:
        """A stub that surely answers instead, or a note on one that may."""
        note = ""
        if self._looked_at >= _MOST_IN_ALL:
            return None, "there are too many stubs to tell whether another one answers instead"
        in_order = merge(*self._reach.groups(asked.path), key=_order)
        ahead = takewhile(lambda other: other.order <= stub.order, in_order)
        for other in islice(ahead, _MOST_LOOKED_AT):
            self._looked_at += other.effort
            if other is stub or (stub.scenario and other.scenario == stub.scenario):
                continue
            truth = other.takes(asked)
            if truth and other.order < stub.order:
                return other, ""
            if truth:
                note = note or f"as likely answered by the stub at {_place(other, stub)}: {self.undefined}"
            elif truth is None:
                note = note or f"the stub at {_place(other, stub)} may answer instead"
        return None, note


def _headers(stub: Stub) -> tuple[Header, ...]:
    return stub.answers.variants[0].headers if stub.answers.variants else ()


def _order(stub: Stub) -> int:
    return stub.order


def _place(other: Stub, stub: Stub) -> str:
    return f"line {other.origin.line}" if other.origin.file == stub.origin.file else str(other.origin)


def _with_and_without_credential(asked: Asked) -> Iterator[Asked]:
    """A stub behind one for callers without credentials is asked with them; the service gets them from the config."""
    yield asked
    if asked.header(_CREDENTIAL[0]) is None:
        yield asked.with_header(*_CREDENTIAL)
