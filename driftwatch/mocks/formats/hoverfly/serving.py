"""A simulation's pairs, and which of them answers: the one that counts most, and of equals the last.

``StrongestMatchStrategy`` and ``Simulation.AddPair`` (Hoverfly 1.12.8). A pair with the very matchers of an earlier one
is dropped when the simulation is loaded. In the beginning every ``sequence:`` stands at 1 and no other state is set
(``State.InitializeSequences``).
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.answers.shown import identifier_in, literal_document
from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.reach import Reach
from driftwatch.mocks.formats.hoverfly.answer import Answer, Shared
from driftwatch.mocks.formats.hoverfly.derive import Draft, drafts
from driftwatch.mocks.formats.hoverfly.judgement import Seen, answers
from driftwatch.mocks.formats.hoverfly.wanted import Wanted, literal
from driftwatch.mocks.recording.dates import recorded_at
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Expectation, Interaction, Origin

NAME: Final = "hoverfly"
_SEQUENCE: Final = "sequence:"
_MOST_LOOKED_AT: Final = 400
"""Pairs in front of one that are asked whether they answer instead, and pairs of one group that are thought of."""
_MOST_IN_ALL: Final = 200_000
"""The first for a whole simulation: one of fifty thousand pairs is no mock any more, and must not take minutes."""


class Pair(Struct, frozen=True):
    """A pair that was read, before it is known which of its neighbours answers instead."""

    origin: Origin
    name: str
    wanted: Wanted
    answer: Answer
    rank: tuple[int, int]
    """What it counts, and its place in the file: of those that match, the greatest answers."""
    effort: int
    exacts: tuple[str | None, str | None]
    """The method and the body that a request must have literally."""
    digest: str
    """A stable name made of what the pair matches, never of what it answers: mending an answer keeps it."""

    def hints(self) -> tuple[str, ...]:
        """The identifier in the pair's own answer, for a path that is left open."""
        return identifier_in(literal_document(self.answer.expectation))


class _Settled(Struct, frozen=True):
    """A pair with the request that is asked on its behalf."""

    pair: Pair
    draft: Draft
    shadow: str = ""
    notes: tuple[str, ...] = ()

    @property
    def question(self) -> tuple[object, ...]:
        """Pairs with equal questions are alternatives, if it is the state that decides between them."""
        return self.draft.destination, self.draft.candidate.request(())[0].key


