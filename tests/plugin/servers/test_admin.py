"""Journals that are off, gone, slow or hostile: a reason comes out, and nothing else."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from driftwatch.plugin.servers import admin as admin_module
from driftwatch.plugin.servers.admin import MOST, Admin
from driftwatch.plugin.servers.mockserver import MockServerJournal
from driftwatch.plugin.servers.mountebank import MountebankJournal
from driftwatch.plugin.servers.served import Journal, Unanswered
from driftwatch.plugin.servers.wiremock import WireMockJournal
from tests.node import free_port
from tests.servers import Answer, Caller, Received, json_answer, misbehave, serve

JOURNALS: dict[str, Callable[[Admin], Journal]] = {
    "wiremock": WireMockJournal,
    "mountebank": MountebankJournal,
    "mockserver": MockServerJournal,
}
DEEP = "[" * 100_000
HOSTILE = {
    "no json": (json_answer("<html>"), "no journal of this kind"),
    "another form": (json_answer('{"requests": 7, "imposters": 7, "options": 7}'), "no journal of this kind"),
    "deep": (json_answer('{"requests": ' + DEEP), "no journal of this kind"),
    "not text": (Answer(200, (), b'{"\xff": '), "no journal of this kind"),
    "too large": (Answer(200, (), b" " * (MOST + 1)), "empty it between tests"),
    "refused": (json_answer("{}", 403), "answers 403"),
    "elsewhere": (Answer(302, (("Location", "http://127.0.0.1:1/"),)), "answers 302"),
}


@pytest.fixture
def admin() -> Iterator[Callable[[str], Admin]]:
    """Makes one for a URL, and closes it."""
    made: list[Admin] = []

    def make(url: str) -> Admin:
        made.append(Admin(url))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("kind", JOURNALS)
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_answers(case: str, kind: str, admin: Callable[[str], Admin]) -> None:
    """Whatever the server says ends as a sentence of our own."""
    answer, reason = HOSTILE[case]
    with serve(lambda _: answer) as running, pytest.raises(Unanswered) as refused:
        JOURNALS[kind](admin(running.url)).served(())
    assert reason in refused.value.reason


def test_a_journal_that_is_off(admin: Callable[[str], Admin]) -> None:
    """Some versions of WireMock say so in an answer instead of an error."""
    off = json_answer('{"requests": [], "requestJournalDisabled": true}')
    with serve(lambda _: off) as running, pytest.raises(Unanswered) as refused:
        WireMockJournal(admin(running.url)).begin()
    assert refused.value.is_final
    assert "--no-request-journal" in refused.value.reason


def test_nobody_listens(admin: Callable[[str], Admin]) -> None:
    """It may come later, so it is asked again."""
    with pytest.raises(Unanswered) as refused:
        WireMockJournal(admin(f"http://127.0.0.1:{free_port()}")).served(())
    assert refused.value.reason == "no connection (ConnectionRefusedError)"
    assert not refused.value.is_final


def silent(caller: Caller) -> None:
    """Never answers."""
    caller.read_request()
    caller.stopping.wait(30)


def dripping(caller: Caller) -> None:
    """Never ends."""
    caller.read_request()
    caller.sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not caller.stopping.wait(0.02):
        caller.sock.sendall(b" ")


@pytest.mark.parametrize(("script", "bound"), [(silent, "_PATIENCE"), (dripping, "_LONGEST")])
def test_slow_servers(
    script: Callable[[Caller], None], bound: str, admin: Callable[[str], Admin], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is late may answer the next time; a run waits in vain for so long and no longer."""
    module = "driftwatch.plugin.servers.admin"
    monkeypatch.setattr(f"{module}.{bound}", 0.1)
    with misbehave(script) as running:
        monkeypatch.setattr(f"{module}._MOST_LOST", 1.5 * admin_module._PATIENCE)
        asked = WireMockJournal(admin(running.url))
        for is_final in (False, True):
            with pytest.raises(Unanswered) as refused:
                asked.served(())
            assert refused.value.is_slow
            assert refused.value.is_final is is_final


def test_one_connection(admin: Callable[[str], Admin]) -> None:
    """It is kept, and made anew once where the server has closed it meanwhile."""
    connections: list[int] = []

    def journal(received: Received) -> Answer:
        connections.append(received.connection)
        headers = (("Connection", "close"),) if len(connections) == 2 else ()
        return json_answer('{"requests": []}', headers=headers)

    with serve(journal) as running:
        wiremock = WireMockJournal(admin(running.url))
        for _ in range(4):
            wiremock.served(())
    assert connections == [0, 0, 1, 1]


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "http://user:pass@127.0.0.1", "http://127.0.0.1/?a=b"])
def test_wrong_urls(url: str) -> None:
    """They are told with what would be right, and without what was written."""
    with pytest.raises(ValueError, match=r"http://127\.0\.0\.1:8080") as refused:
        Admin(url)
    assert "pass" not in str(refused.value)


@pytest.mark.parametrize(
    "host", ["93.184.216.34", "203.0.113.7", "169.254.169.254", "[fe80::1]", "0.0.0.0", "[2606:4700::1111]"]
)
def test_only_near_hosts_are_asked(host: str, admin: Callable[[str], Admin], monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback and private addresses; nothing goes out to any other, nor to a cloud's metadata service."""
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was made"))
    with pytest.raises(Unanswered) as refused:
        WireMockJournal(admin(f"http://{host}:1")).served(())
    assert "neither loopback nor private" in refused.value.reason
    assert refused.value.is_final


def test_requests_out_of_order(admin: Callable[[str], Admin]) -> None:
    """WireMock shows a slow request later than a quick one that came after it: it is told all the same, once."""
    told = {"quick": 1000, "slow": 950}
    shown = ["quick"]

    def journal(_: Received) -> Answer:
        events = [
            {"id": name, "wasMatched": True, "request": {"url": "/" + name, "method": "GET", "loggedDate": told[name]},
             "stubMapping": {"id": name, "name": name, "request": {}}}
            for name in shown
        ]  # fmt: skip
        return json_answer(json.dumps({"requests": events}))

    with serve(journal) as running, closing(admin(running.url)) as asked:
        wiremock = WireMockJournal(asked)
        assert [one.touch.name for one in wiremock.served(())] == ["quick"]
        shown.append("slow")
        assert [one.touch.name for one in wiremock.served(())] == ["slow"]
        assert wiremock.served(()) == []
