"""What a stub asks of a whole request: whether one gets its answer, and requests that should.

Formats whose matchers are about single texts (path, query, headers, body) read them into a ``Question``; deriving a
request and checking it again is the same for all of them.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final
from urllib.parse import unquote

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.mocks.answers.scrubbed import placeholder
from driftwatch.mocks.asking.candidates import FORM, Asked, Candidate, content_type_of
from driftwatch.mocks.asking.headers import is_credential
from driftwatch.mocks.asking.named_paths import Known, NamedPath
from driftwatch.mocks.asking.requests import encode_path, encode_query, parse_query, split_target
from driftwatch.mocks.asking.truth import Truth, every, negated, some
from driftwatch.mocks.asking.wish import How, Wish, holds, values
from driftwatch.mocks.refusal import Refusal
from driftwatch.model.interaction import DISCOVERED, Grade, Header

Wishes = tuple[tuple[str, Wish], ...]
"""Names and what is asked of their values."""

MEDIA_TYPES: Final = ("application/json", "application/xml", "text/xml", "text/html", "text/plain")
"""What a header's pattern that takes one of them was most likely written for."""
_MEDIA_HEADERS: Final = frozenset(["accept", "content-type"])
_MOST_ASKED: Final = 500
"""A stub that asks for more headers, parameters and fields was not written for a request."""
_PATHS: Final = 5
_COOKIE: Final = "Cookie"
_BARE: Final = ("GET", "HEAD", "OPTIONS")
"""Methods that are sent without a body where that will do."""


class Question(Struct, frozen=True):
    """A stub's matchers, all of which must hold."""

    methods: tuple[str, ...] = ()
    """In capitals; none: every method."""
    path: Wish | NamedPath | None = None
    query: Wishes = ()
    headers: Wishes = ()
    cookies: Wishes = ()
    form: Wishes = ()
    body: Wish | None = None
    without_body: Truth = False
    """Whether a request without a body fits where the body or a form is asked about."""
    sees_target: bool = False
    """The path's pattern may be about path and query together."""
    is_open: bool = False
    """The path only says below what the stub answers, and no request is made of it."""
    undecided: str = ""
    """What else decides and cannot be told here, as the beginning of a sentence."""
    lacking: str = ""
    """What of the request the files do not say."""
    never: tuple["Question", ...] = field(default=())
    """Requests that get another answer."""

    @property
    def literal_path(self) -> str | None:
        """The only path there is, if it is known."""
        literal = self.path.literal if self.path is not None else None
        return None if literal is None or self.sees_target else encode_path(literal)

    @property
    def prefix(self) -> str:
        """What every path begins with, as far as it is known."""
        prefix = self.path.prefix if self.path is not None else ""
        # an escaped character may be spelled in several ways
        return prefix if encode_path(prefix) == prefix and "%" not in prefix else ""

    @property
    def piece(self) -> str:
        """A text that is in every path, as far as it is known."""
        piece = self.path.piece if isinstance(self.path, Wish) and not self.sees_target else ""
        return piece if encode_path(piece) == piece and "%" not in piece else ""

    @property
    def has_pattern(self) -> bool:
        """Whether the path is a regular expression, which takes longer to ask."""
        if isinstance(self.path, Wish):
            return self.path.has_pattern
        return self.path is not None and self.path.literal is None

    @property
    def wants_body(self) -> bool:
        """Whether the body is asked about."""
        return self.body is not None or bool(self.form)

    def and_(self, other: "Question") -> "Question":
        """What both ask for. Of two different paths the other one's must hold as well, but is not looked for."""
        methods = tuple(name for name in self.methods if name in other.methods) if other.methods else self.methods
        is_void = bool(self.methods and other.methods and not methods)
        path, undecided = self.path or other.path, self.undecided or other.undecided
        if isinstance(self.path, Wish) and isinstance(other.path, Wish):
            path = Wish(How.EACH, parts=(self.path, other.path))
        elif self.path is not None and other.path is not None:
            undecided = undecided or "two different paths are asked for"
        bodies = tuple(body for body in (self.body, other.body) if body is not None)
        return Question(
            methods=methods or other.methods,
            path=path,
            query=(*self.query, *other.query),
            headers=(*self.headers, *other.headers),
            cookies=(*self.cookies, *other.cookies),
            form=(*self.form, *other.form),
            body=Wish(How.EACH, parts=bodies) if len(bodies) > 1 else next(iter(bodies), None),
            without_body=every(one.without_body for one in (self, other) if one.wants_body),
            sees_target=self.sees_target or other.sees_target,
            is_open=(self.path is None or self.is_open) and (other.path is None or other.is_open),
            undecided="no method fits all that is asked for" if is_void else undecided,
            lacking=self.lacking or other.lacking,
            never=(*self.never, *other.never),
        )

    def answers(self, asked: Asked) -> Truth:
        """Whether a request gets this stub's answer; ``None`` if that cannot be told."""
        if self.methods and asked.method not in self.methods:
            return False
        path = self._answers_path(asked)
        if path is False:
            return False
        undecided = None if self.undecided or self.lacking else True
        others = every(negated(question.answers(asked)) for question in self.never)
        return every((path, every(self._answers_rest(asked)), others, undecided))

    def _answers_path(self, asked: Asked) -> Truth:
        match self.path:
            case None:
                return True
            case NamedPath():
                return self.path.holds(asked.path)
            case _:
                path = unquote(asked.path)
                spellings = dict.fromkeys((path, asked.path))
                if self.sees_target and asked.query:
                    spellings[f"{path}?{encode_query(asked.query)}"] = None
                return some(holds(self.path, text) for text in spellings)

    def _answers_rest(self, asked: Asked) -> Iterator[Truth]:
        yield from _each(self.query, asked.query)
        if self.headers:
            shown = {name.lower(): value for name, value in reversed(asked.headers)}
            yield from (holds(wish, shown.get(name.lower())) for name, wish in self.headers)
        if self.cookies:
            pairs = (pair.strip().partition("=") for pair in (asked.header(_COOKIE) or "").split(";"))
            yield from _each(self.cookies, tuple((name, value) for name, _, value in pairs))
        if asked.body is None and self.wants_body:
            yield some((self.without_body, self.body is not None and holds(self.body, None)))
            return
        yield from _each(self.form, parse_query(asked.body or ""))
        if self.body is not None:
            yield holds(self.body, asked.body)


