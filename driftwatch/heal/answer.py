"""One answer of a mock under repair."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.heal.sites import sites
from driftwatch.heal.tree import FixedError, Node, edits_of, planted, text_of
from driftwatch.model.edit import Change, Edit, Part
from driftwatch.model.interaction import Expectation, Header, Matcher, MatcherKind

_FIXED: Final = frozenset({MatcherKind.DYNAMIC})


class NoDocument:
    """Stands for the document of a body that is none."""


NONE: Final = NoDocument()


class Answer(Struct, eq=False):
    """What a variant says, and what was done to it."""

    original: Expectation
    document: Node | None = None
    """Its JSON document; ``None`` if its body is none."""
    status: int = 0
    headers: list[Header] = field(default_factory=list)
    text: str | None = None
    """Other text in the place of the whole body."""
    is_templated: bool = False
    """A template writes all of the body."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Paths of members that were renamed, and their new ones."""

    @classmethod
    def of(cls, original: Expectation, document: object = NONE) -> "Answer":
        """An answer as it was read; ``document`` is what its body decodes to."""
        node = None if document is NONE else planted(document, ())
        answer = cls(original, node, original.status, list(original.headers))
        for matcher in original.matchers:
            if matcher.kind in _FIXED:
                answer._fix(matcher.path)
        return answer

    def _fix(self, path: str) -> None:
        self.is_templated = self.is_templated or not path
        for site in sites(path, [self.document] if self.document is not None else [], (), by_variant=False):
            for node in site.nodes:
                node.is_fixed = True

    def header(self, name: str) -> str | None:
        """The first value of a header; ``None`` if it is not there."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    def set_header(self, name: str, value: str) -> None:
        """A header with this value alone; one that is there keeps its place and the spelling of its name."""
        lowered = name.lower()
        known = [spelled for spelled, _ in self.headers if spelled.lower() == lowered]
        if not known:
            self.headers.append((name, value))
            return
        first = next(place for place, (spelled, _) in enumerate(self.headers) if spelled.lower() == lowered)
        others = [pair for pair in self.headers[first + 1 :] if pair[0].lower() != lowered]
        self.headers = [*self.headers[:first], (known[0], value), *others]

    def drop_header(self, name: str) -> None:
        """Without that header."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]

    def put_document(self, value: object) -> None:
        """A JSON document as the whole body. Raises ``FixedError`` where a template writes some of the old one."""
        self._free()
        self.text = None
        if self.document is None:
            self.document = planted(value)
            self.document.is_other = True
        else:
            self.document.put(value)

    def put_text(self, text: str) -> None:
        """Text as the whole body. Raises ``FixedError`` likewise."""
        self._free()
        self.document, self.text = None, text

    def _free(self) -> None:
        if self.is_templated or (self.document is not None and self.document.holds_fixed):
            raise FixedError

    def edits(self) -> tuple[Edit, ...]:
        """All that was done, by places of the answer as it was read."""
        return (*self._of_status(), *self._of_headers(), *self._of_body())

    def _of_status(self) -> Iterator[Edit]:
        if self.status != self.original.status:
            yield Edit(Part.STATUS, Change.SET, value=str(self.status))

    def _of_headers(self) -> Iterator[Edit]:
        before, now = _by_name(self.original.headers), _by_name(self.headers)
        for name, (spelled, values) in before.items():
            if name not in now:
                yield Edit(Part.HEADER, Change.REMOVE, name=spelled)
            elif now[name][1] != values:
                yield Edit(Part.HEADER, Change.SET, name=spelled, value=now[name][1][0])
        for name, (spelled, values) in now.items():
            if name not in before:
                yield Edit(Part.HEADER, Change.ADD, name=spelled, value=values[0])

    def _of_body(self) -> Iterator[Edit]:
        change = Change.SET if self.original.body else Change.ADD
        if self.text is not None:
            if self.text.encode("utf-8", "surrogatepass") != (self.original.body or b""):
                yield Edit(Part.BODY, change, value=self.text, is_text=True)
        elif self.document is not None and self.document.home is None:
            yield Edit(Part.BODY, change, value=text_of(self.document.value))
        elif self.document is not None:
            yield from edits_of(self.document)

    def expectation(self) -> Expectation:
        """The answer as it is now."""
        if not self.edits():
            return self.original
        body = self.original.body
        if self.text is not None:
            body = self.text.encode("utf-8", "surrogatepass")
        elif self.document is not None:
            body = text_of(self.document.value).encode("utf-8", "surrogatepass")
        matchers = tuple(self._moved(matcher) for matcher in self.original.matchers)
        return replace(self.original, status=self.status, headers=tuple(self.headers), body=body, matchers=matchers)

    def _moved(self, matcher: Matcher) -> Matcher:
        """What is said of a renamed member is said of its new name."""
        for old, new in self.renamed.items():
            if matcher.path == old or matcher.path.startswith(f"{old}/"):
                return replace(matcher, path=new + matcher.path[len(old) :])
        return matcher


def _by_name(headers: "list[Header] | tuple[Header, ...]") -> dict[str, tuple[str, list[str]]]:
    found: dict[str, tuple[str, list[str]]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), (name, []))[1].append(value)
    return found
