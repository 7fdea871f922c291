"""The parts of a case: mocks, answers, samples, and what a word in them must be."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NoReturn

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
)
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


class WrongError(ValueError):
    """A case does not say what a case must say; the message tells where and what would be right."""


def a_claim(case_id: str, mock: Mapping[str, object], origin: Origin) -> Claim:
    """One mock, or alternatives for one request, as a claim."""
    answers = a_list(mock["responses"], "mock.responses") if "responses" in mock else [mock]
    matchers = tuple(
        _matcher(path, an_object(entry, f"mock.expectations.{path}"))
        for path, entry in an_object(mock.get("expectations", {}), "mock.expectations").items()
    )
    variants = tuple(_variant(an_object(answer, "mock.responses"), matchers) for answer in answers)
    if not variants:
        wrong("mock.responses", "at least one answer")
    interaction = Interaction(
        mock_id=case_id,
        format="case",
        origin=origin,
        request=a_request(an_object(mock.get("request", {}), "mock.request")),
        variants=variants,
        group=case_id,
        recorded_at=a_moment(mock.get("recorded_at"), "mock.recorded_at"),
    )
    return Claim((interaction,))


def a_request(value: Mapping[str, object]) -> Request:
    """The request a mock is for; without one, ``GET /resource``."""
    target = str(value.get("path", "/resource"))
    path, _, query = target.partition("?")
    provenance = value.get("provenance", "exact")
    if provenance not in list(Provenance):
        wrong("mock.request.provenance", ", ".join(Provenance))
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
        wrong(f"mock.expectations.{path}.match", ", ".join(MatcherKind))
    return Matcher(
        path,
        MatcherKind(str(word)),
        values=tuple(a_list(value.get("values", []), f"mock.expectations.{path}.values")),
        pattern=str(value.get("regex", "")),
        minimum=a_number(value.get("min")),
        maximum=a_number(value.get("max")),
        by=str(value.get("by", "")),
        descending=value.get("dir") == "desc",
    )


def samples_of(value: Mapping[str, object], *, sent: bool) -> Iterator[Observation]:
    """One entry of ``real``, as often as it says."""
    repeat = value.get("repeat", 1)
    if not isinstance(repeat, int) or not 1 <= repeat <= 10_000:
        wrong("real.repeat", "a whole number from 1 to 10000")
    observation = an_observation(value, sent=sent)
    return (observation for _ in range(repeat))


def an_observation(value: Mapping[str, object], *, sent: bool) -> Observation:
    """One answer of the service, or the failure in its place."""
    if "error" in value and "status" not in value:
        failure = value["error"]
        if failure not in list(Failure):
            wrong("real.error", ", ".join(Failure))
        return Observation(failure=Failure(str(failure)), credentials_sent=sent)
    size = value.get("size_bytes")
    return Observation(
        status=_status(value),
        headers=_headers(value),
        body=_body(value) or b"",
        elapsed_ms=a_number(value.get("elapsed_ms")),
        at=a_moment(value.get("at"), "real.at"),
        credentials_sent=sent,
        size=size if isinstance(size, int) else None,
        identity=str(value.get("identity", "")),
        idempotency_key=str(value.get("idempotency_key", "")),
    )


def _status(value: Mapping[str, object]) -> int:
    status = value.get("status")
    if not isinstance(status, int) or isinstance(status, bool):
        wrong("status", "an HTTP status as a number")
    return status


def _headers(value: Mapping[str, object]) -> tuple[Header, ...]:
    headers = an_object(value.get("headers", {}), "headers")
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


def a_moment(value: object, where: str) -> datetime | None:
    """A date and time, in UTC where no zone is given; ``None`` where there is none."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except ValueError:
        wrong(where, "a date and time such as 2025-03-01T00:00:00Z")


def a_number(value: object) -> float | None:
    """A number; ``None`` for anything else."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def an_object(value: object, where: str) -> Mapping[str, object]:
    """An object, or the complaint that it is none."""
    if not isinstance(value, dict):
        wrong(where, "an object")
    return value


def a_list(value: object, where: str) -> Sequence[object]:
    """A list, or the complaint that it is none."""
    if not isinstance(value, list):
        wrong(where, "a list")
    return value


def wrong(where: str, expected: str) -> NoReturn:
    """Raise the complaint."""
    raise WrongError(f"{where} must be {expected}")
