"""Mountebank's imposters: the matches of each stub, which ``mb --debug`` keeps, or else the requests alone.

Facts from mountebank 2.9.1: ``GET /imposters`` counts the requests of each imposter; ``GET /imposters/<port>`` shows
``stubs[].matches`` with ``--debug``, and ``requests`` where the imposter says ``recordRequests`` or ``mb`` runs with
``--mock``; ``GET /config`` tells the options. Both only grow, and are shown whole. A request that no stub matched is in
``requests`` alone.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from driftwatch.model.use import Touch
from driftwatch.plugin.servers.admin import Admin
from driftwatch.plugin.servers.calls import Call
from driftwatch.plugin.servers.served import News, Served, Unanswered, asked, port_of

KIND: Final = "mountebank"
_HTTP: Final = ("http", "https")


class _Request(Struct):
    method: str = ""
    path: str = ""
    requestFrom: str = ""  # noqa: N815 - mountebank's name
    timestamp: str = ""


class _Match(Struct):
    timestamp: str = ""
    request: _Request = field(default_factory=_Request)


class _Stub(Struct):
    predicates: list[object] = []
    matches: list[_Match] = []


class _Counted(Struct):
    port: int = 0
    protocol: str = ""
    numberOfRequests: int = 0  # noqa: N815


class _List(Struct):
    imposters: list[_Counted] = []


class _Imposter(Struct):
    port: int = 0
    name: str | None = None
    recordRequests: bool = False  # noqa: N815
    stubs: list[_Stub] = []
    requests: list[_Request] = []


class _Options(Struct):
    debug: bool = False
    mock: bool = False


class _Config(Struct):
    options: _Options = field(default_factory=_Options)


class MountebankJournal:
    """All imposters of one mountebank, read on from where they were left."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin
        self._counts: dict[int, int] = {}
        """How many requests each imposter had when it was read, by port."""
        self._news = News()
        self._options: _Options | None = None

    def begin(self) -> None:
        """What was served so far is nobody's. Raises ``Unanswered``."""
        self.served(())

    def served(self, calls: Sequence[Call]) -> list[Served]:
        """See ``Journal``. Only imposters that were asked since the last time are read."""
        del calls
        if self._options is None:
            self._options = self._admin.ask("GET", "/config", _Config, {}).options
        found: list[tuple[str, Served]] = []
        is_noted = True
        for one in self._admin.ask("GET", "/imposters", _List, {}).imposters:
            if one.protocol not in _HTTP or one.numberOfRequests == self._counts.get(one.port, 0):
                continue
            imposter = self._admin.ask("GET", f"/imposters/{one.port}", _Imposter, {})
            self._counts[one.port] = one.numberOfRequests
            is_noted = is_noted and (self._options.debug or self._options.mock or imposter.recordRequests)
            found += self._news.among(_keyed(imposter, is_debugging=self._options.debug))
        if not found and not is_noted:
            raise Unanswered("it notes neither matches nor requests; start it with `mb --debug`", is_final=True)
        return [served for _, served in sorted(found, key=lambda pair: pair[0])]


def _keyed(imposter: _Imposter, *, is_debugging: bool) -> Iterator[tuple[tuple[str, ...], tuple[str, Served]]]:
    """What each stub answered, with its time; where mountebank does not tell, what was asked at all."""
    noted: list[tuple[str, _Request, _Stub | None]]
    if is_debugging:
        noted = [(match.timestamp, match.request, stub) for stub in imposter.stubs for match in stub.matches]
    else:
        noted = [(request.timestamp, request, None) for request in imposter.requests]
    for at, request, stub in noted:
        key = (str(imposter.port), at, request.requestFrom, request.method, request.path)
        yield key, (at, _served(imposter, request, stub))


def _served(imposter: _Imposter, request: _Request, stub: _Stub | None) -> Served:
    mock_id = ""
    if stub is not None:
        # loaded only once a stub has answered
        from driftwatch.mocks.formats.mountebank.imposter import stub_id  # noqa: PLC0415

        mock_id = stub_id({"name": imposter.name, "port": imposter.port}, stub.predicates)
    path = request.path.partition("?")[0]
    touch = Touch(KIND, mock_id=mock_id, method=request.method.upper(), url=path)
    return Served(asked(request.method, request.path), touch, port=port_of(request.requestFrom))
