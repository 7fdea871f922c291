"""The exchange that would show a behaviour, made after a mock that is there already.

What a body lacks is shown in a copy of the neighbour's own answer, with nothing else changed. What is a whole answer of
its own, a refusal or a further page, is the service's with stand-ins for everything that is somebody's. What comes late
is the neighbour's answer, held back. Where the path names a record the variant is about another one, so that both mocks
can stand side by side.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.heal.gaps.findings import digest
from driftwatch.heal.gaps.places import NOTHING, Act, adding, changed, removing, renumbered, setting, values_at
from driftwatch.heal.plausible import Disguise
from driftwatch.heal.stand_ins.looks import is_chosen
from driftwatch.heal.stand_ins.texts import spelled
from driftwatch.model.interaction import Expectation, Header, Interaction, Request
from driftwatch.model.probe import Observation
from driftwatch.model.redaction import Rules
from driftwatch.model.shape import DISCRIMINATORS
from driftwatch.model.tape import Dialogue, Reply
from driftwatch.model.unshown import Sort, Unshown

_KEPT: Final = frozenset({
    "accept-ranges", "allow", "cache-control", "content-language", "content-type", "deprecation", "link", "location",
    "ratelimit", "ratelimit-limit", "ratelimit-policy", "ratelimit-remaining", "ratelimit-reset", "retry-after",
    "sunset", "vary", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-total-count",
})  # fmt: skip
"""Headers that say how a service behaves; all others tell of the moment, the caller or the way."""
_FRAMING: Final = frozenset({"content-length", "transfer-encoding", "content-encoding", "etag", "date", "connection"})
_MOST_ITEMS: Final = 50
"""Items that a long list gets: enough for a second page of any screen."""
_TRIES: Final = 20
"""Records that are tried until one is found that nobody asks for yet."""
_PATIENCE: Final = "30"
"""Seconds of Retry-After where the service throttles and was never seen to."""
_NO_ANSWER: Final = "no answer that shows it is at hand: ask staging (without --offline), or record it"
_TOO_DEEP: Final = "the answer is nested too deeply to be made fit for a file"
_NO_BODY: Final = "no mock of this endpoint has a body that could be copied with that one change"
_NO_IDENTITY: Final = "no answer to another identity is at hand: `identities.lens` in the config asks for them"


class Seen(Struct, frozen=True):
    """One real answer, and what was asked."""

    request: Request
    sample: Observation


class Material(Struct, frozen=True):
    """What variants of one endpoint are made of."""

    mocks: Sequence[Interaction]
    """Of the endpoint, those first that a new mock can be spelled like."""
    seen: Sequence[Seen]
    rules: Rules = Rules()
    seed: str = "gaps"
    tail_ms: float | None = None
    """How long the service's slow answers take; ``None`` where too few were timed."""
    delaying: frozenset[str] = frozenset()
    """Formats in which a new mock can hold its answer back."""


def with_variants(missing: Iterable[Unshown], material: Material) -> Iterator[Unshown]:
    """The behaviours with the exchanges that show them, or with the reasons why there is none.

    Each asks for a record of its own, as far as the path names one.
    """
    taken = {(mock.request.method, mock.request.path) for mock in material.mocks}
    for one in missing:
        told = with_variant(one, material)
        for turn in range(1, _TRIES):
            variant = told.variant
            if variant is None or told.is_same_request or (variant.method, variant.path) not in taken:
                break
            told = with_variant(one, replace(material, seed=f"{material.seed}\0{turn}"))
        if told.variant is not None:
            taken.add((told.variant.method, told.variant.path))
        yield told


def with_variant(one: Unshown, material: Material) -> Unshown:
    """One of them."""
    neighbour = next((mock for mock in material.mocks if mock.request.grade.is_sendable), None)
    if neighbour is None:
        return replace(one, why_not="no mock of this endpoint tells what would be asked")
    told = replace(one, neighbour=neighbour.origin, format=neighbour.format)
    maker = _Maker(told, material, _disguise(one, material))
    try:
        made = maker.made()
    except (ValueError, RecursionError):
        made = _TOO_DEEP
    if isinstance(made, str):
        return replace(told, why_not=made)
    dialogue, mock = made
    asked = mock.request
    is_same = (dialogue.method, dialogue.path, dialogue.query) == (asked.method, asked.path, asked.query)
    return replace(told, neighbour=mock.origin, format=mock.format, variant=dialogue, is_same_request=is_same)


