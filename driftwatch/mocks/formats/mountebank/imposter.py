"""One imposter: its stubs, and which of them answers. The first in file order that matches does."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.answers.shown import document_of, identifier_in
from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.candidates import Asked, Candidate
from driftwatch.mocks.asking.identity import fingerprint
from driftwatch.mocks.asking.reach import Reach
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.mountebank.answer import Answers, join, read_response
from driftwatch.mocks.formats.mountebank.config import HOLE, Config
from driftwatch.mocks.formats.mountebank.derive import answers, candidates, computed
from driftwatch.mocks.formats.mountebank.predicate import Predicate, parse
from driftwatch.mocks.recording.dates import recorded_at
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.fields import Object, as_list, as_object, as_text
from driftwatch.model.interaction import Grade, Interaction, Origin, Request

NAME: Final = "mountebank"
_HTTP: Final = ("http", "https")
_CREDENTIAL: Final = ("Authorization", "Bearer x")
"""Never sent; it is there when the mock server would have seen one."""
_MOST_LOOKED_AT: Final = 400
_MOST_IN_ALL: Final = 100_000
"""Stubs in front of others that are asked in a whole imposter; one with so many of them is no mock any more."""


class Stub(Struct, frozen=True):
    """A stub that was read, before it is known which of its neighbours answers instead."""

    mock_id: str
    origin: Origin
    position: int
    predicates: tuple[Predicate, ...]
    answers: Answers
    is_computed: bool = False
    """A script makes a part of the predicates when mountebank starts."""

    def enter(self, reach: "Reach[Stub]") -> None:
        """Take a place among the paths that it may answer."""
        for predicate in _conjunction(self.predicates):
            wanted = predicate.fields.get("path")
            if not predicate.is_literal or not isinstance(wanted, str):
                continue
            match predicate.operator:
                case "equals" | "deepEquals":
                    reach.add(self, exact=wanted)
                    return
                case "startsWith":
                    reach.add(self, prefix=wanted)
                    return
                case "matches" if wanted.startswith("^"):
                    reach.add(self, prefix=patterns.literal_prefix(wanted[1:]))
                    return
                case _:
                    pass
        reach.add(self)


def _conjunction(predicates: tuple[Predicate, ...]) -> Iterator[Predicate]:
    """What must hold in any case."""
    for predicate in predicates:
        if predicate.operator == "and":
            yield from _conjunction(predicate.parts)
        else:
            yield predicate


def read_imposter(value: object, config: Config, ids: Counter[str], *steps: Step) -> Iterator[Reading]:
    """All stubs of an imposter, each with what shadows it; one that cannot be read costs only itself."""
    fields = as_object(value, *steps)
    protocol = as_text(fields.get("protocol"), *steps, "protocol")
    name = _name(fields, *steps)
    if protocol.lower() not in _HTTP:
        yield _other_protocol(protocol, name, config, ids, *steps)
        return
    default = as_object(fields.get("defaultResponse"), *steps, "defaultResponse")
    stubs: list[Stub] = []
    refused: list[tuple[int, Refusal]] = []
    listed = as_list(fields.get("stubs"), *steps, "stubs")
    for position, stub in enumerate(listed):
        place = (*steps, "stubs", position)
        try:
            read = _read_stub(stub, default, config, position, *place)
        except Refusal as refusal:
            refused.append((position, refusal.below(place)))
            continue
        stubs.append(_renamed(read, name, ids))
    served = iter(_Imposter(stubs, config).settle(name))
    unread = dict(refused)
    for position in range(len(listed)):
        if position in unread:
            yield config.unreadable(NAME, unread[position], *steps, "stubs", position)
        else:
            yield next(served)


def _name(fields: Object, *steps: Step) -> str:
    name = as_text(fields.get("name"), *steps, "name")
    port = fields.get("port")
    if name or port is None or (isinstance(port, str) and HOLE.search(port)):
        return name
    return f"imposter on port {as_text(port, *steps, 'port')}"


def _other_protocol(protocol: str, name: str, config: Config, ids: Counter[str], *steps: Step) -> Interaction:
    """An imposter that nobody asks over HTTP."""
    shown = protocol[:20] if protocol.isalnum() else "another protocol"
    reason = f"the imposter speaks {shown}, and only HTTP can be asked"
    mock_id = _unique(hashlib.sha256(f"{protocol}\0{name}".encode("utf-8", "replace")).hexdigest()[:12], ids)
    request = Request(shown.upper(), "/", "/", grade=Grade.UNRESOLVABLE, reason=reason)
    origin = config.origin(*steps)
    return Interaction(mock_id, NAME, origin, request, (), mock_id, name=name, incomparable=reason)


def _unique(mock_id: str, ids: Counter[str]) -> str:
    ids[mock_id] += 1
    return mock_id if ids[mock_id] == 1 else f"{mock_id}-{ids[mock_id]}"


def _renamed(stub: Stub, imposter: str, ids: Counter[str]) -> Stub:
    """The stub with an id of its own: imposters of one file may hold the same stub."""
    return replace(stub, mock_id=_unique(_named(imposter, stub.mock_id), ids))


def stub_id(imposter: Object, predicates: object) -> str:
    """The name of a stub by its imposter and what it asks for, from mountebank's admin interface as from a file."""
    return _named(_name(imposter), fingerprint(as_list(predicates)))


def _named(imposter: str, predicates: str) -> str:
    return hashlib.sha256(f"{imposter}\0{predicates}".encode("utf-8", "replace")).hexdigest()[:12]


