"""Interactions in the order in which they were recorded → a journey: what one answer gave, later requests take.

A value is captured only where it is plain that it came from an answer: nobody sent it before, it is long enough not to
be there by chance, and it stands alone in a segment of a path, in a query, in a header or in a JSON document.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.interaction import Expectation, Interaction, Request
from driftwatch.model.journey import Ask, Capture, Derived, Journey, Source, Step
from driftwatch.probes.documents import NO_DOCUMENT, document_of
from driftwatch.probes.filling import encode_segment
from driftwatch.probes.identifiers import singular

_SHORTEST: Final = 6
"""Characters of a text that is not in two places by chance; in a path one will do where an identifier stands."""
_SMALLEST: Final = 1000
"""The same of a number."""
_MOST_VALUES: Final = 2000
"""Values of one answer that are looked for."""
_DEEPEST: Final = 12
_WIDEST: Final = 20
"""Items of a list that are looked at."""
_LONGEST_WAY: Final = 300
"""Characters of a JSONPath that a person would still write."""
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VARIABLE: Final = re.compile(r"[^A-Za-z0-9]+")
_SECRET: Final = re.compile(r"(?i)passw|secret|token|api[-_]?key|credential|signature|card[-_]?number|cvc|cvv|\bpin\b")
"""Names of members whose recorded value is not written into a journey."""
_VERSION: Final = re.compile(r"v\d+|api")


class _Known(Struct, frozen=True):
    """A value that an answer gave."""

    step: int
    capture: Capture
    value: object


class _Deriving(Struct):
    known: dict[str, _Known] = field(default_factory=dict)
    """By spelling; the first answer that gave it counts."""
    sent: set[str] = field(default_factory=set)
    """What requests had before any answer gave it: the client's own."""
    used: dict[str, _Known] = field(default_factory=dict)
    """By name of the variable."""
    missing: dict[str, None] = field(default_factory=dict)

    def ask(self, request: Request) -> Ask:
        """What differs from the request as it was recorded."""
        path = self._path(request)
        query = tuple((name, self._text(value)) for name, value in request.query)
        headers = tuple((name, self._text(value)) for name, value in request.headers)
        body = self._body(request.body)
        changed = tuple(one for one, before in zip(headers, request.headers, strict=True) if one != before)
        return Ask(
            path=path if path != request.path else "",
            query=query if query != request.query else None,
            headers=changed,
            body=body,
            is_json=body is not None,
        )

    def _path(self, request: Request) -> str:
        segments = []
        for segment, named in zip(request.path.split("/"), _named(request), strict=True):
            known = self.known.get(segment) or next(
                (one for text, one in self.known.items() if encode_segment(text) == segment), None
            )
            is_plain = named.startswith("{") or _is_distinctive(segment)
            segments.append(self._taken(known) if known is not None and is_plain else segment)
        return "/".join(segments)

    def _text(self, value: str) -> str:
        known = self.known.get(value)
        return self._taken(known) if known is not None and _is_distinctive(value) else value

    def _body(self, body: bytes | None) -> str | None:
        """The document with captured values; ``None`` if it has none, or is no JSON."""
        document = document_of(body)
        if not isinstance(document, dict | list) or any(isinstance(part, list) for part in document):
            return None  # nor does a config take a list of lists for a document
        changed = self._replaced(document, "", 0)
        if changed == document:
            return None
        return json.dumps(self._without_secrets(changed, 0), ensure_ascii=False)

    def _replaced(self, node: object, name: str, depth: int) -> object:
        if depth > _DEEPEST:
            return node
        match node:
            case dict():
                return {key: self._replaced(part, key, depth + 1) for key, part in node.items()}
            case list():
                return [self._replaced(part, name, depth + 1) for part in node]
            case bool() | None:
                return node
            case str() | int():
                known = self.known.get(str(node))
                is_same = known is not None and type(known.value) is type(node)
                is_plain = _is_distinctive(str(node)) or name.lower().endswith(("id", "ref", "uuid"))
                return self._taken(known) if known is not None and is_same and is_plain else node
            case _:
                return node

    def _without_secrets(self, node: object, depth: int) -> Any:
        if isinstance(node, dict):
            return {
                key: self._open(key)
                if _SECRET.search(key) and _is_bare(part)
                else self._without_secrets(part, depth + 1)
                for key, part in node.items()
            }
        if isinstance(node, list):
            return [self._without_secrets(part, depth + 1) for part in node]
        return node

    def _open(self, name: str) -> str:
        variable = _VARIABLE.sub("_", name).strip("_").lower() or "value"
        self.missing[variable] = None
        return f"{{{{{variable}}}}}"

    def _taken(self, known: _Known) -> str:
        self.used.setdefault(known.capture.name, known)
        return f"{{{{{known.capture.name}}}}}"

    def learn(self, step: int, request: Request, answer: Expectation, names: set[str]) -> None:
        """Take in what an answer gave that nobody had sent before."""
        self.sent |= set(_sent(request))
        for capture, value in _values(answer, request):
            text = str(value)
            if not text or text in self.sent or text in self.known or len(text) > 2000:
                continue
            name = _unique(capture.name, names)
            names.add(name)
            self.known[text] = _Known(step, replace(capture, name=name), value)


