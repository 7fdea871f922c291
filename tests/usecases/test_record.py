"""From exchanges to a tape: nothing of anybody in it, what belongs together stays together, all is accounted for."""

import json
from datetime import timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from driftwatch.model.errors import UsageError
from driftwatch.model.interaction import Ignored, Unreadable
from driftwatch.model.recording import Recording
from driftwatch.model.redaction import Rules
from driftwatch.model.traffic import Heard, HeardReading, Medium
from driftwatch.usecases.record import Wanted, record
from driftwatch.usecases.takes import Filter
from tests.fakes import SetClock

NOW: Final = SetClock().moment
JSON: Final = (("content-type", "application/json"), ("Set-Cookie", "sid=s3cr3t"), ("X-Request-Id", "r-77"))
USER: Final = {
    "id": 48213,
    "name": "Ada Lovelace",
    "email": "ada@corp.example",
    "plan": "PRO",
    "token": "s3cr3t-t0ken-48213",
}


def heard(target: str, said: Any, status: int = 200, **more: Any) -> Heard:
    """A GET of api.example.com that was answered with JSON."""
    path, _, query = target.partition("?")
    pairs = tuple((name, value) for name, _, value in (pair.partition("=") for pair in query.split("&") if pair))
    one = Heard(
        Medium.HAR, "a.har", "GET", path, pairs, status, "api.example.com", NOW, b"", JSON, json.dumps(said).encode()
    )
    return replace(one, **more)


def recorded(*readings: HeardReading, **wanted: Any) -> Recording:
    """What becomes of them."""
    return record(readings, Wanted(**{"provider": "shop", "base_url": "", **wanted}))


def test_what_belongs_together_stays_together() -> None:
    """An id has one stand-in in paths, queries, bodies and headers, and none of it is the real one."""
    tape = recorded(
        heard("/users/48213", USER),
        heard("/orders?user_id=48213", [{"id": 5, "user_id": 48213}]),
        heard("/users/48213/home", {}, 302, headers=(("Location", "/users/48213/start"),), body=b""),
    ).tape
    one, two, three = tape.dialogues
    stand_in = one.path.removeprefix("/users/")
    assert stand_in.isdigit()
    assert stand_in != "48213"
    assert json.loads(one.replies[0].body)["id"] == int(stand_in)
    assert two.query == (("user_id", stand_in),)
    assert json.loads(two.replies[0].body)[0]["user_id"] == int(stand_in)
    assert three.path == f"/users/{stand_in}/home"
    assert three.replies[0].headers == (("Location", f"/users/{stand_in}/start"),)


def test_nothing_of_anybody_is_left() -> None:
    """Names, addresses and tokens are replaced, words of programs stay, and only a few headers are kept."""
    (dialogue,) = recorded(heard("/users/48213", USER)).tape.dialogues
    said = json.loads(dialogue.replies[0].body)
    assert said["plan"] == "PRO"
    assert said.keys() == USER.keys()
    told = repr(dialogue)
    assert [secret for secret in ("Ada", "Lovelace", "corp.example", "48213", "s3cr3t", "r-77") if secret in told] == []
    assert [name for name, _ in dialogue.replies[0].headers] == ["content-type"]


def test_the_operator_has_the_last_word() -> None:
    """More names and places are replaced, others stay as they are, and further headers are kept."""
    body = {"sku": "AB12345", "diagnosis": "OK", "note": {"text": "PLAIN"}}
    headers = (("Content-Type", "application/json"), ("X-Total-Pages", "3"))
    rules = Rules(names=("diagnosis",), paths=("/note/text",), headers=("x-total-pages",), keep=("sku",))
    (dialogue,) = recorded(heard("/a", body, headers=headers), rules=rules).tape.dialogues
    said = json.loads(dialogue.replies[0].body)
    assert said["sku"] == "AB12345"
    assert said["diagnosis"] != "OK"
    assert said["note"]["text"] != "PLAIN"
    assert dialogue.replies[0].headers == headers


def test_what_was_sent() -> None:
    """JSON and forms keep their form and get their media type; what nobody kept is unknown."""
    form = heard("/login", {}, method="POST", request_body=b"user=ada%40corp.example&password=hunter2&lang=en")
    document = heard("/users", {}, method="POST", request_body=b'{"email": "ada@corp.example", "n": 2}')
    lost = heard("/lost", {}, method="POST", request_body=None)
    tape = recorded(form, document, lost).tape
    kinds = {one.path: one.media_type for one in tape.dialogues}
    assert kinds == {"/login": "application/x-www-form-urlencoded", "/users": "application/json", "/lost": ""}
    bodies = {one.path: one.body for one in tape.dialogues}
    assert bodies["/lost"] is None
    assert (bodies["/login"] or b"").endswith(b"&lang=en")
    assert json.loads(bodies["/users"] or b"")["n"] == 2
    assert b"corp.example" not in b"".join(body or b"" for body in bodies.values())
    assert b"hunter2" not in (bodies["/login"] or b"")


