"""From a stub's predicates to concrete requests: literal where they can be, chosen and checked where they must be."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.answers.script_values import UNKNOWN, as_script_text
from driftwatch.mocks.answers.scrubbed import placeholder
from driftwatch.mocks.asking.candidates import FORM, Asked, Candidate, content_type_of
from driftwatch.mocks.asking.headers import is_credential
from driftwatch.mocks.asking.requests import encode_path, encode_query, encode_segment, parse_query
from driftwatch.mocks.asking.truth import Truth, every
from driftwatch.mocks.formats.mountebank.config import HOLE
from driftwatch.mocks.formats.mountebank.judgement import holds
from driftwatch.mocks.formats.mountebank.predicate import Predicate, branches
from driftwatch.mocks.formats.mountebank.wishes import Wish, choices, document
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text
from driftwatch.model.interaction import Grade, Header

_CANDIDATES: Final = 8
_PATHS: Final = 5
_OPEN: Final = re.compile(r"\{\{\s*([\w.$-]{1,60}?)\s*\}\}|\{([\w.-]{1,60})\}|(?<=/):([A-Za-z_]\w{0,60})")
"""A value left to the reader in a path: ``{{x}}``, ``{x}``, ``/:x``."""
_CALLER: Final = ("ip", "requestFrom")
_METHOD: Final = re.compile(r"[A-Za-z][A-Za-z-]{0,30}")


def answers(predicates: tuple[Predicate, ...], asked: Asked) -> Truth:
    """Whether a stub with these predicates answers a request; ``None`` if that cannot be told."""
    request = as_seen(asked)
    return every(holds(predicate, request) for predicate in predicates)


def as_seen(asked: Asked) -> dict[str, object]:
    """A request with the field names of mountebank (``src/models/http/httpRequest.js``)."""
    seen: dict[str, object] = {
        "method": asked.method,
        "path": asked.path,
        "query": _grouped(asked.query),
        "headers": _grouped(asked.headers),
        "body": asked.body or "",
        **dict.fromkeys(_CALLER, UNKNOWN),
    }
    if asked.body and (asked.header("Content-Type") or "").partition(";")[0].strip() == FORM:
        seen["form"] = _grouped(parse_query(asked.body))
    return seen


def _grouped(pairs: tuple[Header, ...]) -> dict[str, object]:
    """One value as text, several of one name as a list."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else list(values) for name, values in found.items()}


def candidates(
    predicates: tuple[Predicate, ...], variables: Mapping[str, str], hints: tuple[str, ...] = ()
) -> Iterator[Candidate]:
    """Requests for a stub, the likeliest first; at least one, if only to say why nothing can be sent.

    ``variables`` are the team's values for path parameters, ``hints`` identifiers out of the stub's own answer.
    """
    found = islice(_accepted(predicates, variables, hints), _CANDIDATES)
    first = next(found, None)
    yield first or _hopeless(predicates)
    yield from found


def computed(predicates: tuple[Predicate, ...]) -> Candidate:
    """The request of a stub whose predicates hold what only a script knows."""
    path = HOLE.sub("{computed}", _likely_path(predicates))
    reason = "a script computes a part of the request when mountebank starts"
    return Candidate(Asked("GET", encode_path(path)), Grade.NEEDS_INPUT, (reason,), path)


def _accepted(
    predicates: tuple[Predicate, ...], variables: Mapping[str, str], hints: tuple[str, ...]
) -> Iterator[Candidate]:
    """Those the stub's own predicates accept, or may accept; complete ones come before others."""
    postponed = []
    for branch in branches(predicates):
        for draft in _Draft(branch, hints, variables).candidates():
            candidate = _checked(draft, predicates)
            if candidate is not None and candidate.grade.is_sendable:
                yield candidate
            elif candidate is not None:
                postponed.append(candidate)
    yield from postponed


def _checked(candidate: Candidate, predicates: tuple[Predicate, ...]) -> Candidate | None:
    """The candidate as it may be used; ``None`` if the stub does not answer it after all."""
    is_filled = bool(candidate.template)
    truth = answers(predicates, candidate.asked) if candidate.grade.is_sendable and not is_filled else None
    if truth is False:
        return None
    if truth is None and candidate.grade is Grade.EXACT:
        candidate = candidate.weakened(
            Grade.CHOSEN, "a predicate of the stub could not be checked against this request"
        )
    texts = (candidate.asked.path, encode_query(candidate.asked.query), candidate.asked.body or "")
    if word := next(filter(None, map(placeholder, texts)), ""):
        return candidate.weakened(Grade.NEEDS_INPUT, f"the request has {word} where a value was")
    return candidate


def _hopeless(predicates: tuple[Predicate, ...]) -> Candidate:
    method = _Draft(next(branches(predicates), ())).method()[0]
    reason = "no request was found that the stub's own predicates accept"
    return Candidate(Asked(method, encode_path(_likely_path(predicates))), Grade.UNRESOLVABLE, (reason,))


def _likely_path(predicates: tuple[Predicate, ...]) -> str:
    """A path as the first branch names it, for people; the root if it names none."""
    wishes = (wish for branch in branches(predicates) for wish in _Draft(branch).wishes("path"))
    return next((wish.text for wish in wishes if wish.text.startswith("/")), "/")


def _name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group)


