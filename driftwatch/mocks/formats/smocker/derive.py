"""From a mock's matchers to concrete requests: literal where they can be, chosen and checked where they must be."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.mocks.asking.candidates import FORM, Asked, Candidate, content_type_of
from driftwatch.mocks.asking.headers import is_credential
from driftwatch.mocks.asking.requests import encode_path, encode_query
from driftwatch.mocks.formats.smocker.matcher import EQUAL, Matcher
from driftwatch.mocks.formats.smocker.request import Asks, Matchers, steps_of
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Grade, Header

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_METHOD: Final = re.compile(r"[A-Z][A-Z-]{0,30}")
_MEDIA_TYPES: Final = ("application/json", "application/xml", "text/xml", "text/html", "text/plain")
"""What a header's pattern that takes one of them was most likely written for."""
_CHOSEN: Final = "values were chosen that the mock's matchers accept"
_PATHS: Final = 5
_DEEPEST: Final = 100
"""Steps to a place in a body."""
_FARTHEST: Final = 20
"""Position of the last item a list is padded for."""


def candidates(asks: Asks, hints: tuple[str, ...]) -> Iterator[Candidate]:
    """Requests for a mock, the likeliest first; at least one, if only to say why nothing can be sent.

    ``hints`` are identifiers out of the mock's own answer, for a path that is left open.
    """
    accepted = [candidate for one in _proposed(asks, hints) if (candidate := _checked(one, asks)) is not None]
    if accepted:
        yield from accepted
        return
    method = asks.method.value if asks.method is not None and asks.method.is_literal else "GET"
    reason = "no request was found that the mock's own matchers accept"
    yield Candidate(Asked(method[:40], _likely_path(asks)), Grade.UNRESOLVABLE, (reason,))


def _checked(candidate: Candidate, asks: Asks) -> Candidate | None:
    """The candidate as it may be used; ``None`` if the mock does not answer it after all."""
    if not candidate.grade.is_sendable:
        return candidate
    truth = asks.answers(candidate.asked)
    if truth is False:
        return None
    if truth is None and candidate.grade is Grade.EXACT:
        return candidate.weakened(Grade.CHOSEN, "a matcher of the mock could not be checked against this request")
    return candidate


def _likely_path(asks: Asks) -> str:
    """A path as the mock names it, for people; the root if it names none."""
    text = asks.path.value if asks.path is not None else "/"
    return encode_path(text if text.startswith("/") else f"/{text}")


def _proposed(asks: Asks, hints: tuple[str, ...]) -> Iterator[Candidate]:
    method, reasons = _method(asks)
    draft = _Draft()
    try:
        query = tuple(draft.pairs(asks.query, "query parameter"))
        headers = tuple(draft.pairs(asks.headers, "header", _MEDIA_TYPES))
        body = draft.body(asks, headers)
    except Refusal as refusal:
        yield Candidate(Asked(method, _likely_path(asks)), Grade.UNRESOLVABLE, (refusal.reason,))
        return
    if body is not None and not any(name.lower() == "content-type" for name, _ in headers):
        shown = content_type_of(body)
        headers = (*headers, ("Content-Type", shown)) if shown else headers
    grade = Grade.CHOSEN if reasons else Grade.EXACT
    base = Candidate(Asked(method, "/", query, headers, body), grade, reasons)
    if not draft.is_exact:
        base = base.weakened(Grade.CHOSEN, _CHOSEN)
    yield from _with_paths(base, asks, hints)


def _method(asks: Asks) -> tuple[str, tuple[str, ...]]:
    """The method, and why another would do as well."""
    wanted = asks.method
    if wanted is not None and wanted.is_literal and _METHOD.fullmatch(wanted.value):
        return wanted.value, ()
    has_body = asks.body is not None or bool(asks.members)
    ranked = sorted(_METHODS, key=lambda method: has_body and method != "POST")
    method = next((one for one in ranked if wanted is None or wanted.holds(one)), ranked[0])
    return method, (f"several methods are answered, {method} was chosen",)


