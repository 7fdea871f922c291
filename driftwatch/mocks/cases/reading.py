"""Cases for ``driftwatch compare``: one mock and the answers of one run to a JSON object, one object a line.

The format is our own (``driftwatch compare --help`` shows an example). It is read like every foreign file: a bad line
becomes an ``Unreadable`` with its number and the others are read.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from driftwatch.mocks.cases.parts import (
    WrongError,
    a_claim,
    a_list,
    a_moment,
    a_number,
    a_request,
    an_object,
    an_observation,
    samples_of,
    wrong,
)
from driftwatch.model.case import Case
from driftwatch.model.context import Context
from driftwatch.model.coverage import Call, Covered, Matching, Traffic
from driftwatch.model.history import History, KnownLatency, KnownValues
from driftwatch.model.interaction import Expectation, Interaction, Origin, Unreadable
from driftwatch.model.policy import Consumer, Policy, Usage

JSON_TYPE: Final = (("Content-Type", "application/json"),)
_ANY_METHOD: Final = ("", "*", "any", "ANY")


def read_cases(path: Path) -> Iterator[Case | Unreadable]:
    """The cases of a JSON Lines file in their order; a line that is none becomes an ``Unreadable``."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _read_line(path.name, number, line)


def read_pair(mock: Path, real: Path) -> Case:
    """One pair of bodies, or of answers (objects with ``status`` and ``body``, ``body_text`` or ``headers``)."""
    promised, delivered = _answer(mock), _answer(real)
    claim = a_claim("pair", {"responses": [promised]}, Origin(mock.name))
    return Case("pair", claim, samples=(an_observation(delivered, sent=True),))


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
        return _case(an_object(value, "the line"), Origin(file, "", number))
    except json.JSONDecodeError as error:
        reason = f"not JSON at column {error.colno}: {error.msg}; each line holds one whole case"
    except RecursionError:
        reason = "nested too deeply to be a case"
    except WrongError as error:
        reason = str(error)
    except (OverflowError, ValueError):  # what is left: 4,300 digits (Python's own limit), or more than a float holds
        reason = "a number in it is too large"
    return Unreadable(file, "cases", reason, number)


def _case(value: Mapping[str, object], origin: Origin) -> Case:
    case_id = value.get("id")
    if not isinstance(case_id, str):
        wrong("id", "a text that names the case")
    mock = an_object(value.get("mock"), "mock")
    context = an_object(value.get("context", {}), "context")
    audit = an_object(context.get("audit", {}), "context.audit")
    sent = bool(audit.get("credentials_sent", True))
    samples = tuple(
        observation
        for number, entry in enumerate(a_list(value.get("real"), "real"))
        for observation in samples_of(an_object(entry, f"real.{number}"), sent=sent)
    )
    consumer = _consumer(an_object(context.get("consumer", {}), "context.consumer"), mock)
    circumstances = _context(context, audit, consumer, a_moment(mock.get("verified_at"), "mock.verified_at"))
    if "set" in mock:
        return Case(case_id, None, tuple(_set(mock, origin)), _traffic(context), samples, circumstances)
    claim = a_claim(case_id, mock, origin)
    return Case(case_id, claim, (), _traffic(context), samples, circumstances, Policy(consumer=consumer))


def _set(mock: Mapping[str, object], origin: Origin) -> Iterator[Covered]:
    for number, entry in enumerate(a_list(mock["set"], "mock.set")):
        where = f"mock.set.{number}"
        member = an_object(entry, where)
        match = an_object(member.get("match", {}), f"{where}.match")
        name = str(member.get("name", number))
        matching = Matching(
            method="" if match.get("method") in _ANY_METHOD else str(match.get("method", "")).upper(),
            path=str(match.get("path", "")),
            path_regex=str(match.get("path_regex", "")),
            query=_texts(match.get("query", {}), f"{where}.match.query"),
            headers=_texts(match.get("headers", {}), f"{where}.match.headers"),
        )
        status = member.get("status", 200)
        if not isinstance(status, int):
            wrong(f"{where}.status", "an HTTP status as a number")
        asked = a_request({"method": matching.method or "GET", "path": matching.path or matching.path_regex or "/"})
        yield Covered(
            name, matching, Interaction(name, "case", origin, asked, (Expectation(status),), group=name, name=name)
        )


def _texts(value: object, where: str) -> Mapping[str, str]:
    return {name: str(text) for name, text in an_object(value, where).items()}


def _traffic(context: Mapping[str, object]) -> Traffic:
    statuses = an_object(context.get("observed_statuses", {}), "context.observed_statuses")
    counted = {
        int(status): count
        for status, count in statuses.items()
        if status.isdecimal() and isinstance(count, int) and count >= 0
    }
    if len(counted) < len(statuses):
        wrong("context.observed_statuses", "an object from statuses to counts")
    calls = []
    for number, entry in enumerate(a_list(context.get("observed_calls", []), "context.observed_calls")):
        request = a_request(an_object(entry, f"context.observed_calls.{number}"))
        calls.append(Call(request.method, request.path, request.path_template))
    return Traffic(counted, tuple(calls))


def _history(baseline: Mapping[str, object], verified_at: datetime | None) -> History:
    known = {}
    for path, entry in an_object(baseline.get("enums", {}), "context.baseline.enums").items():
        where = f"context.baseline.enums.{path}"
        told = an_object(entry, where)
        values = [value for value in a_list(told.get("values", []), where) if isinstance(value, str | int | float)]
        known[path] = KnownValues(frozenset(values), int(a_number(told.get("n")) or 0))
    latency = None
    if "latency" in baseline:
        told = an_object(baseline["latency"], "context.baseline.latency")
        p50, p95, n = (a_number(told.get(name)) or 0.0 for name in ("p50", "p95", "n"))
        latency = KnownLatency(p50, p95, int(n))
    return History(verified_at, known, latency)


def _context(
    context: Mapping[str, object], audit: Mapping[str, object], consumer: Consumer, verified_at: datetime | None
) -> Context:
    unknown = context.get("canary_404")
    return Context(
        now=a_moment(context.get("now"), "context.now"),
        unknown_route=an_observation(an_object(unknown, "context.canary_404"), sent=True)
        if unknown is not None
        else None,
        is_conditional=bool(audit.get("conditional_request", False)),
        consumer=consumer,
        history=_history(an_object(context.get("baseline", {}), "context.baseline"), verified_at),
    )


def _consumer(value: Mapping[str, object], mock: Mapping[str, object]) -> Consumer:
    usage = {}
    for path, word in an_object(value.get("usage", {}), "context.consumer.usage").items():
        if word not in list(Usage):
            wrong(f"context.consumer.usage.{path}", "unused or critical")
        usage[path] = Usage(str(word))
    return Consumer(
        is_strict=bool(value.get("strict", False)), usage=usage, timeout_ms=a_number(mock.get("client_timeout_ms"))
    )
