"""MockServer's log: what each expectation answered, and the expectations that are loaded.

Facts from MockServer 5.15.0 and 8.0.0: ``PUT /mockserver/retrieve?type=REQUEST_RESPONSES&format=LOG_ENTRIES`` shows the
whole log, or what fits a request in the body; 8.0.0 names the expectation in ``expectationId``, 5.15.0 on the last line
of the message, after ``from expectation:``. An expectation without an id gets one that is made of its contents.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct, field

from driftwatch.model.use import Touch
from driftwatch.plugin.servers.admin import Admin
from driftwatch.plugin.servers.calls import Call
from driftwatch.plugin.servers.served import News, Served, Unanswered, asked, port_of

KIND: Final = "mockserver"
_PATH: Final = "/mockserver/retrieve"
_LOG: Final = {"type": "REQUEST_RESPONSES", "format": "LOG_ENTRIES"}
_EXPECTATIONS: Final = {"type": "ACTIVE_EXPECTATIONS", "format": "JSON"}
_ANSWERED: Final = "EXPECTATION_RESPONSE"
_FROM: Final = "from expectation:"
_LARGE: Final = 200
"""Entries from which on only those of this process's own calls are asked for."""
_PLAIN: Final = re.compile(r"/[A-Za-z0-9/_~-]*\Z")
"""Paths without a sign that has a meaning in a regular expression or an encoding."""
_MOST_PATHS: Final = 20


class _Request(Struct):
    method: object = ""
    path: object = ""
    remoteAddress: str = ""  # noqa: N815 - MockServer's name


class _Entry(Struct):
    type: str = ""
    timestamp: str = ""
    correlationId: str = ""  # noqa: N815
    expectationId: str = ""  # noqa: N815
    httpRequest: _Request | list[_Request] = field(default_factory=_Request)  # noqa: N815
    message: list[str] | str = ""


class MockServerJournal:
    """One server's log. It cannot be asked for what is new: what was seen is remembered."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin
        self._news = News()
        self._names: dict[str, str] = {}
        self._size = 0

    def begin(self) -> None:
        """What was served so far is nobody's. Raises ``Unanswered``."""
        self.served(())

    def served(self, calls: Sequence[Call]) -> list[Served]:
        """See ``Journal``. Of a long log only what this process has asked for, where it did ask."""
        paths = sorted({call.path for call in calls})
        is_narrow = self._size > _LARGE and 0 < len(paths) <= _MOST_PATHS and all(map(_PLAIN.match, paths))
        body = msgspec.json.encode({"path": "|".join(paths)}) if is_narrow else b""
        entries = self._admin.ask("PUT", _PATH, list[_Entry], _LOG, body)
        if not is_narrow:
            self._size = len(entries)
        return [self._served(entry) for entry in self._news.among(_keyed(entries)) if entry.type == _ANSWERED]

    def _served(self, entry: _Entry) -> Served:
        request, expectation = _request(entry), _expectation(entry)
        method, path = _text(request.method) or "GET", _text(request.path)
        touch = Touch(KIND, mock_id=expectation, name=self._name_of(expectation), method=method.upper(), url=path)
        return Served(asked(method, path), touch, port=port_of(request.remoteAddress))

    def _name_of(self, expectation: str) -> str:
        """What driftwatch calls an expectation that has no id in its file; empty if it is not loaded any more."""
        if expectation and expectation not in self._names:
            # loaded only once an expectation has answered
            from driftwatch.mocks.formats.mockserver.expectation import digest  # noqa: PLC0415

            try:
                loaded = self._admin.ask("PUT", _PATH, list[dict[str, object]], _EXPECTATIONS)
            except Unanswered:
                loaded = []
            self._names |= {str(one.get("id")): digest(one) for one in loaded}
            self._names.setdefault(expectation, "")
        return self._names.get(expectation, "")


def _keyed(entries: list[_Entry]) -> Iterator[tuple[tuple[str, ...], _Entry]]:
    for entry in entries:
        request = _request(entry)
        asked_for = _text(request.method), _text(request.path), request.remoteAddress
        yield (entry.timestamp, entry.correlationId, *asked_for, _expectation(entry)), entry


def _request(entry: _Entry) -> _Request:
    shown = entry.httpRequest
    return (shown[0] if shown else _Request()) if isinstance(shown, list) else shown


def _expectation(entry: _Entry) -> str:
    if entry.expectationId:
        return entry.expectationId
    lines = entry.message.split("\n") if isinstance(entry.message, str) else entry.message
    told = [line.strip() for line in lines[-4:] if line.strip()]
    return told[-1] if len(told) > 1 and told[-2] == _FROM else ""


def _text(value: object) -> str:
    """A method or path, which is plain text unless it is negated or a matcher."""
    if isinstance(value, dict):
        value = value.get("value")
    return value if isinstance(value, str) else ""
