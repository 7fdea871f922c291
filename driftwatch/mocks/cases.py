"""Cases for ``driftwatch compare``: one mock and the answers of one run to a JSON object, one object a line.

The format is our own (``driftwatch compare --help`` shows an example). It is read like every foreign file: a bad line
becomes an ``Unreadable`` with its number and the others are read.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn

from driftwatch.model.context import Context
from driftwatch.model.interaction import (
    Claim,
    Expectation,
    Grade,
    Header,
    Interaction,
    Matcher,
    MatcherKind,
    Origin,
    Provenance,
    Request,
    Unreadable,
)
from driftwatch.model.policy import Consumer, Policy, Usage
from driftwatch.model.probe import Failure, Observation
from driftwatch.model.route import path_template
from driftwatch.model.shape import ITEM, join

_TEMPLATE: Final = re.compile(r"\{\{.*?\}\}|\$\{.*?\}", re.DOTALL)
"""What a template leaves in a string: its value is not the mock's claim."""

_GRADES: Final = {
    Provenance.RECORDED: (Grade.EXACT, True),
    Provenance.EXACT: (Grade.EXACT, False),
    Provenance.EXAMPLE: (Grade.EXAMPLE, False),
    Provenance.DISCOVERED: (Grade.DISCOVERED, False),
    Provenance.GENERATED: (Grade.CHOSEN, False),
}
JSON_TYPE: Final = (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Case:
    """One comparison without a network."""

    id: str
    claim: Claim | None
    """``None``: the case is about a set of mocks and has no claim of its own."""
    samples: tuple[Observation, ...] = ()
    context: Context = field(default_factory=Context)
    policy: Policy = field(default_factory=Policy)


class _WrongError(ValueError):
    """A case does not say what a case must say; the message tells where and what would be right."""


def read_cases(path: Path) -> Iterator[Case | Unreadable]:
    """The cases of a JSON Lines file in their order; a line that is none becomes an ``Unreadable``."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _read_line(path.name, number, line)


def read_pair(mock: Path, real: Path) -> Case:
    """One pair of bodies, or of answers (objects with ``status`` and ``body``, ``body_text`` or ``headers``)."""
    promised, delivered = _answer(mock), _answer(real)
    claim = _claim("pair", {"responses": [promised]}, Origin(mock.name))
    return Case("pair", claim, (_observation(delivered, sent=True),))


def _answer(path: Path) -> Mapping[str, object]:
    """A file's answer: as it stands, or a body that came with 200 as JSON."""
    text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if (
        isinstance(value, dict)
        and isinstance(value.get("status"), int)
        and {"body", "body_text", "headers"} & value.keys()
    ):
        return value
    return {"status": 200, "headers": dict(JSON_TYPE), "body_text": text}


def _read_line(file: str, number: int, line: str) -> Case | Unreadable:
    try:
        value = json.loads(line)
        return _case(_object(value, "the line"), Origin(file, "", number))
    except json.JSONDecodeError as error:
        reason = f"not JSON at column {error.colno}: {error.msg}; each line holds one whole case"
    except RecursionError:
        reason = "nested too deeply to be a case"
    except _WrongError as error:
        reason = str(error)
    except (OverflowError, ValueError):  # what is left: 4,300 digits (Python's own limit), or more than a float holds
        reason = "a number in it is too large"
    return Unreadable(file, "cases", reason, number)


def _case(value: Mapping[str, object], origin: Origin) -> Case:
    case_id = value.get("id")
    if not isinstance(case_id, str):
        _wrong("id", "a text that names the case")
    mock = _object(value.get("mock"), "mock")
    context = _object(value.get("context", {}), "context")
    audit = _object(context.get("audit", {}), "context.audit")
    sent = bool(audit.get("credentials_sent", True))
    samples = tuple(
        observation
        for number, entry in enumerate(_list(value.get("real"), "real"))
        for observation in _samples(_object(entry, f"real.{number}"), sent=sent)
    )
    claim = None if "set" in mock else _claim(case_id, mock, origin)
    consumer = _consumer(_object(context.get("consumer", {}), "context.consumer"))
    return Case(case_id, claim, samples, _context(context, audit, consumer), Policy(consumer=consumer))


def _context(context: Mapping[str, object], audit: Mapping[str, object], consumer: Consumer) -> Context:
    unknown = context.get("canary_404")
    return Context(
        now=_moment(context.get("now"), "context.now"),
        unknown_route=_observation(_object(unknown, "context.canary_404"), sent=True) if unknown is not None else None,
        is_conditional=bool(audit.get("conditional_request", False)),
        consumer=consumer,
    )


def _consumer(value: Mapping[str, object]) -> Consumer:
    usage = {}
    for path, word in _object(value.get("usage", {}), "context.consumer.usage").items():
        if word not in list(Usage):
            _wrong(f"context.consumer.usage.{path}", "unused or critical")
        usage[path] = Usage(str(word))
    return Consumer(is_strict=bool(value.get("strict", False)), usage=usage)


def _claim(case_id: str, mock: Mapping[str, object], origin: Origin) -> Claim:
    answers = _list(mock["responses"], "mock.responses") if "responses" in mock else [mock]
    matchers = tuple(
        _matcher(path, _object(entry, f"mock.expectations.{path}"))
        for path, entry in _object(mock.get("expectations", {}), "mock.expectations").items()
    )
    variants = tuple(_variant(_object(answer, "mock.responses"), matchers) for answer in answers)
    if not variants:
        _wrong("mock.responses", "at least one answer")
    interaction = Interaction(
        mock_id=case_id,
        format="case",
        origin=origin,
        request=_request(_object(mock.get("request", {}), "mock.request")),
        variants=variants,
        group=case_id,
        recorded_at=_moment(mock.get("recorded_at"), "mock.recorded_at"),
    )
    return Claim((interaction,))


def _request(value: Mapping[str, object]) -> Request:
    target = str(value.get("path", "/resource"))
    path, _, query = target.partition("?")
    provenance = value.get("provenance", "exact")
    if provenance not in list(Provenance):
        _wrong("mock.request.provenance", ", ".join(Provenance))
    grade, recorded = _GRADES[Provenance(str(provenance))]
    pairs = tuple((name, text) for name, _, text in (part.partition("=") for part in query.split("&") if part))
    return Request(
        method=str(value.get("method", "GET")).upper(),
        path=path,
        path_template=str(value.get("path_template") or path_template(path)),
        query=pairs,
        raw_query=query,
        grade=grade,
        recorded=recorded,
    )


def _variant(answer: Mapping[str, object], matchers: tuple[Matcher, ...]) -> Expectation:
    delay = answer.get("delay_ms")
    return Expectation(
        status=_status(answer),
        headers=_headers(answer),
        body=_body(answer),
        matchers=matchers + tuple(_templates(answer.get("body"), "")),
        delay_ms=float(delay) if isinstance(delay, int | float) else None,
    )


def _templates(value: object, path: str) -> Iterator[Matcher]:
    """Strings that a template fills."""
    if isinstance(value, str) and _TEMPLATE.search(value):
        yield Matcher(path, MatcherKind.DYNAMIC, is_text=True)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _templates(member, join(path, name))
    elif isinstance(value, list):
        for item in value:
            yield from _templates(item, f"{path}/{ITEM}")


def _matcher(path: str, value: Mapping[str, object]) -> Matcher:
    word = value.get("match")
    if word not in list(MatcherKind):
        _wrong(f"mock.expectations.{path}.match", ", ".join(MatcherKind))
    return Matcher(
        path,
        MatcherKind(str(word)),
        values=tuple(_list(value.get("values", []), f"mock.expectations.{path}.values")),
        pattern=str(value.get("regex", "")),
        minimum=_number(value.get("min")),
        maximum=_number(value.get("max")),
        by=str(value.get("by", "")),
        descending=value.get("dir") == "desc",
    )


def _samples(value: Mapping[str, object], *, sent: bool) -> Iterator[Observation]:
    repeat = value.get("repeat", 1)
    if not isinstance(repeat, int) or not 1 <= repeat <= 10_000:
        _wrong("real.repeat", "a whole number from 1 to 10000")
    observation = _observation(value, sent=sent)
    return (observation for _ in range(repeat))


def _observation(value: Mapping[str, object], *, sent: bool) -> Observation:
    if "error" in value and "status" not in value:
        failure = value["error"]
        if failure not in list(Failure):
            _wrong("real.error", ", ".join(Failure))
        return Observation(failure=Failure(str(failure)), credentials_sent=sent)
    size = value.get("size_bytes")
    return Observation(
        status=_status(value),
        headers=_headers(value),
        body=_body(value) or b"",
        elapsed_ms=_number(value.get("elapsed_ms")),
        at=_moment(value.get("at"), "real.at"),
        credentials_sent=sent,
        size=size if isinstance(size, int) else None,
        identity=str(value.get("identity", "")),
        idempotency_key=str(value.get("idempotency_key", "")),
    )


def _status(value: Mapping[str, object]) -> int:
    status = value.get("status")
    if not isinstance(status, int) or isinstance(status, bool):
        _wrong("status", "an HTTP status as a number")
    return status


def _headers(value: Mapping[str, object]) -> tuple[Header, ...]:
    headers = _object(value.get("headers", {}), "headers")
    return tuple(
        (name, str(text)) for name, texts in headers.items() for text in (texts if isinstance(texts, list) else [texts])
    )


def _body(value: Mapping[str, object]) -> bytes | None:
    """The body as bytes: ``body_text`` to the letter, ``body`` as JSON with its literals (10.0 stays 10.0)."""
    if "body_text" in value:
        return str(value["body_text"]).encode("utf-8", "surrogateescape")
    if "body" in value:
        return json.dumps(value["body"], ensure_ascii=False).encode("utf-8", "surrogatepass")
    return None


def _moment(value: object, where: str) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        _wrong(where, "a date and time such as 2025-03-01T00:00:00Z")


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        _wrong(where, "an object")
    return value


def _list(value: object, where: str) -> Sequence[object]:
    if not isinstance(value, list):
        _wrong(where, "a list")
    return value


def _wrong(where: str, expected: str) -> NoReturn:
    raise _WrongError(f"{where} must be {expected}")