class _Draft(Struct):
    """One way to satisfy a stub, on its way to requests."""

    branch: tuple[Predicate, ...]
    hints: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    is_exact: bool = field(default=True)

    def wishes(self, name: str) -> list[Wish]:
        """What is wanted of one field, the most literal first."""
        found = [
            Wish(predicate, value)
            for predicate in self.branch
            for key, value in predicate.fields.items()
            if key.lower() == name
        ]
        return sorted(found, key=lambda wish: wish.rank)

    def candidates(self) -> Iterator[Candidate]:
        method, reasons = self.method()
        try:
            self._refuse()
            query = tuple(self._pairs("query"))
            headers = tuple(self._pairs("headers"))
            body = self._body()
        except Refusal as refusal:
            yield Candidate(Asked(method, self._any_path()), Grade.UNRESOLVABLE, (refusal.reason,))
            return
        if body is not None and not any(name.lower() == "content-type" for name, _ in headers):
            shown = FORM if self.wishes("form") else content_type_of(body)
            headers = (*headers, ("Content-Type", shown)) if shown else headers
        grade = Grade.CHOSEN if reasons else Grade.EXACT
        base = Candidate(Asked(method, "/", query, headers, body), grade, tuple(reasons))
        if not self.is_exact:
            base = base.weakened(Grade.CHOSEN, "values were chosen that the stub's predicates accept")
        yield from self._with_paths(base)

    def _refuse(self) -> None:
        if any(predicate.operator == "inject" for predicate in self.branch):
            raise Refusal("a script decides whether the stub answers")
        for name in _CALLER:
            if self.wishes(name.lower()):
                raise Refusal(f"who is asking decides (`{name}`)")

    def method(self) -> tuple[str, list[str]]:
        """The method, and why another would do as well."""
        wishes = self.wishes("method")
        for wish in wishes:
            for text, is_exact in choices([wish]):
                if _METHOD.fullmatch(text):
                    return text.upper(), [] if is_exact else [f"several methods are answered, {text} was chosen"]
        has_body = bool(self.wishes("body") or self.wishes("form"))
        method = "POST" if has_body else "GET"
        return method, [f"several methods are answered, {method} was chosen"]

    def _any_path(self) -> str:
        wish = next(iter(self.wishes("path")), None)
        return encode_path(wish.text) if wish is not None and wish.text.startswith("/") else "/"

    def _with_paths(self, base: Candidate) -> Iterator[Candidate]:
        wishes = [wish for wish in self.wishes("path") if wish.predicate.operator != "exists"]
        asked = base.asked
        if not wishes:
            yield base.weakened(Grade.UNRESOLVABLE, "the stub answers every path")
            return
        try:
            found = list(islice(choices(wishes, in_path=True, hints=self.hints), _PATHS))
        except Refusal as refusal:
            hopeless = replace(base, asked=replace(asked, path=self._any_path()))
            yield hopeless.weakened(Grade.UNRESOLVABLE, refusal.reason)
            return
        for text, is_exact in found:
            if _OPEN.search(text):
                yield self._filled(base, text)
                continue
            candidate = replace(
                base, asked=replace(asked, path=encode_path(text if text.startswith("/") else f"/{text}"))
            )
            reason = f"one path that {wishes[0].predicate.operator} `{wishes[0].text[:80]}` accepts"
            yield candidate if is_exact else candidate.weakened(Grade.CHOSEN, reason)

    def _filled(self, base: Candidate, text: str) -> Candidate:
        """A path with places left open, filled in from the config."""
        names = [_name(match) for match in _OPEN.finditer(text)]
        missing = ", ".join(name for name in names if name not in self.variables)
        path = _OPEN.sub(lambda match: encode_segment(self.variables.get(_name(match), match.group())), text)
        template = _OPEN.sub(lambda match: f"{{{_name(match)}}}", text)
        candidate = replace(base, asked=replace(base.asked, path=encode_path(path)), template=template)
        if missing:
            return candidate.weakened(
                Grade.NEEDS_INPUT, f"the path has no value for {missing}; give it one in `variables`"
            )
        return candidate.weakened(Grade.CHOSEN, "the path is filled in from the config")

    def _pairs(self, name: str) -> Iterator[Header]:
        """The pairs of a query, a form or the headers."""
        by_key: dict[str, tuple[str, list[Wish]]] = {}
        for wish in self.wishes(name):
            for key, value in wish.members():
                by_key.setdefault(key.lower(), (key, []))[1].append(Wish(wish.predicate, value))
        for key, wishes in by_key.values():
            was_exact = self.is_exact
            for value in self._values(key, name, wishes):
                yield key, value
            if name == "headers" and is_credential(key):
                # it is not sent, so that it was chosen makes the request no less exact
                self.is_exact = was_exact

    def _values(self, key: str, name: str, wishes: list[Wish]) -> list[str]:
        several = next((wish.operand for wish in wishes if isinstance(wish.operand, list)), None)
        if several is not None:
            return [as_script_text(value) for value in several]
        if all(wish.is_silent for wish in wishes):
            return []
        text, is_exact = next(choices(wishes), ("", False))
        if not is_exact and not text:
            raise Refusal(f"no value is known for `{key}` of the {name}")
        self.is_exact &= is_exact
        return [text]

    def _body(self) -> str | None:
        if self.wishes("form"):
            return encode_query(self._pairs("form"))
        wishes = [wish for wish in self.wishes("body") if not wish.is_silent]
        if not wishes:
            return None
        if any(wish.is_inside_json for wish in wishes):
            self.is_exact &= all(wish.is_literal for wish in wishes)
            return json_text.encode(document(wishes))
        if all(wish.predicate.operator == "exists" for wish in wishes):
            raise Refusal("the stub wants a body, and none is known")
        text, is_exact = next(choices(wishes), ("", False))
        self.is_exact &= is_exact
        return text
