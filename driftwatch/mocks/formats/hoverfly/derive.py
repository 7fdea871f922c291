"""From a pair's matchers to concrete requests: literal where they can be, chosen and checked where they must be."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.answers.scrubbed import placeholder
from driftwatch.mocks.asking.candidates import FORM as FORM_TYPE
from driftwatch.mocks.asking.candidates import Asked, Candidate, content_type_of
from driftwatch.mocks.asking.headers import is_credential
from driftwatch.mocks.asking.requests import encode_path, encode_query
from driftwatch.mocks.formats.hoverfly.judgement import JOINT, Seen, all_hold, answers, as_seen, split_pairs
from driftwatch.mocks.formats.hoverfly.values import Value, items, values
from driftwatch.mocks.formats.hoverfly.wanted import FORM, Matcher, Matchers, Wanted, literal
from driftwatch.mocks.refusal import Refusal
from driftwatch.model.interaction import Grade, Header

_PATHS: Final = 5
_MOST_REASONS: Final = 10
"""Choices that are told of."""
_METHODS: Final = ("GET", "POST", "PUT", "DELETE")
"""Where any method is answered: what a pair is most likely meant for."""
_WITH_BODY: Final = ("POST", "PUT", "PATCH")
_MEDIA_TYPES: Final = ("application/json", "application/xml", "text/xml", "text/html", "text/plain")
"""What a header matcher that takes one of them was most likely written for."""


class Draft(Struct, frozen=True):
    """A request for a pair, and whom the mock server would take it to be for."""

    candidate: Candidate
    destination: str | None

    @property
    def seen(self) -> Seen:
        """The request as Hoverfly sees it."""
        return as_seen(self.candidate.asked, self.destination)


def drafts(wanted: Wanted, hints: tuple[str, ...] = ()) -> Iterator[Draft]:
    """Requests for a pair, the likeliest first; at least one, if only to say why nothing can be sent.

    ``hints`` are identifiers out of the pair's own answer.
    """
    destination = _destination(wanted)
    found = (_checked(candidate, wanted, destination) for candidate in _Parts(wanted, hints).candidates())
    accepted = (draft for draft in found if draft is not None)
    first = next(accepted, None)
    yield first or Draft(_hopeless(wanted), destination)
    yield from accepted


def _destination(wanted: Wanted) -> str | None:
    """The host that a request would be for; ``None`` if it is not known. Nothing is ever sent there."""
    if not wanted.destination:
        return ""
    try:
        return next(values(wanted.destination)).text
    except Refusal:
        return None


def _checked(candidate: Candidate, wanted: Wanted, destination: str | None) -> Draft | None:
    """The candidate as it may be used; ``None`` if the pair does not answer it after all."""
    draft = Draft(candidate, destination)
    if not candidate.grade.is_sendable:
        return draft
    asked = candidate.asked
    truth = answers(replace(wanted, destination=()), draft.seen)
    if truth is False:
        return None
    if truth is None and candidate.grade is Grade.EXACT:
        reason = "a matcher of the pair could not be checked against this request"
        candidate = candidate.weakened(Grade.CHOSEN, reason)
    texts = (asked.path, encode_query(asked.query), asked.body or "")
    if word := next(filter(None, map(placeholder, texts)), ""):
        candidate = candidate.weakened(Grade.NEEDS_INPUT, f"the request has {word} where a value was")
    return Draft(candidate, destination)


def _hopeless(wanted: Wanted) -> Candidate:
    path = literal(wanted.path) or "/"
    reason = "no request was found that the pair's own matchers accept"
    asked = Asked(literal(wanted.method) or "GET", encode_path(path if path.startswith("/") else f"/{path}"))
    return Candidate(asked, Grade.UNRESOLVABLE, (reason,))


class _Parts(Struct):
    """One pair's wishes on their way to requests."""

    wanted: Wanted
    hints: tuple[str, ...]
    reasons: list[str] = field(default_factory=list)
    """What was chosen, and why."""

    def candidates(self) -> Iterator[Candidate]:
        methods, is_chosen = self._methods()
        try:
            query = tuple(self._query())
            body = self._body()
            headers = tuple(self._headers(body))
        except Refusal as refusal:
            asked = Asked(methods[0], _any_path(self.wanted))
            yield Candidate(asked, Grade.UNRESOLVABLE, (refusal.reason,))
            return
        if body and not any(name.lower() == "content-type" for name, _ in headers):
            shown = FORM_TYPE if _forms(self.wanted.body) else content_type_of(body)
            headers = (*headers, ("Content-Type", shown)) if shown else headers
        for method in methods:
            base = Candidate(Asked(method, "/", query, headers, body))
            if is_chosen:
                base = base.weakened(Grade.CHOSEN, f"several methods are answered, {method} was chosen")
            for reason in self._said(method, body):
                base = base.weakened(Grade.CHOSEN, reason)
            yield from self._with_paths(base)

    def _said(self, method: str, body: str | None) -> Iterable[str]:
        yield from islice(dict.fromkeys(self.reasons), _MOST_REASONS)
        if method in _WITH_BODY and body is None and literal(self.wanted.body) is None:
            yield "any body is answered, and none is sent"

    def _methods(self) -> tuple[list[str], bool]:
        """The methods to ask with, and whether others would do."""
        if not self.wanted.method:
            has_body = any(not all_hold((matcher,), "") for matcher in self.wanted.body)
            return (["POST"] if has_body else list(_METHODS)), True
        only = literal(self.wanted.method)
        if only is not None:
            return [only], False
        found = [method for method in (*_METHODS, "PATCH", "HEAD") if all_hold(self.wanted.method, method)]
        return found or ["GET"], True

    def _with_paths(self, base: Candidate) -> Iterator[Candidate]:
        asked = base.asked
        if not self.wanted.path:
            yield base.weakened(Grade.UNRESOLVABLE, "the pair answers every path")
            return
        try:
            found = list(islice(values(self.wanted.path, in_path=True, hints=self.hints), _PATHS))
        except Refusal as refusal:
            hopeless = replace(base, asked=replace(asked, path=_any_path(self.wanted)))
            yield hopeless.weakened(Grade.UNRESOLVABLE, refusal.reason)
            return
        matcher = self.wanted.path[0]
        for value in found:
            text = value.text
            if not text.startswith("/"):
                continue
            candidate = replace(base, asked=replace(asked, path=encode_path(text)))
            reason = f"one path that {matcher.kind} `{matcher.text[:80]}` accepts"
            yield candidate if value.is_exact else candidate.weakened(Grade.CHOSEN, reason)

    def _query(self) -> Iterator[Header]:
        if self.wanted.query is None:
            yield from self._whole_query()
        for name, matchers in (self.wanted.query or {}).items():
            only = literal(matchers)
            if only is not None and JOINT in only:
                self.reasons.append(f"`{name}` of the query was taken for several values")
            listed = items(matchers) if only is None else only.split(JOINT)
            if listed is None:
                listed = [self._chosen(matchers, f"`{name}` of the query").text]
            yield from ((name, text) for text in listed)

    def _whole_query(self) -> Iterator[Header]:
        """The query as one text; left open it is none."""
        if all_hold(self.wanted.whole_query, "") is not True:
            yield from split_pairs(self._chosen(self.wanted.whole_query, "the query").text)

    def _headers(self, body: str | None) -> Iterator[Header]:
        own = content_type_of(body) if body else ""
        usual = (own, *_MEDIA_TYPES) if own else _MEDIA_TYPES
        for name, matchers in self.wanted.headers.items():
            listed = items(matchers)
            if listed is None:
                known = len(self.reasons)
                likely = usual if name.lower() in ("accept", "content-type") else ()
                listed = [self._chosen(matchers, f"the header `{name}`", likely).text]
                if is_credential(name):
                    # it is not sent, so that it was chosen makes the request no less exact
                    del self.reasons[known:]
            yield from ((name, text) for text in listed)

    def _body(self) -> str | None:
        matchers = self.wanted.body
        if forms := _forms(matchers):
            pairs = [
                (name, self._chosen(inner, f"`{name}` of the form").text)
                for form in forms
                for name, inner in form.fields.items()
            ]
            return encode_query(pairs)
        if all_hold(matchers, ""):
            return None
        return self._chosen(matchers, "the body").text

    def _chosen(self, matchers: Matchers, what: str, usual: tuple[str, ...] = ()) -> Value:
        """A text for a part. Raises ``Refusal`` if none is known."""
        try:
            value = next(values(matchers, usual=usual)) if matchers else Value(usual[0] if usual else "x", False)
        except Refusal as refusal:
            raise Refusal(f"{what}: {refusal.reason}") from refusal
        if not value.is_exact:
            self.reasons.append(f"{what} was chosen among those that are answered")
        return value


def _forms(matchers: Matchers) -> list[Matcher]:
    return [matcher for matcher in matchers if matcher.kind == FORM]


def _any_path(wanted: Wanted) -> str:
    text = next((matcher.text for matcher in wanted.path if matcher.text.startswith("/")), "/")
    return encode_path(text)
