"""Exchanges as recorders store them: the request is known to the byte, and most of it must not be sent again."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import count
from typing import Any, Final, TypeVar

import msgspec

from driftwatch.mocks.answers.bodies import has_no_body, inflate
from driftwatch.mocks.answers.scrubbed import filled, placeholder, remedy, without_stand_ins
from driftwatch.mocks.asking.headers import accepting, safe_headers, value_of, withheld
from driftwatch.mocks.asking.requests import Target, split_target, without_secrets
from driftwatch.mocks.format import Stub
from driftwatch.mocks.recording.dates import recorded_at
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.mocks.text.documents import Document
from driftwatch.model.interaction import Expectation, Grade, Header, Interaction, Matcher, Request
from driftwatch.model.route import path_template

_UNREAL_HOSTS: Final = frozenset(["localhost", "127.0.0.1", "[::1]", "testserver"])
_T = TypeVar("_T", bound=tuple[object, ...])
_END: Final = object()
_CREATED: Final = (
    "asks for what an earlier request of the same recording created; `driftwatch journey` makes steps of it"
)
_LONGEST_LOOKED_THROUGH: Final = 64 * 1024
_REPEATED: Final = 64
"""Sets of headers that are remembered."""


class Exchange(msgspec.Struct, frozen=True):
    """One recorded request and its answer, as the file has them."""

    method: str
    url: str
    headers: tuple[Header, ...]
    body: bytes | None
    status: int
    answer_headers: tuple[Header, ...]
    answer_body: bytes | None
    """As stored, be it compressed or not; ``None``: not captured."""
    stated_time: str = ""
    incomparable: str = ""
    notes: tuple[str, ...] = ()
    body_file: str = ""
    media_type: str = ""
    """The answer's media type where it is stored beside the headers."""
    name: str = ""
    grade: Grade = Grade.EXACT
    """How the format itself had the request, where it had to fill something in or could not."""
    reason: str = ""
    """Why the grade is not exact."""


class Recording:
    """One file's exchanges on their way to interactions: ids that are unique in it, and what depends on what."""

    def __init__(self, document: Document, format_name: str, created: set[str] | None = None) -> None:
        """``created`` are the paths that earlier files of the same recording made; it grows."""
        self._document = document
        self._format = format_name
        self._ids: Counter[int] = Counter()
        self._created: set[str] = set() if created is None else created
        self._known: dict[tuple[object, ...], Any] = {}

    def interaction(self, exchange: Exchange, *steps: Step) -> Interaction:
        """The exchange in our common form."""
        answer, notes = self._answer(exchange)
        target = split_target(filled(exchange.url, self._document.options.variables))
        request, left_out = self._request(exchange, target)
        moment, source = recorded_at(exchange.stated_time, exchange.answer_headers, self._document.options.now)
        if exchange.method not in ("GET", "HEAD", "OPTIONS"):
            self._remember(target.path, answer)
        if target.authority.partition(":")[0] not in _UNREAL_HOSTS and target.origin:
            notes = (f"recorded from {target.origin}", *notes)
        return Interaction(
            mock_id=self._id(exchange),
            format=self._format,
            origin=self._document.origin(*steps),
            request=request,
            variants=() if exchange.status <= 0 else (answer,),
            group=self._document.file,
            name=exchange.name,
            recorded_at=moment,
            recorded_from=source,
            incomparable=exchange.incomparable,
            notes=self._once((*exchange.notes, *notes, *left_out)),
        )

    def _once(self, equal: _T) -> _T:
        """One object for all that are equal: a recording repeats its headers and notes thousands of times."""
        known: _T = self._known.setdefault(equal, equal)
        return known

    def _answer(self, exchange: Exchange) -> tuple[Expectation, tuple[str, ...]]:
        headers = exchange.answer_headers
        body = None if has_no_body(exchange.method, exchange.status) else exchange.answer_body
        notes: tuple[str, ...] = ()
        if body:
            content_type = value_of(headers, "content-type") or exchange.media_type
            try:
                body = inflate(body, content_type, value_of(headers, "content-encoding"), self._limit)
            except Refusal as refusal:
                body, notes = None, (refusal.reason,)
        body, dynamic = _plain(body)
        return Expectation(exchange.status, headers, body, dynamic, body_file=exchange.body_file), notes

    @property
    def _limit(self) -> int:
        return self._document.limits.body_bytes

    def _request(self, exchange: Exchange, whole: Target) -> tuple[Request, tuple[str, ...]]:
        target, secrets = without_secrets(whole)
        body = self._body(exchange)
        grade, reason = self._grade(exchange, target, body)
        notes = [f"needs credentials from the config: {name}" for name in _withheld(exchange.headers)]
        notes += [f"the credential `{name}` of the query is not sent" for name in secrets]
        media_type = value_of(exchange.answer_headers, "content-type")
        request = Request(
            method=exchange.method,
            path=target.path,
            path_template=path_template(target.path),
            query=target.query,
            raw_query=target.raw_query,
            headers=self._once(_sent(self._headers(exchange), media_type)),
            body=body,
            grade=grade,
            reason=reason,
            recorded=True,
            asks_credentials=bool(notes),
        )
        return request, tuple(notes)

    def _grade(self, exchange: Exchange, target: Target, sent: bytes | None) -> tuple[Grade, str]:
        """A recording is exact unless its owner took something out, or it asks for what it made itself."""
        if not exchange.grade.is_sendable:
            return exchange.grade, exchange.reason
        body = sent[:_LONGEST_LOOKED_THROUGH].decode("utf-8", "replace") if sent else ""
        for text, where in ((target.path, "URL"), (target.raw_query, "URL"), (body, "body")):
            if text and (word := placeholder(text)):
                return Grade.NEEDS_INPUT, f"the recording has {word} in the {where} where a value was{remedy(word)}"
        if self._created and any(path in self._created for path in _and_above(target.path)):
            return Grade.NEEDS_INPUT, _CREATED
        if exchange.grade is Grade.EXACT and self._is_filled(exchange, sent):
            return Grade.CHOSEN, "what had been taken out of the recording was filled in from the config"
        return exchange.grade, exchange.reason

    def _is_filled(self, exchange: Exchange, sent: bytes | None) -> bool:
        url = filled(exchange.url, self._document.options.variables)
        return url != exchange.url or sent != exchange.body

    def _headers(self, exchange: Exchange) -> tuple[Header, ...]:
        variables = self._document.options.variables
        if not variables:
            return exchange.headers
        return tuple((name, filled(value, variables)) for name, value in exchange.headers)

    def _body(self, exchange: Exchange) -> bytes | None:
        """The request's body with the stand-ins filled that the config knows."""
        variables = self._document.options.variables
        if not variables or not exchange.body or b"<" not in exchange.body:
            return exchange.body
        try:
            return filled(exchange.body.decode(), variables).encode()
        except UnicodeError:
            return exchange.body

    def _remember(self, path: str, answer: Expectation) -> None:
        """Note the resource a request made: named by ``Location``, or by the ``id`` in the answer."""
        if not 200 <= answer.status < 300:
            return
        if location := answer.header("location"):
            self._created.add(split_target(location).path.rstrip("/"))
        identifier = _identifier(answer.body)
        if identifier:
            self._created.add(f"{path.rstrip('/')}/{identifier}")

    def _id(self, exchange: Exchange) -> str:
        identity = f"{exchange.method}\0{exchange.url}\0".encode("utf-8", "surrogatepass") + (exchange.body or b"")
        digest = hashlib.sha256(identity).hexdigest()[:12]
        number = int(digest, 16)  # the text would stay in memory for as long as the file is read
        self._ids[number] += 1
        return digest if self._ids[number] == 1 else f"{digest}-{self._ids[number]}"


