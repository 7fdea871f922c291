"""A saved example in our common form, whichever notation it stands in."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.answers.bodies import encode_text, has_no_body
from driftwatch.mocks.asking.candidates import FORM, Asked, Candidate
from driftwatch.mocks.asking.client_urls import filled, open_names, read_address
from driftwatch.mocks.asking.headers import value_of
from driftwatch.mocks.asking.requests import encode_query
from driftwatch.mocks.recording.dates import recorded_at
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text import json_text, tolerant_json
from driftwatch.mocks.text.documents import Document
from driftwatch.mocks.text.nodes import to_json
from driftwatch.model.interaction import Expectation, Grade, Header, Interaction

NAME: Final = "bruno"
WITHOUT_EXAMPLE: Final = "a Bruno request without a saved example, so it holds no answer"
_MEDIA_TYPES: Final = {
    "json": "application/json", "text": "text/plain", "xml": "application/xml", "sparql": "application/sparql-query",
    "graphql": "application/json", "form-urlencoded": FORM,
}  # fmt: skip
"""What Bruno sends where a request has a body of this kind and no content type (``prepare-request.js``)."""

_UNREAD: Final = frozenset(["multipart-form", "file"])
_DEEPEST: Final = 200
"""Nesting of a request's body that is still looked through."""


class Body(Struct, frozen=True):
    """A request's body: text, or the pairs of a form. Kinds are named as in ``.bru`` (``form-urlencoded``)."""

    kind: str = "none"
    text: str = ""
    variables: str = ""
    """GraphQL only: JSON."""
    pairs: tuple[Header, ...] = ()


class Call(Struct, frozen=True):
    """A request as Bruno keeps it."""

    method: str
    url: str
    headers: tuple[Header, ...] = ()
    path_values: Mapping[str, str] = field(default_factory=dict)
    body: Body = field(default_factory=Body)
    notes: tuple[str, ...] = ()

    def candidate(self, variables: Mapping[str, str]) -> Candidate:
        """What is sent, with the variables the config knows filled in."""
        address = read_address(self.url, self.path_values, variables)
        body = self._content(variables)
        asked = Asked(self.method, address.path, address.query, self._headers(variables, body), body)
        candidate = Candidate(asked, template=address.template)
        for name in address.configured:
            candidate = candidate.weakened(Grade.CHOSEN, f"the path parameter `{name}` was taken from the config")
        if missing := (*address.missing, *open_names(body or "")):
            names = ", ".join(f"`{name}`" for name in dict.fromkeys(missing))
            reason = f"no value is known for {names}; give one in `variables`"
            candidate = candidate.weakened(Grade.NEEDS_INPUT, reason)
        if self.body.kind in _UNREAD:
            candidate = candidate.weakened(Grade.UNRESOLVABLE, "the form or file it sends is not read")
        return candidate

    def _headers(self, variables: Mapping[str, str], body: str | None) -> tuple[Header, ...]:
        headers = tuple((name, filled(value, variables)) for name, value in self.headers)
        media_type = _MEDIA_TYPES.get(self.body.kind, "")
        if body is None or not media_type or value_of(headers, "content-type"):
            return headers
        return (*headers, ("Content-Type", media_type))

    def _content(self, variables: Mapping[str, str]) -> str | None:
        body = self.body
        match body.kind:
            case kind if kind in _UNREAD:
                return None
            case "form-urlencoded":
                return encode_query((name, filled(value, variables)) for name, value in body.pairs) or None
            case "graphql":
                return _graphql(filled(body.text, variables), filled(body.variables, variables))
            case "json":
                return _without_comments(filled(body.text, variables)) or None
            case _:
                return filled(body.text, variables) or None


def _graphql(query: str, variables: str) -> str:
    try:
        values = json_text.decode(variables) if variables.strip() else {}
    except (ValueError, RecursionError):
        values = {}
    return json.dumps({"query": query, "variables": values}, ensure_ascii=False)


def _without_comments(text: str) -> str:
    """JSON as it is sent; Bruno takes comments out."""
    if "//" not in text and "/*" not in text:
        return text
    try:
        json_text.decode(text)
    except (ValueError, RecursionError):
        try:
            return to_json(tolerant_json.parse(text, _DEEPEST))
        except Refusal:
            return text
    return text


class Answer(Struct, frozen=True):
    """A saved response."""

    status: int
    headers: tuple[Header, ...] = ()
    text: str | None = None
    """``None``: the example shows no body."""
    kind: str = ""

    def expectation(self, method: str) -> tuple[Expectation, tuple[str, ...]]:
        """The answer as a claim, and what it leaves open."""
        if self.text is None or has_no_body(method, self.status):
            return Expectation(self.status, self.headers), ()
        if self.kind == "binary":
            return Expectation(self.status, self.headers), ("its body is binary, and Bruno keeps it as text only",)
        return Expectation(
            self.status, self.headers, encode_text(self.text, value_of(self.headers, "content-type"))
        ), ()


class Reader:
    """One file's examples on their way to interactions, each with an id of its own."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._ids: Counter[str] = Counter()

    def interaction(self, call: Call, answer: Answer, name: str, *steps: Step) -> Interaction:
        """An example. Examples of one request in one file are alternatives."""
        options = self._document.options
        candidate = call.candidate(options.variables)
        expectation, more = answer.expectation(call.method)
        request, left_out = candidate.request(answer.headers)
        moment, source = recorded_at("", answer.headers, options.now)
        return Interaction(
            mock_id=self.unique(call.method, call.url, call.body.text),
            format=NAME,
            origin=self._document.origin(*steps),
            request=request,
            variants=(expectation,),
            group=self._document.file,
            name=name,
            recorded_at=moment,
            recorded_from=source,
            notes=tuple(dict.fromkeys([*call.notes, *more, *left_out])),
        )

    def unique(self, *identity: str) -> str:
        """A hash of what is asked, counted on where it is asked several times."""
        digest = hashlib.sha256("\0".join(identity).encode("utf-8", "surrogatepass")).hexdigest()[:12]
        self._ids[digest] += 1
        return digest if self._ids[digest] == 1 else f"{digest}-{self._ids[digest]}"


def unswapped(code: str, text: str) -> str:
    """The status code. Bruno's import from Postman once wrote code and text in each other's place."""
    return text if not code.isdecimal() and text.isdecimal() else code


def without_answers(count: int, whole: int) -> str:
    """Why examples were left out, for the file."""
    return f"{count} of {whole} saved examples without a response: save one in Bruno, and it is audited"


def credential_notes(mode: str) -> Iterable[str]:
    """What a request's authentication means for asking it again."""
    return () if mode in ("", "none", "inherit") else (f"needs credentials from the config: {mode}",)