class Simulation:
    """The pairs of one simulation, found by the requests they could answer."""

    def __init__(self, pairs: list[Pair], shared: Shared, document: Document, exported: str) -> None:
        """``exported`` is when Hoverfly wrote the file, as it says itself."""
        self._pairs = pairs
        self._shared = shared
        self._document = document
        self._exported = exported
        self._first: dict[str, Pair] = {}
        self._start: dict[str, str] = {}
        self._reach: Reach[Pair] = Reach()
        self._looked_at = 0
        self._timed = 0
        for pair in pairs:
            if self._first.setdefault(pair.digest, pair) is pair:
                self._start.update((key, "1") for key in pair.wanted.state if _SEQUENCE in key)
        for pair in sorted(self._first.values(), key=lambda pair: pair.rank, reverse=True):
            self._enter(pair)

    def _enter(self, pair: Pair) -> None:
        """Take a place among the paths that the pair may answer."""
        exact = literal(pair.wanted.path)
        prefix = ""
        for matcher in pair.wanted.path:
            if matcher.kind == "glob":
                prefix = max(prefix, matcher.text.partition("*")[0], key=len)
            elif matcher.kind == "regex" and matcher.text.startswith("^"):
                prefix = max(prefix, patterns.literal_prefix(matcher.text[1:]), key=len)
        self._reach.add(pair, exact=exact, prefix=prefix)

    def interactions(self) -> Iterator[Interaction]:
        """Every pair in the order of the file, with a request it answers itself where there is one."""
        settled = [self._settle(pair) for pair in self._pairs]
        starts = self._starts([one for one in settled if not one.shadow])
        ids: Counter[str] = Counter()
        for one in settled:
            ids[one.pair.digest] += 1
            is_first = ids[one.pair.digest] == 1
            mock_id = one.pair.digest if is_first else f"{one.pair.digest}-{ids[one.pair.digest]}"
            start = starts.get(one.question) if starts and not one.shadow else None
            yield self._interaction(one, mock_id, start)

    def _starts(self, settled: list[_Settled]) -> dict[tuple[object, ...], _Settled]:
        """For each question whose answer the state decides, the pair that answers it in the beginning."""
        stateful = {one.question for one in settled if one.pair.wanted.state}
        starts: dict[tuple[object, ...], _Settled] = {}
        if stateful:
            for one in settled:
                if self._is_at_start(one.pair) and one.question in stateful:
                    starts.setdefault(one.question, one)
        return starts

    def _is_at_start(self, pair: Pair) -> bool:
        return all(self._start.get(key) == value for key, value in pair.wanted.state.items())

    def _settle(self, pair: Pair) -> _Settled:
        """The first request that no stronger pair answers; if there is none, the first and who answers it."""
        first: Draft | None = None
        shadow = self._first[pair.digest]
        if shadow is not pair:
            note = f"Hoverfly drops it: the pair at line {shadow.origin.line} has the same matchers"
            return _Settled(pair, next(drafts(pair.wanted, pair.hints())), shadow.digest, (note,))
        stronger: Pair | None = None
        for draft in drafts(pair.wanted, pair.hints()):
            first = first or draft
            if not draft.candidate.grade.is_sendable:
                continue
            rival, is_certain = self._rival(pair, draft.seen)
            if rival is None or not is_certain:
                return _Settled(pair, draft, notes=tuple(self._doubts(rival)))
            stronger = stronger or rival
        assert first is not None, "there is always one request"  # noqa: S101 - the promise of ``drafts``
        if stronger is None:
            return _Settled(pair, first)
        note = f"never answers this request: the pair at line {stronger.origin.line} counts more"
        return _Settled(pair, first, stronger.digest, (note,))

    def _doubts(self, rival: Pair | None) -> Iterator[str]:
        if rival is not None:
            yield f"the pair at line {rival.origin.line} may answer instead"
        elif self._looked_at >= _MOST_IN_ALL:
            yield "there are too many pairs to tell whether another one answers instead"

    def _rival(self, pair: Pair, seen: Seen) -> tuple[Pair | None, bool]:
        """A stronger pair that surely answers this request in the same state, or one that may."""
        if self._looked_at >= _MOST_IN_ALL:
            return None, False
        possible = None
        for other in islice(self._ahead(pair, seen), _MOST_LOOKED_AT):
            self._looked_at += other.effort
            truth = answers(other.wanted, seen)
            if truth:
                return other, True
            possible = possible or (other if truth is None else None)
        return possible, False

    def _ahead(self, pair: Pair, seen: Seen) -> Iterator[Pair]:
        """Stronger pairs that could answer a request in the state of this one, the strongest first."""
        found: list[Pair] = []
        for group in self._reach.groups(seen.path):
            stronger = takewhile(lambda other: other.rank > pair.rank, group)
            found += [other for other in islice(stronger, _MOST_LOOKED_AT) if self._could(other, pair, seen)]
        return iter(sorted(found, key=lambda other: other.rank, reverse=True))

    def _could(self, other: Pair, pair: Pair, seen: Seen) -> bool:
        """Whether another pair is worth a closer look: the state is right, and what it wants literally is there."""
        method, body = other.exacts
        if method not in (None, seen.method) or body not in (None, seen.body):
            return False
        state = pair.wanted.state
        return all(state.get(key, self._start.get(key)) == value for key, value in other.wanted.state.items())

    def _variants(self, one: _Settled) -> tuple[Expectation, ...]:
        """The pair's answer, if it can be told, with the state it needs and the simulation's own delay."""
        variant = one.pair.answer.expectation
        if variant is None:
            return ()
        delay = variant.delay_ms
        if delay is None:
            self._timed += self._shared.effort
            target = f"{one.draft.destination or ''}{one.draft.seen.path}"
            is_told = self._timed <= _MOST_IN_ALL
            delay = self._shared.delay(target, one.draft.candidate.asked.method) if is_told else None
        return (replace(variant, note=_state_note(one.pair), delay_ms=delay),)

    def _interaction(self, one: _Settled, mock_id: str, start: _Settled | None) -> Interaction:
        """A pair in our common form. ``start`` is the one that answers the same question in the beginning."""
        pair, answer, candidate = one.pair, one.pair.answer, one.draft.candidate
        variants = self._variants(one)
        headers = variants[0].headers if variants else ()
        first = start.pair.answer.expectation if start else None
        # alternatives of one question are asked once, with the media type of the first answer
        accepted = first.headers if first else headers
        request, left_out = replace(candidate, is_recorded=answer.is_recorded).request(accepted)
        moment, source = recorded_at("", headers, self._document.options.now)
        if moment is None and answer.is_recorded:
            moment, source = recorded_at(self._exported, (), self._document.options.now)
        incomparable = answer.incomparable
        if start is None and not self._is_at_start(pair) and not one.shadow:
            incomparable = incomparable or f"answers only {_state_note(pair)}"
        return Interaction(
            mock_id=mock_id,
            format=NAME,
            origin=pair.origin,
            request=request,
            variants=variants,
            group=f"state {self._document.file} {one.draft.destination or ''}".strip() if start else mock_id,
            name=pair.name,
            recorded_at=moment,
            recorded_from=source,
            incomparable=incomparable,
            shadowed_by=one.shadow,
            notes=(*_host_note(pair), *answer.notes, *_query_note(pair), *left_out, *one.notes),
        )


def _state_note(pair: Pair) -> str:
    if not pair.wanted.state:
        return ""
    shown = ", ".join(f"{key[:40]}={value[:40]}" for key, value in list(pair.wanted.state.items())[:5])
    return f"in the state `{shown}`"


def _host_note(pair: Pair) -> tuple[str, ...]:
    host = literal(pair.wanted.destination)
    if not host:
        return ()
    scheme = literal(pair.wanted.scheme)
    verb = "recorded from" if pair.answer.is_recorded else "answers for"
    return (f"{verb} {f'{scheme}://' if scheme else ''}{host.rpartition('@')[2][:200]}",)


def _query_note(pair: Pair) -> tuple[str, ...]:
    if any(matcher.text not in ("", "*") for matcher in pair.wanted.whole_query):
        return ("Hoverfly 1.7 and later ignores the query of this pair: it is in the old form",)
    return ()
