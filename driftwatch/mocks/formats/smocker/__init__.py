"""Smocker mocks: a YAML or JSON list of mocks, the ``mocks.yml`` of a persisted session, and exported sessions.

Facts from smocker-dev/smocker @ c270749c (``server/types``, ``server/services``, ``server/handlers``) and its
``docs/mock.schema.json``. A file is one list, which is one server; an export of sessions (``GET /sessions``) holds
several. The ``history.yml`` beside a session tells of calls and holds no mock.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from driftwatch.mocks.format import Stub as Reading
from driftwatch.mocks.formats.smocker.matcher import NAMES
from driftwatch.mocks.formats.smocker.request import MEMBERS
from driftwatch.mocks.formats.smocker.session import NAME, read_session
from driftwatch.mocks.refusal import Step
from driftwatch.mocks.text.documents import Document, Syntax
from driftwatch.model.interaction import Ignored

__all__ = ["NAME", "read", "recognises"]

_KINDS: Final = ("response", "dynamic_response", "proxy")
_MOCK: Final = frozenset([*_KINDS, "request", "context", "state"])
_RESPONSE: Final = frozenset(["status", "headers", "body", "delay"])
_SESSION: Final = frozenset(["id", "name", "date", "history", "mocks"])
_CALL: Final = frozenset(["context", "request", "response"])
_CALL_CONTEXT: Final = frozenset(["mock_id", "mock_type", "mockid", "mocktype", "delay"])
_SECOND_DOCUMENT: Final = re.compile(r"\n---(?:\s|$)")
_BEFORE: Final = re.compile(r"(?:\s*#[^\n]*\n|\s*\n)*(?:---[^\n]*\n)?")
_CERTAIN: Final = re.compile(
    r"""(?m)["']?matcher["']?[ \t]*:[ \t]*["']?Should(?:Not)?(?:Equal|Match|Contain|Start|End|Be|Resemble|Almost)"""
    r"""|^[ \t-]*["']?(?:dynamic_response|query_params)["']?\s*:"""
)
"""Names that only Smocker's files have, for files too broken to be parsed."""
_PLAIN: Final = tuple(
    re.compile(rf"(?m)^{line}") for line in (r"- (?:#[^\n]*\n[ \t]*)?request:", r"[ \t]+path:", r".*response:")
)
"""Lines that together are Smocker's, where nothing of ``_STRANGE`` stands between them."""
_STRANGE: Final = re.compile(r"""(?m)^[ \t-]*["']?(?:uri|url|interactions|statusCode|endpoint)["']?\s*:|!!python""")


def recognises(document: Document) -> bool:
    """A list of mocks, one mock alone, sessions, or a history of calls; a broken file by its marks."""
    if document.problem is not None:
        return document.suffix in (".yml", ".yaml", ".json") and _is_broken(document.text)
    if document.syntax is Syntax.TEXT or _has_more_documents(document):
        return False
    value = document.value
    return _is_mocks(value) or _is_history(value) or _is_sessions(value)


def _is_broken(text: str) -> bool:
    if _CERTAIN.search(text):
        return True
    return all(line.search(text) for line in _PLAIN) and not _STRANGE.search(text)


def _has_more_documents(document: Document) -> bool:
    if document.syntax is not Syntax.YAML:
        return False
    start = _BEFORE.match(document.text)
    return _SECOND_DOCUMENT.search(document.text, start.end() if start else 0) is not None


def _is_mocks(value: object) -> bool:
    """One mock or several, none of which has a name that Smocker does not know."""
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(_is_mock(one) for one in listed):
        return False
    return any(_is_certain(one) or "path" in _request(one) for one in listed)


def _is_mock(value: object) -> bool:
    if not isinstance(value, dict) or not value or not value.keys() <= _MOCK:
        return False
    response = value.get("response")
    if isinstance(response, dict) and not response.keys() <= _RESPONSE:
        return False
    return _request(value).keys() <= MEMBERS and ("request" in value or any(name in value for name in _KINDS))


def _request(value: object) -> dict[str, object]:
    request = value.get("request") if isinstance(value, dict) else None
    return request if isinstance(request, dict) else {}


def _is_certain(value: object) -> bool:
    request = _request(value)
    matchers = (request.get(name) for name in MEMBERS)
    return (
        (isinstance(value, dict) and "dynamic_response" in value)
        or "query_params" in request
        or any(isinstance(one, dict) and str(one.get("matcher")) in NAMES for one in matchers)
    )


def _is_history(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(
        isinstance(one, dict)
        and one.keys() == _CALL
        and isinstance(one["context"], dict)
        and one["context"].keys() <= _CALL_CONTEXT
        and "date" in _request(one)
        for one in value
    )


def _is_sessions(value: object) -> bool:
    """An export of sessions, of which one at least holds mocks."""
    if not isinstance(value, list) or not all(isinstance(one, dict) and one.keys() <= _SESSION for one in value):
        return False
    held = [one["mocks"] for one in value if isinstance(one.get("mocks"), list) and one["mocks"]]
    return bool(held) and all(_is_mocks(mocks) for mocks in held)


def read(document: Document) -> Iterator[Reading]:
    """The mocks of a file, session by session."""
    if document.problem is not None:
        yield document.unreadable(NAME, document.problem)
        return
    value = document.value
    if _is_history(value):
        yield Ignored(document.file, "a history of calls that Smocker answered, not mocks")
        return
    ids: Counter[str] = Counter()
    for listed, steps in _sessions(value):
        yield from read_session(listed, document, ids, *steps)


def _sessions(value: object) -> Iterator[tuple[list[object], tuple[Step, ...]]]:
    if not _is_sessions(value) or not isinstance(value, list):
        yield value if isinstance(value, list) else [value], ()
        return
    for index, session in enumerate(value):
        mocks = session.get("mocks") if isinstance(session, dict) else None
        yield mocks if isinstance(mocks, list) else [], (index, "mocks")