def test_questions_that_become_one() -> None:
    """What stands for two odd paths may be one path: it is one mock then, with the answers of both."""
    (dialogue,) = recorded(heard("/a\0b", {"one": 1}), heard("/a\0b\0c", {"two": 2})).tape.dialogues
    assert [json.loads(reply.body) for reply in dialogue.replies] == [{"one": 1}, {"two": 2}]


def test_headers_that_no_server_can_send() -> None:
    """A line end in a recorded value would become a header of its own: that header is left out."""
    headers = (*JSON, ("Location", "/a\r\nSet-Cookie: x=1"), ("Vary", "Accept"))
    (dialogue,) = recorded(heard("/a", {}, 201, headers=headers)).tape.dialogues
    assert [name for name, _ in dialogue.replies[0].headers] == ["content-type", "Vary"]


def test_everything_is_accounted_for() -> None:
    """What was heard is in a mock, alike, unwanted or left out; files that could not be read are told."""
    told = recorded(
        heard("/users/1", {"id": 1}), heard("/users/2", {"id": 2}), heard("/users/3", {"id": 3}),
        heard("/other", {}), heard("/users/4", None, body=None), heard("/users/5", None, body=b"\xff\xfe\x00"),
        Unreadable("b.har", "har", "torn"), Ignored("c.txt", "no recording"),
        filter=Filter(paths=("/users/*",)),
    )  # fmt: skip
    left = sum(one.exchanges for one in told.left_out)
    assert (told.exchanges, told.answers, told.alike, told.unwanted, left) == (6, 1, 2, 1, 2)
    assert [one.file for one in told.unreadable] == ["b.har"]
    assert [one.file for one in told.ignored] == ["c.txt"]


def test_paths_are_told_below_the_base_url() -> None:
    """As audits will ask for them; what lies beside it is another service's."""
    told = recorded(heard("/api/users", []), heard("/login", []), base_url="https://api.example.com/api")
    assert [one.path for one in told.tape.dialogues] == ["/users"]
    assert [one.operation for one in told.left_out] == ["GET /login"]


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("api.example.com", "https://api.example.com"),
        ("localhost:8080", "http://localhost:8080"),
        ("", "http://localhost"),
    ],
)
def test_the_base_url_is_that_of_the_host(host: str, url: str) -> None:
    """Where no config names a target, recordings tell where it was."""
    assert recorded(heard("/a", 1, host=host)).tape.base_url == url


def test_mocks_imitate_one_host() -> None:
    """Where several were recorded, somebody has to say which is meant."""
    with pytest.raises(UsageError, match=r"2 hosts.*--host: api\.example\.com \(2\), cdn\.example\.com \(1\)"):
        recorded(heard("/a", 1), heard("/b", 1), heard("/c", 1, host="cdn.example.com"))


def test_one_exchange_may_be_meant() -> None:
    """The newest of those that fit, or the one nearest to a moment."""
    exchanges = [heard(f"/users/{n}", {"n": n}, at=NOW + timedelta(hours=n)) for n in (1, 3, 2)]
    at = NOW + timedelta(minutes=100)
    newest = recorded(*exchanges, is_one=True, rules=Rules(keep=("n",)), title="it").tape
    nearest = recorded(*exchanges, is_one=True, rules=Rules(keep=("n",)), filter=Filter(at=at)).tape
    assert [json.loads(one.replies[0].body) for one in newest.dialogues] == [{"n": 3}]
    assert [json.loads(one.replies[0].body) for one in nearest.dialogues] == [{"n": 2}]
    assert newest.called == "it"


def test_the_same_recording_makes_the_same_tape() -> None:
    """Stand-ins are drawn from nothing that changes from run to run."""
    exchanges = [heard("/users/48213", USER), heard("/users/77", {**USER, "id": 77, "plan": None})]
    assert recorded(*exchanges) == recorded(*exchanges)


def test_probes_are_told_below_the_base_url_already() -> None:
    """What an audit asks for as ``/api/users`` is there at ``/api/api/users``, where the target ends with ``/api``."""
    told = recorded(heard("/api/users", [], host=""), base_url="https://api.example.com/api", is_below=True)
    assert [one.path for one in told.tape.dialogues] == ["/api/users"]