def _with_paths(base: Candidate, asks: Asks, hints: tuple[str, ...]) -> Iterator[Candidate]:
    wanted = asks.path
    if wanted is None:
        yield base.weakened(Grade.UNRESOLVABLE, "the mock answers every path")
        return
    try:
        texts = list(islice(wanted.choices(in_path=True, hints=hints), _PATHS))
    except Refusal as refusal:
        hopeless = replace(base, asked=replace(base.asked, path=_likely_path(asks)))
        yield hopeless.weakened(Grade.UNRESOLVABLE, refusal.reason)
        return
    for text in texts:
        path = encode_path(text if text.startswith("/") else f"/{text}")
        candidate = replace(base, asked=replace(base.asked, path=path))
        reason = f"one path that {wanted.name} `{wanted.value[:80]}` accepts"
        yield candidate if wanted.is_literal else candidate.weakened(Grade.CHOSEN, reason)


class _Draft(Struct):
    """The parts of a request besides method and path; remembers whether each was literally in the file."""

    is_exact: bool = True

    def pairs(self, wanted: Matchers, what: str, hints: tuple[str, ...] = ()) -> Iterator[Header]:
        """One pair for each matcher. Raises ``Refusal`` if no value is known."""
        for name, matchers in wanted.items():
            for matcher in matchers:
                value = next(matcher.choices(hints=hints), None)
                if value is None:
                    raise Refusal(f"the {what} `{name}` must satisfy {matcher.name}, for which no value is known")
                # a credential is not sent, so that it was chosen makes the request no less exact
                self.is_exact &= matcher.is_literal or is_credential(name)
                yield name, value

    def body(self, asks: Asks, headers: tuple[Header, ...]) -> str | None:
        """A body that satisfies the matchers. Raises ``Refusal`` if none is known."""
        if asks.members:
            self.is_exact = False
            return _body_of(asks, headers)
        matcher = asks.body
        if matcher is None:
            return None
        text = next(matcher.choices(hints=("{}",)), None)
        if text is None:
            raise Refusal(f"the body must satisfy {matcher.name}, for which no value is known")
        self.is_exact &= matcher.is_literal or not text
        return text or None


def _body_of(asks: Asks, headers: tuple[Header, ...]) -> str:
    """The smallest JSON or form body in which every place has its value."""
    document: object = {}
    for path, matcher in asks.members.items():
        steps = steps_of(path)
        if len(steps) > _DEEPEST:
            raise Refusal("a place very deep in the body must have a value")
        document = _grown(document, steps, _leaf(matcher))
    if not any(name.lower() == "content-type" and value == FORM for name, value in headers):
        return json_text.encode(document)
    if not isinstance(document, dict):
        raise Refusal("a place in the form that no form has")
    pairs = ((name, values if isinstance(values, list) else [values]) for name, values in document.items())
    return encode_query((name, _form_text(value)) for name, values in pairs for value in values)


def _form_text(value: object) -> str:
    return value if isinstance(value, str) else json_text.encode(value)


def _leaf(matcher: Matcher) -> object:
    """A value for one place: where the file writes a number, the body has one."""
    if matcher.name == EQUAL and isinstance(matcher.plain, bool | int | float):
        return matcher.plain
    value = next(matcher.choices(), None)
    if value is None:
        raise Refusal(f"a place in the body must satisfy {matcher.name}, for which no value is known")
    return value


def _grown(document: object, steps: tuple[Step, ...], leaf: object) -> object:
    """A document with ``leaf`` at the end of ``steps``, and as little else as needed; what is there is built upon."""
    if not steps:
        return leaf
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        members = document if isinstance(document, dict) else {}
        members[step] = _grown(members.get(step), rest, leaf)
        return members
    if step > _FARTHEST:
        raise Refusal("a far item of the body must have a value")
    items = document if isinstance(document, list) else []
    items += [{} for _ in range(step + 1 - len(items))]
    items[step] = _grown(items[step], rest, leaf)
    return items
