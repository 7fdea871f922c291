"""From a stub's request pattern to concrete requests: literal where it can be, chosen and checked where it must."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

import msgspec
from msgspec.structs import replace

from driftwatch.mocks.asking.headers import safe_headers, with_accept, withheld
from driftwatch.mocks.asking.requests import (
    Target,
    encode_path,
    encode_query,
    parse_query,
    split_target,
    without_secrets,
)
from driftwatch.mocks.formats.wiremock.conditions import Condition, holds_for_all
from driftwatch.mocks.formats.wiremock.pattern import Asked, RequestPattern
from driftwatch.mocks.formats.wiremock.urls import Url, urls, weaker
from driftwatch.mocks.formats.wiremock.values import Value, grow, is_silent, values
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Grade, Header, Request
from driftwatch.model.route import path_template

_MEDIA_TYPES: Final = ("application/json", "application/xml", "text/xml", "text/html", "text/plain")
"""What a header pattern that takes one of them was most likely written for."""
_CANDIDATES: Final = 6
"""How many requests of one stub are tried when others stand in front of it."""


class Candidate(msgspec.Struct, frozen=True):
    """A request that the stub should answer."""

    asked: Asked
    grade: Grade = Grade.EXACT
    reasons: tuple[str, ...] = ()
    template: str = ""
    """The path template of the stub itself, if it has one."""

    def request(self, answer: tuple[Header, ...]) -> tuple[Request, tuple[str, ...]]:
        """The part of it that may be sent to a real service, and what was left out."""
        asked = self.asked
        url = split_target(f"{asked.path}?{asked.raw_query}") if asked.raw_query else Target(asked.path)
        target, secrets = without_secrets(url)
        notes = [f"needs credentials from the config: {name}" for name in withheld(asked.headers)]
        notes += [f"the credential `{name}` of the query is not sent" for name in secrets]
        notes += ["the stub asks for a cookie, which is not sent"] if asked.cookies else []
        headers = safe_headers(asked.headers)
        request = Request(
            method=asked.method,
            path=asked.path,
            path_template=self.template or path_template(asked.path),
            query=target.query,
            raw_query=target.raw_query,
            headers=with_accept(headers, answer),
            body=None if asked.body is None else asked.body.encode("utf-8", "surrogateescape"),
            grade=self.grade,
            reason="; ".join(self.reasons),
            asks_credentials=bool(notes),
        )
        return request, tuple(notes)


def candidates(pattern: RequestPattern, known: Mapping[str, str], variables: Mapping[str, str]) -> Iterator[Candidate]:
    """Requests for a stub, the likeliest first; at least one, if only to say why nothing can be sent.

    ``known`` are the scalars in the stub's own answer, among which an identifier of the path is looked for;
    ``variables`` are the team's values for path parameters.
    """
    if pattern.is_literal:  # equal to itself: there is nothing to choose, and nothing to check
        url = next(urls(pattern, known, variables))
        yield Candidate(Asked(pattern.methods[0], url.path, url.raw_query, parse_query(url.raw_query)))
        return
    found = False
    for url in islice(urls(pattern, known, variables), _CANDIDATES):
        candidate = _complete(pattern, url)
        truth = pattern.answers(candidate.asked) if candidate.grade.is_sendable else None
        if truth is False:
            continue
        found = True
        if truth is None and candidate.grade is Grade.EXACT:
            reasons = (*candidate.reasons, "a matcher of the stub could not be checked against this request")
            candidate = replace(candidate, grade=Grade.CHOSEN, reasons=reasons)
        yield candidate
    if not found:
        path = encode_path(pattern.url.partition("?")[0] if pattern.url.startswith("/") else f"/{pattern.url}")
        reason = "no request was found that the stub's own matchers accept"
        yield Candidate(Asked(_method(pattern)[0], path), Grade.UNRESOLVABLE, (reason,))


def _complete(pattern: RequestPattern, url: Url) -> Candidate:
    """Add method, query, headers and body to an URL; what is missing lowers the grade and is named."""
    method, reasons = _method(pattern)
    grade = Grade.CHOSEN if reasons else Grade.EXACT
    grade = weaker(grade, url.grade)
    reasons = [*reasons, url.reason] if url.reason else reasons
    asked = Asked(method, url.path, url.raw_query, split_target(f"?{url.raw_query}").query)
    try:
        asked, is_exact = _with_parts(pattern, asked)
        if not is_exact:
            reasons.append("values were chosen that the stub's matchers accept")
            grade = weaker(grade, Grade.CHOSEN)
        if pattern.undecidable:
            raise Refusal(f"{pattern.undecidable} decides")
    except Refusal as refusal:
        return Candidate(asked, Grade.UNRESOLVABLE, (*reasons, refusal.reason), url.template)
    return Candidate(asked, grade, tuple(reasons), url.template)


def _method(pattern: RequestPattern) -> tuple[str, list[str]]:
    if len(pattern.methods) == 1:
        return pattern.methods[0], []
    allowed = pattern.methods or ("GET", "HEAD", "OPTIONS", "POST")
    method = next((name for name in ("GET", *allowed) if name in allowed and name not in pattern.excluded), "GET")
    return method, [f"several methods are answered, {method} was chosen"]


def _with_parts(pattern: RequestPattern, asked: Asked) -> tuple[Asked, bool]:
    """Query, headers, cookies and body that satisfy the matchers. Raises ``Refusal`` where there are none."""
    query = list(_pairs(pattern.query, "query parameter"))
    headers = list(_pairs(pattern.headers, "header", _MEDIA_TYPES))
    cookies = list(_pairs(pattern.cookies, "cookie"))
    form = list(_pairs(pattern.form, "form parameter"))
    body = Value(encode_query((name, value.text) for name, value in form)) if form else _body(pattern.body)
    shown = [(name, value.text) for name, value in headers]
    if body is not None and not any(name.lower() == "content-type" for name, _ in shown):
        shown += _content_type(body, is_form=bool(form))
    raw = "&".join(part for part in (asked.raw_query, encode_query((n, v.text) for n, v in query)) if part)
    is_exact = all(value.is_exact for _, value in (*query, *headers, *cookies, *form))
    whole = replace(
        asked,
        raw_query=raw,
        query=split_target(f"?{raw}").query,
        headers=tuple(shown),
        cookies={name: value.text for name, value in cookies},
        body=None if body is None else body.text,
    )
    return whole, is_exact and (body is None or body.is_exact)


def _content_type(body: Value, *, is_form: bool) -> list[Header]:
    if is_form:
        return [("Content-Type", "application/x-www-form-urlencoded")]
    if body.text.lstrip()[:1] in ("{", "["):
        return [("Content-Type", "application/json")]
    return [("Content-Type", "application/xml")] if body.text.lstrip().startswith("<") else []


def _pairs(conditions: Mapping[str, Condition], what: str, hints: tuple[str, ...] = ()) -> Iterator[tuple[str, Value]]:
    for name, condition in conditions.items():
        parts = condition.parts if condition.operator in ("hasExactly", "includes") else (condition,)
        for part in parts:
            if is_silent(part):
                continue
            value = next(values(part, hints), None)
            if value is None:
                raise Refusal(f"the {what} `{name}` must satisfy {part.operator}, for which no value is known")
            yield name, value
        if condition.operator == "hasExactly" and not parts and holds_for_all(condition, []) is False:
            raise Refusal(f"the {what} `{name}` can have no value")


def _body(conditions: tuple[Condition, ...]) -> Value | None:
    loud = [condition for condition in conditions if not is_silent(condition)]
    if not loud:
        return None
    if len(loud) == 1:
        value = next(values(loud[0]), None)
        if value is None:
            raise Refusal(f"the body must satisfy {loud[0].operator}, for which no value is known")
        return value
    literal = next((c for c in loud if c.operator in ("equalTo", "equalToJson", "equalToXml", "binaryEqualTo")), None)
    if literal is not None and not literal.allows("ignoreExtraElements"):
        return next(values(literal), None)
    if all(condition.operator == "contains" for condition in loud):
        return Value(" ".join(condition.text for condition in loud), is_exact=False)
    document: object = None
    for condition in sorted(loud, key=lambda condition: condition.operator != "equalToJson"):
        document = grow(document, condition)
    return Value(json_text.encode(document), is_exact=False)