def derive(interactions: Sequence[Interaction], name: str, provider: str = "") -> Derived:
    """The journey that these interactions were, in their order."""
    deriving, names, asks = _Deriving(), set[str](), []
    for place, one in enumerate(interactions):
        asks.append(deriving.ask(one.request))
        if one.variants:
            deriving.learn(place, one.request, one.variants[0], names)
    steps = [
        Step(
            mock=one.mock_id,
            ask=ask,
            captures=tuple(known.capture for known in deriving.used.values() if known.step == place),
        )
        for place, (one, ask) in enumerate(zip(interactions, asks, strict=True))
    ]
    end = _end_of_work(interactions)
    unsafe = dict.fromkeys(
        f"{one.request.method} {re.sub(r'{[^{}]*}', '*', one.request.path_template)}"
        for one in interactions
        if one.request.method not in ("GET", "HEAD", "OPTIONS")
    )
    journey = Journey(name, provider, tuple(steps[:end]), clean_up=tuple(steps[end:]))
    return Derived(journey, tuple(deriving.missing), tuple(unsafe))


def _end_of_work(interactions: Sequence[Interaction]) -> int:
    """Where the deletions begin that end the recording: they clean up, whatever happens before."""
    end = len(interactions)
    while end > 1 and interactions[end - 1].request.method == "DELETE":
        end -= 1
    return end


def _named(request: Request) -> list[str]:
    segments, named = request.path.split("/"), request.path_template.split("/")
    return named if len(named) == len(segments) else segments


def _is_distinctive(text: str) -> bool:
    if text.isdigit():
        return int(text[:20]) >= _SMALLEST
    return len(text) >= _SHORTEST and any(letter.isdigit() or letter in "-_." for letter in text)


def _is_bare(value: object) -> bool:
    return isinstance(value, str | int) and not str(value).startswith("{{")


def _sent(request: Request) -> Iterator[str]:
    yield from (segment for segment in request.path.split("/") if segment)
    yield from (value for _, value in (*request.query, *request.headers))
    document = document_of(request.body)
    if document is not NO_DOCUMENT:
        yield from (str(value) for _, value in _leaves(document, "$", 0))


def _values(answer: Expectation, request: Request) -> Iterator[tuple[Capture, object]]:
    """The values of an answer with the way to each, the plainest first."""
    one = _thing(request)
    document = document_of(answer.body)
    if document is not NO_DOCUMENT:
        for number, (path, value) in enumerate(_leaves(document, "$", 0)):
            if number >= _MOST_VALUES:
                break
            yield Capture(_name_of(path, one), Source.JSON, path), value
    for header, value in answer.headers:
        if header.lower() == "location":
            last = value.partition("?")[0].rstrip("/").rpartition("/")[2]
            yield Capture(f"{one}_id", Source.HEADER, header, r"([^/?#]+)/?(?:[?#].*)?$"), last
        elif header.lower() in ("etag", "x-request-id") or header.lower().endswith("-token"):
            yield Capture(_VARIABLE.sub("_", header).lower(), Source.HEADER, header), value


def _leaves(node: object, path: str, depth: int) -> Iterator[tuple[str, object]]:
    if depth > _DEEPEST:
        return
    match node:
        case dict():
            for name, part in node.items():
                step = f".{name}" if _PLAIN_NAME.fullmatch(name) else f"['{name}']"
                if name.isprintable() and not {"'", "\\"} & set(name) and len(path + step) <= _LONGEST_WAY:
                    yield from _leaves(part, path + step, depth + 1)
        case list():
            for place, part in enumerate(node[:_WIDEST]):
                yield from _leaves(part, f"{path}[{place}]", depth + 1)
        case bool() | None:
            return
        case str() | int():
            yield path, node


def _thing(request: Request) -> str:
    """What the request is about, in one word: ``/v1/orders/42`` → ``order``."""
    words = [part for part in _named(request) if part and "{" not in part and not _VERSION.fullmatch(part)]
    word = _VARIABLE.sub("_", words[-1]).strip("_").lower() if words else ""
    return singular(word) if word and not word[0].isdigit() else "value"


def _name_of(path: str, one: str) -> str:
    word = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2].strip("$[]'")
    word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word)
    plain = _VARIABLE.sub("_", word).strip("_").lower()
    if not plain or plain[0].isdigit():
        return one
    return f"{one}_{plain}" if plain in ("id", "uuid", "key", "name", "number") else plain


def _unique(name: str, taken: Iterable[str]) -> str:
    names = set(taken)
    number = next(
        number for number in range(1, len(names) + 2) if (name if number == 1 else f"{name}_{number}") not in names
    )
    return name if number == 1 else f"{name}_{number}"