def _read_stub(value: object, default: Object, config: Config, position: int, *steps: Step) -> Stub:
    """One stub from its JSON. Raises ``Refusal`` with the place inside the stub."""
    missing = config.missing(*steps)
    if missing is not None:
        raise Refusal(missing.reason)
    if position in config.problems:
        raise Refusal(config.problems[position])
    if isinstance(value, str) and HOLE.search(value):
        raise Refusal("a script computes it when mountebank starts")
    fields = as_object(value, *steps)
    listed = as_list(fields.get("predicates"), *steps, "predicates")
    predicates = tuple(parse(one, *steps, "predicates", index) for index, one in enumerate(listed))
    method = _method(predicates)
    responses = as_list(fields.get("responses"), *steps, "responses")
    read = [
        read_response(response, default, config, method, *steps, "responses", index)
        for index, response in enumerate(responses)
    ]
    is_computed = bool(config.gaps) and HOLE.search(json_text.encode(listed)) is not None
    return Stub(fingerprint(listed), config.origin(*steps), position, predicates, join(read), is_computed)


def _method(predicates: tuple[Predicate, ...]) -> str:
    """The method that every request of a stub has; empty if several are answered."""
    for predicate in predicates:
        wanted = predicate.fields.get("method")
        if predicate.operator in ("equals", "deepEquals") and isinstance(wanted, str):
            return wanted.upper()
    return ""


class _Imposter:
    """The stubs of one imposter, found by the requests they could answer."""

    def __init__(self, stubs: list[Stub], config: Config) -> None:
        self._stubs = stubs
        self._options = config.root.options
        self._reach: Reach[Stub] = Reach()
        self._looked_at = 0
        for stub in stubs:
            stub.enter(self._reach)

    def settle(self, name: str) -> Iterator[Interaction]:
        """Every stub as an interaction, with a request it answers itself where there is one."""
        for stub in self._stubs:
            try:
                candidate, shadow, notes = self._chosen(stub)
            except Refusal as refusal:
                likeliest = next(candidates(stub.predicates, self._options.variables, _hints(stub.answers)))
                candidate, shadow, notes = likeliest.weakened(Grade.NEEDS_INPUT, refusal.reason), "", ()
            yield self._interaction(stub, name, candidate, shadow, notes)

    def _chosen(self, stub: Stub) -> tuple[Candidate, str, tuple[str, ...]]:
        """The first candidate that no earlier stub answers; if there is none, the first and who answers it."""
        if stub.is_computed:
            return computed(stub.predicates), "", ()
        first, shadow = None, None
        for candidate in candidates(stub.predicates, self._options.variables, _hints(stub.answers)):
            first = first or candidate
            if not candidate.grade.is_sendable:
                continue
            for asked in _with_and_without_credential(candidate.asked):
                if asked is not candidate.asked and answers(stub.predicates, asked) is not True:
                    continue
                rival, is_certain = self._rival(stub, asked)
                if rival is None or not is_certain:
                    notes = (f"the stub at line {rival.origin.line} may answer instead",) if rival else ()
                    return replace(candidate, asked=asked), "", notes
                shadow = shadow or rival
        assert first is not None, "there is always one candidate"  # noqa: S101 - the promise of ``candidates``
        if shadow is None:
            return first, "", ()
        note = f"never answers this request: the stub at line {shadow.origin.line} stands in front of it"
        return first, shadow.mock_id, (note,)

    def _rival(self, stub: Stub, asked: Asked) -> tuple[Stub | None, bool]:
        """An earlier stub that surely answers this request, or one that may.

        Raises ``Refusal`` once too many have been looked at.
        """
        possible = None
        ahead = self._reach.ahead(asked.path, _position, stub.position)
        for other in islice(ahead, _MOST_LOOKED_AT):
            if self._looked_at >= _MOST_IN_ALL:
                raise Refusal("there are too many stubs to tell whether another one answers instead")
            self._looked_at += 1
            truth = answers(other.predicates, asked)
            if truth:
                return other, True
            possible = possible or (other if truth is None else None)
        return possible, False

    def _interaction(
        self, stub: Stub, name: str, candidate: Candidate, shadow: str, notes: tuple[str, ...]
    ) -> Interaction:
        variants = stub.answers.variants
        headers = variants[0].headers if variants else ()
        if stub.answers.is_recorded:
            candidate = replace(candidate, is_recorded=True)
        request, left_out = candidate.request(headers)
        moment, source = recorded_at("", headers, self._options.now)
        return Interaction(
            mock_id=stub.mock_id,
            format=NAME,
            origin=stub.origin,
            request=request,
            variants=variants,
            group=stub.mock_id,
            name=name,
            recorded_at=moment,
            recorded_from=source,
            incomparable=stub.answers.incomparable,
            shadowed_by=shadow,
            notes=(*stub.answers.notes, *left_out, *notes),
        )


def _position(stub: Stub) -> int:
    return stub.position


def _with_and_without_credential(asked: Asked) -> Iterator[Asked]:
    """A stub behind one for callers without credentials is asked with them; the service gets them from the config."""
    yield asked
    if asked.header(_CREDENTIAL[0]) is None:
        yield asked.with_header(*_CREDENTIAL)


def _hints(answers: Answers) -> tuple[str, ...]:
    """The identifier in the stub's own answer, for a path that is left open."""
    return identifier_in(document_of(answers.variants[0] if answers.variants else None))
