"""WireMock.Net mappings: ``__admin/mappings/*.json`` with one mapping or a list of them, and files beside them.

Facts from WireMock-Net/WireMock.Net @ 35cd06b4 and wiremock/WireMock.Net @ c7f4984 (``MappingModel``,
``WireMockServer.ConvertMapping``, ``MatcherMapper``, ``MappingMatcher``). Json.NET reads the files: with comments and
trailing commas, often after a byte order mark. WireMock of Java writes the same names in small letters.
"""

import re
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.asking.contest import Contest
from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.wiremock_net import folders
from driftwatch.mocks.formats.wiremock_net.mapping import NAME, Mapping, ordered, read_mapping
from driftwatch.mocks.formats.wiremock_net.model import Model
from driftwatch.mocks.refusal import Refusal, Step
from driftwatch.mocks.text.documents import Document, Options, Syntax
from driftwatch.model.interaction import Ignored

__all__ = ["NAME", "home", "read", "recognises", "serve"]

_REQUEST: Final = frozenset(["path", "url", "methods", "params", "headers", "cookies", "body", "clientip"])
_RESPONSE: Final = frozenset(
    [
        "statuscode", "body", "bodyasjson", "bodyasbytes", "bodyasfile", "bodydestination", "proxyurl",
        "usetransformer", "fault", "headers", "headersraw", "delay", "minimumrandomdelay",
    ]
)  # fmt: skip
_OF_A_LOG: Final = ("MappingGuid", "RequestMatchResult", "PartialMappingGuid", "PartialRequestMatchResult")
_OF_A_CALL: Final = ("DateTime", "AbsoluteUrl", "AbsolutePath", "Method")
_MARKS: Final = (
    re.compile(r'"Request"\s*:\s*\{'),
    re.compile(r'"(?:Matchers|Methods|BodyAsJson|BodyAsFile|StatusCode|UseTransformer)"\s*:'),
)
"""Names that stand together in such files only, for those too broken to be parsed."""


def recognises(document: Document) -> bool:
    """A ``.json`` file with a mapping or a list of them, or with the server's log; a broken one by its marks."""
    if document.suffix != ".json" or (document.syntax is not Syntax.JSON and document.problem is None):
        return False
    if document.problem is not None:
        is_named = folders.is_inside(document) and "Request" in document.text
        return is_named or all(mark.search(document.text) for mark in _MARKS)
    listed = _listed(document.value)
    is_certain = folders.is_inside(document)
    return any(_is_mapping(value, is_certain=is_certain) for value in listed) or _is_log(listed)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _is_mapping(value: object, *, is_certain: bool) -> bool:
    if not isinstance(value, dict):
        return False
    request, response = value.get("Request"), value.get("Response")
    if not isinstance(request, dict) or not isinstance(response, dict) or _is_call(value):
        return False
    asks, answers = _has(request, _REQUEST), _has(response, _RESPONSE)
    if is_certain or "Guid" in value:
        return asks or answers or not (request or response)
    return asks and (answers or not response)


def _has(fields: dict[str, object], names: frozenset[str]) -> bool:
    """Whether one of the names is there, in letters of any case."""
    return any(name.lower() in names for name in fields)


def _is_call(value: object) -> bool:
    """Whether it is an entry of the server's log."""
    if not isinstance(value, dict):
        return False
    request = value.get("Request")
    is_told = isinstance(request, dict) and any(name in request for name in _OF_A_CALL)
    return is_told and (
        any(name in value for name in _OF_A_LOG) or ("Guid" in value and "DateTime" in value["Request"])
    )


def _is_log(listed: list[object]) -> bool:
    return bool(listed) and all(_is_call(value) for value in listed)


def read(document: Document) -> Iterator[Reading]:
    """The mappings of one file alone, as if no other file belonged to its server."""
    server = serve(home(document))
    yield from server.add(document)
    yield from server.close()


def home(document: Document) -> str:
    """The folder above ``__admin/mappings``; mappings elsewhere belong to the mocks folder itself."""
    return folders.home(document)


def serve(home: str) -> "WireMockNet":
    """A server without mappings."""
    return WireMockNet(home)


class WireMockNet:
    """One server: the mappings of all its files, among which one answers."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._mappings: list[Mapping] = []
        self._options = Options()

    def add(self, document: Document) -> Iterator[Reading]:
        """Read a file's mappings; those that cannot be read come out at once."""
        self._options = document.options
        if document.problem is not None:
            yield document.unreadable(NAME, document.problem)
            return
        listed = _listed(document.value)
        if _is_log(listed):
            yield Ignored(document.file, "WireMock.Net's log of requests, not mappings")
            return
        seen: dict[str, int] = {}
        switched_off = 0
        for index, value in enumerate(listed):
            steps: tuple[Step, ...] = (index,) if isinstance(document.value, list) else ()
            if isinstance(value, dict) and Model(value, document, steps).flag("IsDisabled"):
                switched_off += 1
                continue
            try:
                mapping = read_mapping(value, document, self._home, *steps)
            except Refusal as refusal:
                yield document.unreadable(NAME, refusal.below(steps), *steps)
                continue
            seen[mapping.mock_id] = ordinal = seen.get(mapping.mock_id, 0) + 1
            self._mappings.append(mapping if ordinal == 1 else mapping.renamed(f"{mapping.mock_id}-{ordinal}"))
        if switched_off:
            are = "s are" if switched_off > 1 else " is"
            yield Ignored(document.file, f"{switched_off} mapping{are} switched off and not served")

    def close(self) -> Iterator[Reading]:
        """All mappings, each with what stands in front of it."""
        yield from Contest(NAME, self._options).settle(ordered(self._mappings))
