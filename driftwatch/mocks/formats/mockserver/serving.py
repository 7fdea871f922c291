"""Which of a server's expectations answers a request: highest priority first, then the one that was added first.

``SortableExpectationId``, ``RequestMatchers`` and ``ExpectationInitializerLoader`` of MockServer 5.15.0 and 8.0.0.
Files that a glob finds are loaded in the order of their names. One that answers a limited number of times, or in one
state of a scenario, leaves later requests to the next that fits; together they are the alternatives of one request.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from math import inf
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.asking.reach import Reach
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.mockserver.expectation import STARTED, Expectation
from driftwatch.mocks.recording.dates import recorded_at
from driftwatch.mocks.text.documents import Options
from driftwatch.model import interaction as model
from driftwatch.model.interaction import Header, Interaction

NAME: Final = "mockserver"
ELSEWHERE: Final = "of the expectation at "
"""How the note of an answer begins that another expectation gives to the same request."""
_CREDENTIAL: Final = ("Authorization", "Bearer x")
"""Never sent; it is there when the mock server would have seen one."""
_MOST_LOOKED_AT: Final = 400
"""Expectations beside one that are asked whether they answer as well."""
_MOST_TOGETHER: Final = 50
"""Alternatives of one request; nobody writes more turns by hand."""
_MOST_IN_ALL: Final = 200_000
"""The same for a whole server: a file of fifty thousand expectations is no mock any more."""
_PATTERN_COST: Final = 10
"""How many plain ones are compared in the time of one with a pattern or a body, which may be made to take long."""
_UNTOLD: Final = "there are too many expectations to tell whether another answers instead"


class _Ranked(Struct, frozen=True):
    """An expectation and its place in the order in which MockServer asks."""

    expectation: Expectation
    rank: int
    is_plain: bool
    """It is quickly compared with a request."""


class _Choice(Struct, frozen=True):
    """A request for an expectation, and who answers it besides."""

    candidate: Candidate
    together: tuple[Expectation, ...] = ()
    """All that answer it now and then, itself among them, in the order in which they are asked."""
    shadow: Expectation | None = None
    note: str = ""

    @property
    def headers(self) -> tuple[Header, ...]:
        """The headers of the first answer that has a media type: alternatives are asked for by one request."""
        return next((one.headers for one in self.together if value_of(one.headers, "content-type")), ())


class Server(Struct):
    """All expectations of one server."""

    options: Options
    home: str
    _reach: Reach[_Ranked] = field(default_factory=Reach)
    _states: dict[str, set[str]] = field(default_factory=dict)
    """The states of each scenario that can be reached."""
    _keys: dict[int, bytes] = field(default_factory=dict)
    """What each expectation asks, once it was worked out."""
    _looked_at: int = 0

    def settle(self, entries: Iterable[Expectation | Reading]) -> Iterator[Reading]:
        """Every expectation as an interaction, with a request it answers itself where there is one."""
        listed = list(entries)
        ranks = self._enter([entry for entry in listed if isinstance(entry, Expectation)])
        choices = {key: self._choice(ranked) for key, ranked in ranks.items()}
        for entry in listed:
            if not isinstance(entry, Expectation):
                yield entry
            elif id(entry) in choices:
                yield self._interaction(entry, choices[id(entry)], choices)

    def _enter(self, expectations: list[Expectation]) -> dict[int, _Ranked]:
        ordered = sorted(expectations, key=lambda one: (-one.priority, one.order))
        ranks = {id(one): _Ranked(one, rank, one.matcher.is_plain) for rank, one in enumerate(ordered)}
        for one in ordered:
            guard = one.guard
            if guard.scenario:
                self._states.setdefault(guard.scenario, {STARTED}).update(filter(None, [guard.moves_to]))
            path = one.matcher.path
            is_negated = one.matcher.is_not or bool(one.matcher.undecidable)
            literal = None if is_negated or path.literal is None else path.literal
            prefix = "" if is_negated else path.prefix
            self._reach.add(ranks[id(one)], exact=literal, prefix=prefix)
        return ranks

    def _choice(self, ranked: _Ranked) -> _Choice:
        """The first request that no other expectation surely takes; if there is none, the first and who takes it."""
        expectation = ranked.expectation
        first: Candidate | None = None
        shadow: Expectation | None = None
        for candidate in expectation.candidates(self.options.variables):
            first = first or candidate
            if not candidate.grade.is_sendable or expectation.guard.never:
                continue
            for asked in _with_and_without_credential(candidate.asked):
                if asked is not candidate.asked and expectation.takes(asked) is not True:
                    continue
                asking = candidate if asked is candidate.asked else replace(candidate, asked=asked)
                choice = self._among(ranked, asking)
                if choice.shadow is None:
                    return choice
                shadow = shadow or choice.shadow
        assert first is not None, "there is always one candidate"  # noqa: S101 - the promise of ``candidates``
        return _Choice(first, (expectation,), shadow)

    def _among(self, ranked: _Ranked, candidate: Candidate) -> _Choice:
        """Who answers a request beside an expectation: those in front of it, and those that come when it is used up."""
        together: list[Expectation] = []
        states: dict[str, set[str]] = {}
        note = _UNTOLD if self._is_exhausted else ""
        for other in self._fitting(ranked, candidate.asked):
            one = other.expectation
            truth = other is ranked or one.takes(candidate.asked)
            if truth is None and other.rank < ranked.rank:
                note = note or f"the expectation at {_place(one, ranked.expectation)} may answer instead"
            if not truth:
                continue
            together.append(one)
            states.setdefault(one.guard.scenario, set()).add(one.guard.state if not one.guard.sometimes else "")
            if len(together) > _MOST_TOGETHER and other.rank > ranked.rank:
                break
            if self._is_open(one) or self._is_covered(one.guard.scenario, states):
                is_ahead = other.rank < ranked.rank
                return _Choice(candidate, tuple(together), one if is_ahead else None, note)
        return _Choice(candidate, tuple(together), note=note)

    def _is_covered(self, scenario: str, states: dict[str, set[str]]) -> bool:
        """Whether every state of a scenario has an expectation that answers in it."""
        return bool(scenario) and states[scenario] >= self._states[scenario]

    def _fitting(self, ranked: _Ranked, asked: Asked) -> Iterator[_Ranked]:
        """What could answer, an expectation among the others, in the order in which they are asked."""
        sees_later = not self._is_open(ranked.expectation)
        near = self._reach.ahead(asked.path, lambda other: other.rank, inf if sees_later else ranked.rank)
        reached = (other for other in near if other is not ranked and not other.expectation.guard.never)
        found = [ranked]
        if not self._is_exhausted:
            found += islice(reached, _MOST_LOOKED_AT)
        self._looked_at += sum(1 if other.is_plain else _PATTERN_COST for other in found)
        return iter(sorted(found, key=lambda other: other.rank))

    @property
    def _is_exhausted(self) -> bool:
        return self._looked_at > _MOST_IN_ALL

    def _is_open(self, expectation: Expectation) -> bool:
        """Whether it answers every request that fits, from the first on."""
        guard = expectation.guard
        is_at_rest = guard.state == STARTED and self._states[guard.scenario] == {STARTED}
        return guard.is_open or (is_at_rest and not guard.never and not guard.sometimes)

    def _interaction(self, expectation: Expectation, choice: _Choice, choices: dict[int, _Choice]) -> Interaction:
        request, left_out = choice.candidate.request(choice.headers)
        together = choice.together
        guard = expectation.guard
        incomparable = expectation.answers.incomparable or guard.never
        if not incomparable and guard.is_later and all(one.guard.is_later for one in together):
            incomparable = f"answers only in the scenario state `{guard.state[:80]}`"
        moment, source = recorded_at(expectation.recorded, expectation.headers, self.options.now)
        notes = [*expectation.notes, *expectation.answers.notes, *left_out, *self._said(expectation, choice)]
        return Interaction(
            mock_id=expectation.mock_id,
            format=NAME,
            origin=expectation.origin,
            request=request,
            variants=tuple(self._variants(expectation, together, request, choices)),
            group=f"{self.home}/{together[0].mock_id}" if len(together) > 1 else expectation.mock_id,
            recorded_at=moment,
            recorded_from=source,
            incomparable=incomparable,
            shadowed_by=choice.shadow.mock_id if choice.shadow is not None else "",
            notes=tuple(dict.fromkeys(notes)),
        )

    def _said(self, expectation: Expectation, choice: _Choice) -> Iterator[str]:
        if expectation.guard.sometimes:
            yield expectation.guard.sometimes
        if choice.note:
            yield choice.note
        if choice.shadow is not None:
            place = _place(choice.shadow, expectation)
            yield f"never answers this request: the expectation at {place} stands in front of it"

    def _variants(
        self,
        expectation: Expectation,
        together: tuple[Expectation, ...],
        request: model.Request,
        choices: dict[int, _Choice],
    ) -> Iterator[model.Expectation]:
        """Its own answers, and those of others to the same request that are told nowhere else."""
        guard = expectation.guard
        state = f"in the scenario state `{guard.state[:80]}`" if guard.is_later else ""
        for variant in expectation.answers.variants:
            yield replace(variant, note=state) if state and not variant.note else variant
        for other in together:
            if other is expectation or other.answers.incomparable:
                continue
            if self._key(other, choices[id(other)]) != request.key:
                place = _place(other, expectation)
                yield from (replace(one, note=f"{ELSEWHERE}{place}") for one in other.answers.variants)

    def _key(self, expectation: Expectation, choice: _Choice) -> bytes:
        known = self._keys.get(id(expectation))
        if known is None:
            known = self._keys[id(expectation)] = choice.candidate.request(choice.headers)[0].key
        return known


def _place(other: Expectation, expectation: Expectation) -> str:
    is_near = other.origin.file == expectation.origin.file
    return f"line {other.origin.line}" if is_near else str(other.origin)


def _with_and_without_credential(asked: Asked) -> Iterator[Asked]:
    """One behind another for callers without credentials is asked with them; the service gets them from the config."""
    yield asked
    if asked.header(_CREDENTIAL[0]) is None:
        yield asked.with_header(*_CREDENTIAL)