def _disguise(one: Unshown, material: Material) -> Disguise:
    """Another record for each behaviour: two variants of one endpoint answer two questions."""
    rules = material.rules
    return Disguise(f"{material.seed}\0{one.sort}\0{one.path}\0{one.detail}", (*rules.names, *rules.paths), rules.keep)


_Made = tuple[Dialogue, Interaction]


class _Maker(Struct, frozen=True):
    one: Unshown
    material: Material
    disguise: Disguise

    def made(self) -> _Made | str:
        """The exchange, and the mock it is made after; or why there is none."""
        match self.one.sort:
            case Sort.LATENCY_TAIL:
                return self._held_back()
            case Sort.NULL:
                return self._copy(setting(None))
            case Sort.ABSENCE:
                return self._copy(removing)
            case Sort.EMPTY_LIST:
                return self._copy(setting([]))
            case Sort.LONG_LIST | Sort.CONTENT | Sort.ENUM_VALUE:
                value = self._real_value()
                return _NO_ANSWER if value is NOTHING else self._copy(setting(value))
            case Sort.VARIANT:
                value = self._real_value()
                return _NO_ANSWER if value is NOTHING else self._copy(adding(value))
            case Sort.RATE_LIMIT:
                return self._answer(lambda sample: sample.status == 429) or self._throttled()
            case Sort.STATUS | Sort.ERROR_SHAPE:
                return self._answer(lambda sample: str(sample.status) == self.one.detail) or _NO_ANSWER
            case Sort.FURTHER_PAGE:
                return self._answer(self._leads_on) or _NO_ANSWER
            case Sort.IDENTITY:
                return self._answer(lambda sample: bool(sample.identity)) or _NO_IDENTITY

    def _copy(self, act: Act) -> _Made | str:
        """The first mock's own answer that has the place, with that one change."""
        for mock, variant, document in _documents(self.material.mocks):
            other = changed(document, self.one.path, act)
            if other is not NOTHING:
                return self._about_another(mock, variant, other)
        return _NO_BODY

    def _about_another(self, mock: Interaction, variant: Expectation, document: object) -> _Made:
        """A mock's own answer with this document in it, for another record."""
        path, other = self._other_record(mock.request, document)
        body = variant.body or b""
        if other is not NOTHING:
            body = spelled(other, body.decode("utf-8", "replace")).encode()
        headers = tuple((name, value) for name, value in variant.headers if name.lower() not in _FRAMING)
        return _dialogue(mock.request, path, Reply(variant.status, headers, body)), mock

    def _held_back(self) -> _Made | str:
        """The first mock's own answer, else the service's, as late as its slow ones."""
        if self.material.tail_ms is None:
            return _NO_ANSWER
        able = [mock for mock in self.material.mocks if mock.format in self.material.delaying]
        if not able:
            return f"a new mock in {self.one.format} cannot express a delay"
        own = next((one for one in _successes(able) if one[1].body is not None), None)
        made = self._about_another(*own) if own is not None else self._answer(_is_success, able)
        if made is None:
            return _NO_ANSWER
        dialogue, mock = made
        late = replace(dialogue.replies[0], delay_ms=float(math.ceil(self.material.tail_ms)))
        return replace(dialogue, replies=(late,)), mock

    def _other_record(self, asked: Request, document: object) -> tuple[str, object]:
        """The path of another record, and the document about it."""
        path = self.disguise.path(asked.path, asked.path_template) if "{" in asked.path_template else asked.path
        for old, new in zip(asked.path.split("/"), path.split("/"), strict=False):
            if old != new:
                document = renumbered(document, old, new)
        return path, document

    def _real_value(self) -> object:
        found = next(iter(self._candidates()), NOTHING)
        if found is NOTHING:
            return NOTHING
        if self.one.sort is Sort.ENUM_VALUE and isinstance(found, str) and is_chosen(found):
            return found
        value = self.disguise.value(found, self.one.path)
        if self.one.sort is Sort.VARIANT and isinstance(value, dict) and isinstance(found, dict):
            value |= {name: found[name] for name in DISCRIMINATORS if found.get(name) == self.one.detail}
        return value

    def _candidates(self) -> Iterable[object]:
        values = (
            value for seen in self.material.seen for value in values_at(_document(seen.sample.body), self.one.path)
        )  # fmt: skip
        match self.one.sort:
            case Sort.LONG_LIST:
                lists = [value for value in values if isinstance(value, list)]
                return [max(lists, key=len)[:_MOST_ITEMS]] if lists else []
            case Sort.ENUM_VALUE:
                return (value for value in values if digest(value) == self.one.detail)
            case Sort.VARIANT:
                return (value for value in values if _is_variant(value, self.one.detail))
            case _:
                return (value for value in values if value not in (None, [], {}, ""))

    def _answer(self, fits: Callable[[Observation], bool], beside: Sequence[Interaction] = ()) -> _Made | None:
        """The first real answer that fits, with stand-ins in it; ``beside`` one of these mocks, if there are any."""
        mock = next((mock for mock in beside or self.material.mocks if mock.request.grade.is_sendable), None)
        for seen in self.material.seen if mock is not None else ():
            text = _text(seen.sample) if fits(seen.sample) else None
            if text is None or mock is None:
                continue
            body = self.disguise.text(text, seen.sample.header("content-type") or "")
            headers = self._headers(seen.sample.headers)
            asked, template = seen.request, seen.request.path_template
            path = self.disguise.path(asked.path, template) if "{" in template else asked.path
            return _dialogue(asked, path, Reply(seen.sample.status, headers, body.encode("utf-8", "replace"))), mock
        return None

    def _headers(self, headers: Iterable[Header]) -> tuple[Header, ...]:
        kept = _KEPT | {name.lower() for name in self.material.rules.headers}
        return tuple((name, self.disguise.header(name, value)) for name, value in headers if name.lower() in kept)

    def _leads_on(self, sample: Observation) -> bool:
        if self.one.path.startswith("/"):
            return any(value not in (None, "", False) for value in values_at(_document(sample.body), self.one.path))
        return 'rel="next"' in (sample.header("link") or "") or "rel=next" in (sample.header("link") or "")

    def _throttled(self) -> _Made | str:
        """A 429 as RFC 6585 (4) has it, since the service was only seen to count."""
        mock = next((mock for mock in self.material.mocks if mock.request.grade.is_sendable), None)
        if mock is None:
            return _NO_BODY
        headers = (("Content-Type", "application/problem+json"), ("Retry-After", _PATIENCE))
        body = b'{"title": "Too Many Requests", "status": 429}'
        path, _ = self._other_record(mock.request, None)
        return _dialogue(mock.request, path, Reply(429, headers, body)), mock


