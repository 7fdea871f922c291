"""Stubby stubs, of stubby4node and of stubby4j: a list in YAML or JSON, or a file that includes such lists.

Facts from stubby4node 5.1.1 (npm ``stubby``; ``src/models/endpoint.js``, ``endpoints.js``, ``contract.js``) and
azagniotov/stubby4j @ 042c7188 (``StubMatcher``, ``RegexParser``, ``StubRequest``, ``StubResponse``, ``YamlParser``).
The two share the file and not the matching: where they differ and a file does not show whose it is, nothing is certain
(``dialect.py``). Either asks its stubs from the top. Included lists are one list, and the files they name are looked
for beside the file that includes.
"""

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Final

from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.stubby.dialect import is_stub
from driftwatch.mocks.formats.stubby.server import NAME, settle
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.mocks.text.fields import as_list, as_text
from driftwatch.model.interaction import Ignored

__all__ = ["NAME", "home", "read", "recognises", "serve"]

_INCLUDES: Final = "includes"
_INCLUDED: Final = re.compile(r"(?i)\S.*\.(?:ya?ml|json)")
_YAML_MARKS: Final = re.compile(r"(?m)^-\s+(?:\s*(?:description|uuid):.*\n\s+)?request:\s*$")
_JSON_MARKS: Final = re.compile(r'\s*\[\s*\{\s*(?:"(?:description|uuid)"\s*:\s*"[^"\n]*"\s*,\s*)?"request"\s*:\s*\{')
_URL: Final = re.compile(r"""(?m)^[\s{,]*["']?url["']?\s*:\s*["']?[/^]""")
_RESPONSE: Final = re.compile(r"""(?m)^[\s{},]*["']?response["']?\s*:""")


def recognises(document: Document) -> bool:
    """A list of stubs with ``request.url``, or a file that only includes others; a broken list by its marks."""
    if document.problem is not None:
        marks = _YAML_MARKS if document.syntax is Syntax.YAML else _JSON_MARKS
        text = document.text
        return (
            all(mark.search(text) for mark in (_URL, _RESPONSE))
            and (marks.search(text) if document.syntax is Syntax.YAML else marks.match(text)) is not None
        )
    value = document.value
    if isinstance(value, list):
        return any(map(is_stub, value))
    return _is_main(value)


def _is_main(value: object) -> bool:
    included = value.get(_INCLUDES) if isinstance(value, dict) and len(value) == 1 else None
    return isinstance(included, list) and bool(included) and all(map(_is_list_name, included))


def _is_list_name(name: object) -> bool:
    return isinstance(name, str) and _INCLUDED.fullmatch(name) is not None


def read(document: Document) -> Iterator[Reading]:
    """The stubs of one file alone."""
    server = serve(home(document))
    yield from server.add(document)
    yield from server.close()


def home(document: Document) -> str:  # noqa: ARG001 - part of the interface
    """All files of a mocks folder belong together: any of them may be included by any other."""
    return ""


def serve(home: str) -> "Stubby":  # noqa: ARG001
    """A reader without files."""
    return Stubby()


class Stubby:
    """The lists of a mocks folder: which are included by others is known when all have been seen."""

    def __init__(self) -> None:
        self._lists: dict[str, Document] = {}
        self._mains: list[Document] = []

    def add(self, document: Document) -> Iterator[Reading]:
        """Keep a file until the others are known; a broken one comes out at once."""
        if document.problem is not None:
            yield document.unreadable(NAME, document.problem)
        elif isinstance(document.value, list):
            self._lists[document.file] = document
        else:
            self._mains.append(document)

    def close(self) -> Iterator[Reading]:
        """The stubs of all lists, each list in the place where it is included first, else on its own."""
        left = dict(self._lists)
        for main in self._mains:
            names = _included(main)
            parts = [self._lists[name] for name in names.values() if name in self._lists]
            if not parts:
                yield Ignored(main.file, "includes files of which none holds stubs")
                continue
            for place, name in names.items():
                if name not in self._lists:
                    reason = f"the included file `{name[:200]}` is not there, or holds no stubs"
                    yield main.unreadable(NAME, Refusal(reason), _INCLUDES, place)
            yield from settle([part for part in parts if left.pop(part.file, None)], dirname(main.file))
        for document in left.values():
            yield from settle([document], dirname(document.file))


def _included(main: Document) -> dict[int, str]:
    """The files a main file includes by their place in it, named from the mocks folder."""
    value = main.value
    listed = as_list(value.get(_INCLUDES), _INCLUDES) if isinstance(value, dict) else []
    texts = [as_text(name).strip().replace("\\", "/") for name in listed]
    return {place: normpath(join(dirname(main.file), name)) for place, name in enumerate(texts)}