def _each(wishes: Wishes, pairs: tuple[Header, ...]) -> Iterator[Truth]:
    if not wishes:
        return
    shown: dict[str, list[str]] = {}
    for name, value in pairs:
        shown.setdefault(name, []).append(value)
    for name, wish in wishes:
        found = shown.get(name)
        yield some(holds(wish, value) for value in found) if found else holds(wish, None)


def candidates(question: Question, known: Known) -> Iterator[Candidate]:
    """Requests for a stub, the likeliest first; at least one, if only to say why nothing can be sent."""
    found = False
    for draft in _Draft(question, known).candidates():
        candidate = _checked(draft, question)
        if candidate is not None:
            found = True
            yield candidate
    if not found:
        reason = "no request was found that the stub's own matchers accept"
        yield Candidate(Asked(_method(question)[0], _shown(question)), Grade.UNRESOLVABLE, (reason,))


def _checked(candidate: Candidate, question: Question) -> Candidate | None:
    """The candidate as it may be used; ``None`` if the stub does not answer it after all."""
    if not candidate.grade.is_sendable:
        return candidate
    truth = question.answers(candidate.asked)
    if truth is False:
        return None
    if truth is None and candidate.grade is Grade.EXACT:
        reason = "a matcher of the stub could not be checked against this request"
        candidate = candidate.weakened(Grade.CHOSEN, reason)
    asked = candidate.asked
    for text in (unquote(asked.path), encode_query(asked.query), asked.body or ""):
        if word := placeholder(text):
            return candidate.weakened(Grade.NEEDS_INPUT, f"the request has {word} where a value was")
    return candidate


def _shown(question: Question) -> str:
    """A path for people, where none can be sent."""
    match question.path:
        case NamedPath():
            return question.path.template
        case Wish(text=text) if text.lstrip("^").startswith("/"):
            return encode_path(text.lstrip("^"))
        case Wish(parts=(Wish(text=text), *_)) if text.lstrip("^").startswith("/"):
            return encode_path(text.lstrip("^"))
        case _:
            return "/"


def _method(question: Question) -> tuple[str, str]:
    """The method, and why another would do as well."""
    if len(question.methods) == 1:
        return question.methods[0], ""
    likely = ("POST", "PUT", "GET") if question.wants_body else ("GET",)
    allowed = question.methods or likely
    method = next((name for name in likely if name in allowed), allowed[0])
    return method, f"several methods are answered, {method} was chosen"