def _documents(mocks: Iterable[Interaction]) -> Iterator[tuple[Interaction, Expectation, object]]:
    """Successes with a JSON body, templates last."""
    return (one for one in _successes(mocks) if one[2] is not NOTHING)


def _successes(mocks: Iterable[Interaction]) -> Iterator[tuple[Interaction, Expectation, object]]:
    """Mocked successes with their documents (``NOTHING`` where a body is no JSON), templates last."""
    ready = [mock for mock in mocks if mock.request.grade.is_sendable and not mock.incomparable]
    for mock in sorted(ready, key=lambda one: bool(one.dynamic)):
        for variant in mock.variants:
            if 200 <= variant.status < 300 and not variant.fault:
                yield mock, variant, _document(variant.body or b"")


def _is_success(sample: Observation) -> bool:
    return 200 <= sample.status < 300


def _dialogue(asked: Request, path: str, reply: Reply) -> Dialogue:
    media_type = next((value for name, value in asked.headers if name.lower() == "content-type"), "")
    return Dialogue(
        f"{asked.method} {asked.path_template}",
        asked.method,
        path,
        asked.query,
        (reply,),
        asked.body or b"",
        media_type,
    )


def _document(body: bytes) -> Any:
    try:
        return json.loads(body) if body.lstrip()[:1] in (b"{", b"[") else NOTHING
    except (ValueError, RecursionError):
        return NOTHING


def _text(sample: Observation) -> str | None:
    try:
        return sample.body.decode()
    except UnicodeDecodeError:
        return None


def _is_variant(value: object, name: str) -> bool:
    return isinstance(value, dict) and any(value.get(each) == name for each in DISCRIMINATORS)
