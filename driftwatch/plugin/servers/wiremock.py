"""WireMock's journal: ``GET /__admin/requests``, with the stub that answered each request.

Facts from WireMock 3.13.2: newest first; ``since`` is exclusive, in milliseconds of the time a request was received;
with ``--no-request-journal`` it answers 500 and names the exception. A stub whose file gives it no id has a new one in
each run, so its name goes with it or, without one, the name that driftwatch makes of its matcher.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct, field

from driftwatch.model.use import Touch
from driftwatch.plugin.servers.admin import Admin, Rejected
from driftwatch.plugin.servers.calls import Call
from driftwatch.plugin.servers.served import Served, Unanswered, asked

KIND: Final = "wiremock"
_PATH: Final = "/__admin/requests"
_LATE: Final = 100
"""Milliseconds that are asked for again: a request is noted once it is matched, by the time when it was received."""
_MOST: Final = "5000"
_OFF: Final = b"RequestJournalDisabled"


class _Request(Struct):
    url: str = ""
    method: str = ""
    loggedDate: int = 0  # noqa: N815 - WireMock's name


class _Stub(Struct):
    id: str = ""
    name: str | None = None
    request: dict[str, object] = {}
    scenarioName: str | None = None  # noqa: N815
    requiredScenarioState: str | None = None  # noqa: N815


class _Event(Struct):
    id: str = ""
    request: _Request = field(default_factory=_Request)
    wasMatched: bool = False  # noqa: N815
    stubMapping: _Stub = field(default_factory=_Stub)  # noqa: N815


class _Answer(Struct):
    requests: list[_Event] = []
    requestJournalDisabled: bool = False  # noqa: N815


class WireMockJournal:
    """One server's journal, read on from where it was left."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin
        if admin.base.endswith("/__admin"):
            admin.base = admin.base.removesuffix("/__admin")
        self._newest = 0
        """Unix milliseconds of the newest request seen; 0 before any."""
        self._begun = 0
        """The same when it was first looked at."""
        self._seen: dict[str, int] = {}
        self._names: dict[str, str] = {}

    def begin(self) -> None:
        """What was served so far is nobody's. Raises ``Unanswered``."""
        for event in self._ask({"limit": "1"}):
            self._newest = self._begun = event.request.loggedDate

    def served(self, calls: Sequence[Call]) -> list[Served]:
        """See ``Journal``. What no stub matched rests on none and is left out."""
        del calls  # what is new can be asked for
        query = {"limit": _MOST}
        if self._newest:
            query["since"] = _written(self._newest - _LATE)
        found = (event for event in reversed(self._ask(query)) if event.request.loggedDate > self._begun)
        new = [event for event in found if event.id not in self._seen]
        for event in new:
            self._newest = max(self._newest, event.request.loggedDate)
            self._seen[event.id] = event.request.loggedDate
        self._seen = {id_: at for id_, at in self._seen.items() if at >= self._newest - 2 * _LATE}
        return [self._served(event) for event in new if event.wasMatched]

    def _ask(self, query: dict[str, str]) -> list[_Event]:
        try:
            answer = self._admin.ask("GET", _PATH, _Answer, query)
        except Rejected as rejected:
            if _OFF in rejected.content:
                raise _is_off() from rejected
            raise
        if answer.requestJournalDisabled:
            raise _is_off()
        return answer.requests

    def _served(self, event: _Event) -> Served:
        stub = event.stubMapping
        touch = Touch(
            KIND,
            mock_id=stub.id,
            name=stub.name or self._name_of(stub),
            method=event.request.method.upper(),
            url=event.request.url.partition("?")[0],
        )
        return Served(asked(event.request.method, event.request.url), touch, stub.id)

    def _name_of(self, stub: _Stub) -> str:
        known = self._names.get(stub.id)
        if known is None:
            # loaded only where a stub has no name
            from driftwatch.mocks.formats.wiremock.stub import digest  # noqa: PLC0415

            state = stub.requiredScenarioState or ""
            known = digest({"request": stub.request, "scenarioName": stub.scenarioName}, state)
            self._names[stub.id] = known
        return known


def _written(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_off() -> Unanswered:
    return Unanswered("its journal is off; start it without `--no-request-journal`", is_final=True)
