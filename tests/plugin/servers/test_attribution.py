"""Whose an event in a journal is."""

import pytest
from msgspec import structs

from driftwatch.model.use import Touch
from driftwatch.plugin.servers.attribution import shared_out
from driftwatch.plugin.servers.calls import Call
from driftwatch.plugin.servers.served import News, Served, asked, port_of


def call(text: str) -> Call:
    """``GET /path``, or ``GET /path stub`` once the answer has said which stub it was."""
    method, path, *by = text.split()
    made = Call(method, path)
    made.by = by[0] if by else ""
    return made


def served(text: str) -> Served:
    """The same as the server tells it."""
    method, path, *by = text.split()
    return Served(asked(method, path), Touch("wiremock", name=text), by[0] if by else "")


CASES = {
    "alone, all is the test's own": ("serial", ["GET /a", "GET /b"], [], ["GET /a"], ["GET /a", "GET /b"], []),
    "what a tear-down asked is not the next test's": ("serial", ["GET /a", "GET /a"], ["GET /a"], [], ["GET /a"], []),
    "a test's own call goes before that of a tear-down": ("serial", ["GET /a"], ["GET /a"], ["GET /a"], ["GET /a"], []),
    "shared, what was called here is own": ("shared", ["GET /a", "GET /b"], [], ["GET /a"], ["GET /a"], ["GET /b"]),
    "shared, each call accounts for one event": (
        "shared",
        ["GET /a", "GET /a"],
        [],
        ["GET /a"],
        ["GET /a"],
        ["GET /a"],
    ),
    "the answer's own word tells two of one path apart": (
        "shared",
        ["POST /q one", "POST /q two"],
        [],
        ["POST /q two"],
        ["POST /q two"],
        ["POST /q one"],
    ),
    "queries and the spelling of a path do not matter": (
        "shared",
        ["GET /a%20b"],
        [],
        ["get /a%20b?x=1"],
        ["GET /a%20b"],
        [],
    ),
    "a call that never arrived does no harm": ("shared", [], [], ["GET /a"], [], []),
}


@pytest.mark.parametrize("case", CASES)
def test_shares(case: str) -> None:
    """By what this process called before the test and during it."""
    how, told, before, during, own, doubtful = CASES[case]
    share = shared_out(map(served, told), [*map(call, before)], [*map(call, during)], is_shared=how == "shared")
    assert [one.touch.name for one in share.own] == own
    assert [one.touch.name for one in share.doubtful] == doubtful


def test_seen() -> None:
    """Once a call of this process is found in a journal it is known that calls to it are seen."""
    assert shared_out([served("GET /a")], [], [call("GET /a")], is_shared=True).is_seen
    assert not shared_out([served("GET /a")], [], [call("GET /b")], is_shared=True).is_seen


def test_news() -> None:
    """Of events without ids that are shown whole each time, the new ones are told; equal ones each count."""
    news = News()
    first = [(("1", "a"), "first"), (("1", "a"), "second")]
    assert [*news.among(first)] == ["first", "second"]
    assert [*news.among([*first, (("1", "a"), "third"), (("2", "a"), "fourth")])] == ["third", "fourth"]
    assert [*news.among([(("3", "a"), "after a reset")])] == ["after a reset"]


def test_ports() -> None:
    """Where the server tells the client's port, two callers of one path are told apart."""
    mine, other = served("POST /pay mine"), served("POST /pay other")
    mine, other = (structs.replace(one, by="", port=port) for one, port in ((mine, "2"), (other, "1")))
    made = call("POST /pay")
    made.port = "2"
    share = shared_out([other, mine], [], [made], is_shared=True)
    assert [one.touch.name for one in share.own] == ["POST /pay mine"]
    assert [one.touch.name for one in share.doubtful] == ["POST /pay other"]


@pytest.mark.parametrize(
    ("client", "port"),
    [("127.0.0.1:7", "7"), ("::ffff:127.0.0.1:7", "7"), ("[::1]:7", "7"), ("172.17.0.1:7", ""), ("", ""), ("x", "")],
)
def test_only_ports_of_this_machine(client: str, port: str) -> None:
    """Those of others may have been translated on the way."""
    assert port_of(client) == port