def read_all(
    document: Document, format_name: str, exchange_of: Callable[..., Exchange | None], *above: Step
) -> Iterator[Stub]:
    """The interactions of one file's entries, in their order; a bad one is refused and costs nothing else.

    ``exchange_of`` takes an entry, the document and the steps to the entry, and gives ``None`` for what is left out.
    ``above`` leads to the list.
    """
    recording = Recording(document, format_name)
    entries = document.each(*above)
    for index in count():
        steps: tuple[Step, ...] = (*above, index)
        try:
            entry = next(entries, _END)
        except Refusal as refusal:
            yield document.unreadable(format_name, refusal)
            return
        if entry is _END:
            return
        try:
            exchange = exchange_of(entry, document, *steps)
            if exchange is not None:
                yield recording.interaction(exchange, *steps)
        except Refusal as refusal:
            yield document.unreadable(format_name, refusal.below(steps), *steps)


@lru_cache(maxsize=_REPEATED)
def _sent(headers: tuple[Header, ...], media_type: str) -> tuple[Header, ...]:
    """The headers that may be sent for an answer of a media type; one client sends the same ones every time."""
    return accepting(safe_headers(headers), media_type)


@lru_cache(maxsize=_REPEATED)
def _withheld(headers: tuple[Header, ...]) -> tuple[str, ...]:
    return withheld(headers)


def _and_above(path: str) -> Iterator[str]:
    """A path and every path that it stands below."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _plain(body: bytes | None) -> tuple[bytes | None, tuple[Matcher, ...]]:
    """An answer's body, and where in it somebody put a word in the place of a value."""
    if not body or b"<" not in body:
        return body, ()
    try:
        rendering = without_stand_ins(body.decode())
    except UnicodeError:
        return body, ()
    return (body, ()) if rendering is None else (rendering.text.encode("utf-8", "surrogatepass"), rendering.matchers)


def _identifier(body: bytes | None) -> str:
    if not body or len(body) > _LONGEST_LOOKED_THROUGH:
        return ""
    try:
        document = json_text.decode(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return ""
    value = document.get("id") if isinstance(document, dict) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