class _Draft(Struct):
    """A request on its way."""

    question: Question
    known: Known
    is_exact: bool = True

    def candidates(self) -> Iterator[Candidate]:
        question = self.question
        method, reason = _method(question)
        base = Candidate(Asked(method, _shown(question)))
        if reason:
            base = base.weakened(Grade.CHOSEN, reason)
        try:
            if sum(map(len, (question.query, question.headers, question.cookies, question.form))) > _MOST_ASKED:
                raise Refusal(f"more than {_MOST_ASKED} values of a request are asked for")
            base = self._with_parts(base)
            if question.undecided:
                raise Refusal(question.undecided)
        except Refusal as refusal:
            yield base.weakened(Grade.UNRESOLVABLE, refusal.reason)
            return
        if not self.is_exact:
            base = base.weakened(Grade.CHOSEN, "values were chosen that the stub's matchers accept")
        for candidate in self._with_paths(base):
            yield candidate.weakened(Grade.NEEDS_INPUT, question.lacking) if question.lacking else candidate

    def _with_parts(self, base: Candidate) -> Candidate:
        """The candidate with query, headers and body. Raises ``Refusal`` where no value is known."""
        question, asked = self.question, base.asked
        query = tuple(self._pairs(question.query, "query parameter"))
        headers = list(self._pairs(question.headers, "header"))
        cookies = [f"{name}={value}" for name, value in self._pairs(question.cookies, "cookie")]
        if cookies:
            headers.append((_COOKIE, "; ".join(cookies)))
        is_bare = question.without_body is True and asked.method in _BARE
        body = None if is_bare else self._body()
        names = {name.lower() for name, _ in headers}
        media_type = FORM if question.form and not is_bare else content_type_of(body or "")
        if media_type and "content-type" not in names:
            headers.append(("Content-Type", media_type))
        if not query and not headers and body is None:
            return base
        return replace(base, asked=replace(asked, query=query, headers=tuple(headers), body=body))

    def _pairs(self, wishes: Wishes, what: str) -> Iterator[Header]:
        for name, wish in wishes:
            if wish.how is How.ABSENT:
                continue
            hints = MEDIA_TYPES if what == "header" and name.lower() in _MEDIA_HEADERS else ()
            text, is_only = self._value(wish, f"the {what} `{name[:80]}`", hints)
            if what not in ("header", "cookie") or not is_credential(name):
                # what is not sent makes the request no less exact, however it was chosen
                self.is_exact &= is_only
            yield name, text

    def _value(self, wish: Wish, what: str, hints: tuple[str, ...] = ()) -> tuple[str, bool]:
        hinted = next((hint for hint in hints if _is_open(wish) and holds(wish, hint)), None)
        if hinted is not None:
            return hinted, False
        try:
            found = next((value for value in values(wish) if holds(wish, value[0]) is not False), None)
        except Refusal as refusal:
            raise Refusal(f"{what}: {refusal.reason}") from refusal
        if found is None:
            raise Refusal(f"no value is known for {what}, which must be one that {wish}")
        return found

    def _body(self) -> str | None:
        if self.question.form:
            return encode_query(self._pairs(self.question.form, "form field"))
        wish = self.question.body
        is_known = not (self.question.lacking or self.question.undecided)
        if wish is None or wish.how is How.ABSENT or (wish.how is How.PRESENT and not is_known):
            return None
        text, is_only = self._value(wish, "the body")
        self.is_exact &= is_only
        return text

    def _with_paths(self, base: Candidate) -> Iterator[Candidate]:
        path, asked = self.question.path, base.asked
        if path is None or self.question.is_open:
            yield base.weakened(Grade.UNRESOLVABLE, "the stub answers every path")
        elif isinstance(path, NamedPath):
            filled = path.filled(self.known)
            template = path.template if path.literal is None else ""
            candidate = replace(base, asked=replace(asked, path=filled.path), template=template)
            yield candidate if filled.grade is Grade.EXACT else candidate.weakened(filled.grade, filled.reason)
        else:
            yield from self._matching(path, base)

    def _matching(self, path: Wish, base: Candidate) -> Iterator[Candidate]:
        identifier = self.known.variables.get(DISCOVERED, "") or self.known.answer.get("id", "")
        try:
            found = list(islice(values(path, in_path=True, hints=(identifier,) if identifier else ()), _PATHS))
        except Refusal as refusal:
            yield base.weakened(Grade.UNRESOLVABLE, refusal.reason)
            return
        for text, is_only in found:
            target = split_target(text) if self.question.sees_target else None
            asked = replace(base.asked, path=encode_path(text if text.startswith("/") else f"/{text}"))
            if target is not None and target.raw_query:
                asked = replace(asked, path=target.path, query=(*target.query, *asked.query))
            candidate = replace(base, asked=asked)
            yield candidate if is_only else candidate.weakened(Grade.CHOSEN, f"one path that {path}")


def _is_open(wish: Wish) -> bool:
    """Whether a matcher takes many texts, so that a likely one is better than a short one."""
    if wish.how in (How.WHOLE, How.WITHIN, How.GLOB, How.PRESENT, How.PART, How.START):
        return wish.how in (How.PRESENT, How.GLOB) or any(sign in wish.text for sign in "\\*+.?[(|")
    return wish.how is not How.UNSURE and any(_is_open(part) for part in wish.parts)
