"""What recorders of mocks store, as real traffic: the same files, believed the other way round.

A mock format says what a recording promises; here it is the real side. So nothing is added to it and nothing guessed:
a body in which somebody put a word in the place of a value is no body any more.
"""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.answers.bodies import has_no_body, inflate
from driftwatch.mocks.answers.scrubbed import without_stand_ins
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.asking.requests import split_target
from driftwatch.mocks.formats import har as har_format
from driftwatch.mocks.formats.har.entry import is_left_out, read_entry
from driftwatch.mocks.formats.keploy import home as keploy_home
from driftwatch.mocks.formats.keploy.call import read_call
from driftwatch.mocks.formats.keploy.parts import parts
from driftwatch.mocks.formats.keploy.project import CallSet
from driftwatch.mocks.recording.dates import is_credible, recorded_at
from driftwatch.mocks.recording.recordings import Exchange
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.fields import as_object
from driftwatch.mocks.traffic.values import asked_query
from driftwatch.model.traffic import Heard, HeardReading, Medium

_POLLY: Final = "Polly.JS"
_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "DELETE"})


def of_har(document: Document) -> Iterator[HeardReading]:
    """The exchanges of an archive (HAR 1.1 and 1.2); static files and what has no answer are no exchanges."""
    if document.problem is not None:
        yield document.unreadable(har_format.NAME, document.problem)
        return
    log = as_object(as_object(document.head.value).get("log"), "log")
    creator = log.get("creator")
    is_polly = isinstance(creator, dict) and creator.get("name") == _POLLY
    entries = document.each("log", "entries")
    index = -1
    while True:
        index += 1
        try:
            entry = next(entries, None)
        except Refusal as refusal:
            yield document.unreadable(har_format.NAME, refusal)
            return
        if entry is None:
            return
        if is_left_out(entry):
            continue
        steps = ("log", "entries", index)
        try:
            exchange = read_entry(entry, document, *steps, is_polly=is_polly)
            heard = _heard(exchange, document, Medium.HAR)
        except Refusal as refusal:
            yield document.unreadable(har_format.NAME, refusal.below(steps), *steps)
            continue
        if heard is not None:
            yield replace(heard, elapsed_ms=_milliseconds(as_object(entry).get("time")))


def of_keploy(document: Document) -> Iterator[HeardReading]:
    """The calls of a test set's file: those made to the recorded application, and those it made itself.

    The recorded application has no host of its own here: whoever names its test set as evidence says whose it is.
    """
    call_set = CallSet.beside(document, keploy_home(document))
    for part in parts(document):
        if part.document.problem is not None:
            yield part.unreadable("keploy", part.document.problem)
            continue
        try:
            fields = as_object(part.document.value)
            if fields.get("kind") != "Http":
                continue
            call = read_call(part, fields, call_set)
            is_whole = call.exchange.grade.is_sendable and not call.dynamic
            heard = _heard(call.exchange, part.document, Medium.KEPLOY) if is_whole else None
        except Refusal as refusal:
            yield part.unreadable("keploy", refusal)
            continue
        if heard is not None:
            host = heard.host or value_of(call.exchange.headers, "host").lower()
            yield replace(heard, file=document.file, host=host if call.is_outbound else "")


def _heard(exchange: Exchange, document: Document, medium: Medium) -> Heard | None:
    """The exchange; ``None`` if no answer of a service was recorded."""
    if exchange.incomparable or exchange.status <= 0:
        return None
    target = split_target(exchange.url)
    query, withheld = asked_query(target.raw_query)
    now = document.options.now
    moment, source = recorded_at(exchange.stated_time, (), now)
    body = _body(exchange, document.limits.body_bytes)
    headers = exchange.answer_headers
    request_body = exchange.body
    if request_body is None and (exchange.method in _BODILESS or not _has_lost_body(exchange)):
        request_body = b""
    return Heard(
        medium, document.file, exchange.method, target.path, query, exchange.status, target.authority,
        moment if source and moment is not None and is_credible(moment, now) else None,
        request_body, headers or None, body, size=None if body is None else len(body), withheld=withheld,
    )  # fmt: skip


def _has_lost_body(exchange: Exchange) -> bool:
    """Whether the request had a body that the recording does not hold."""
    length = value_of(exchange.headers, "content-length")
    chunked = value_of(exchange.headers, "transfer-encoding")
    return bool(chunked) or (length not in ("", "0")) or "multipart" in value_of(exchange.headers, "content-type")


def _body(exchange: Exchange, limit: int) -> bytes | None:
    """The answer's body as a client saw it; ``None`` if it was not kept, or not as it was."""
    if has_no_body(exchange.method, exchange.status):
        return b""
    stored = exchange.answer_body
    if not stored:
        return stored
    content_type = value_of(exchange.answer_headers, "content-type") or exchange.media_type
    try:
        body = inflate(stored, content_type, value_of(exchange.answer_headers, "content-encoding"), limit)
        is_touched = b"<" in body and without_stand_ins(body.decode()) is not None
    except (Refusal, UnicodeError):
        return None
    return None if is_touched else body


def _milliseconds(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and isinstance(value, int | float) and 0 < value < 1e9 else None
