"""``POST /api/deploys``: who may tell of a rollout, what is understood, and what is answered."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
import requests
from jsonschema import Draft202012Validator
from structlog.testing import capture_logs

from driftwatch.daemon.board import Board
from driftwatch.model.memory import StoreError
from driftwatch.model.password import hash_password
from driftwatch.model.rollout import Rollout, Source
from driftwatch.model.secret import Secret
from driftwatch.reports.schemas import interface_schema
from driftwatch.store.memory import MemoryStore
from driftwatch.web.app import Shown, make_app
from driftwatch.web.deploys import Deploys, Desk
from driftwatch.web.exposition import Exposition
from driftwatch.web.guard import Guard
from driftwatch.web.server import Place, Server
from tests.fakes import SetClock
from tests.web.serving import PATIENCE, connected

TOKEN: Final = "a-long-token-of-a-pipeline"
TOLD: Final = {"provider": "payments", "version": "1.42.0"}
_VALIDATOR: Final = Draft202012Validator(
    interface_schema("deploy-1"), format_checker=Draft202012Validator.FORMAT_CHECKER
)


@dataclass
class Told:
    """A served endpoint, and what it keeps."""

    url: str = ""
    port: int = 0
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: SetClock = field(default_factory=SetClock)
    token: Secret | None = field(default_factory=lambda: Secret(TOKEN))
    trouble: StoreError | None = None

    def tell(
        self, document: Any = TOLD, token: str = TOKEN, method: str = "POST", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """The status of the answer, and its document, which fits its schema."""
        answer = self.ask(document, token, method, **headers)
        told = json.loads(answer.text)
        assert [error.message for error in _VALIDATOR.iter_errors(told)] == []
        if told["error"] is not None:
            assert told["error"]["status"] == answer.status_code
        return answer.status_code, told

    def ask(self, document: Any = TOLD, token: str = TOKEN, method: str = "POST", **headers: str) -> requests.Response:
        """The answer itself; a document that is bytes goes out as it is."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        named = {"Content-Type": "application/json", "Authorization": f"Bearer {token}", **headers}
        return requests.request(method, f"{self.url}/api/deploys", data=body, headers=named, timeout=PATIENCE)

    def refusal(self, document: Any, **headers: str) -> str:
        """What is said against it, with 400; nothing is kept."""
        status, told = self.tell(document, **headers)
        assert status == 400
        assert self.kept == ()
        message: str = told["error"]["message"]
        return message

    @property
    def kept(self) -> tuple[Rollout, ...]:
        """What is kept of the provider."""
        return self.store.rollouts(["payments"])


@contextmanager
def told(users: dict[str, str] | None = None) -> Iterator[Told]:
    """A server on a free port."""
    it, board = Told(), Board("0.1.0")

    def keep(rollout: Rollout) -> bool | StoreError:
        return it.trouble or it.store.note(rollout)

    desk = Desk(lambda: it.token, lambda: ("orders", "payments"), keep, it.clock)
    shown = Shown("0.1.0", Exposition(board), lambda: (), lambda: ())
    app = make_app(shown, Guard(lambda: users or {}), deploys=Deploys(desk))
    with Server(app, Place("127.0.0.1", 0)) as server:
        it.url, it.port = server.url, server.port
        yield it


@pytest.fixture
def it() -> Iterator[Told]:
    """A server that nobody else uses."""
    with told() as running:
        yield running


def test_a_rollout_is_kept_once(it: Told) -> None:
    """202 with what is kept, and 200 for the same again."""
    status, document = it.tell()
    assert status == 202
    rollout = Rollout("payments", "payments", "1.42.0", it.clock.now(), Source.WEBHOOK)
    assert it.kept == (rollout,)
    assert document["rollout"] == {
        "provider": "payments", "name": "payments", "version": "1.42.0", "revision": None,
        "at": "2026-05-01T12:00:00Z", "source": "webhook", "link": None,
    }  # fmt: skip
    assert document["is_new"] is True
    it.clock.go_on(60)
    status, document = it.tell()
    assert (status, document["is_new"]) == (200, False)
    assert it.kept == (rollout,)


def test_all_that_may_be_told(it: Told) -> None:
    """Every key, the moment in UTC; null is as good as nothing."""
    whole = {
        **TOLD, "name": "payments-api", "revision": "421", "at": "2026-05-01T13:30:00+02:00",
        "link": "https://ci.example.com/421",
    }  # fmt: skip
    status, document = it.tell(whole)
    assert status == 202
    assert document["rollout"] == {**whole, "at": "2026-05-01T11:30:00Z", "source": "webhook"}
    assert it.tell({**TOLD, "version": "2", "name": None, "link": ""})[0] == 202


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({**TOLD, "provider": "payment"}, "Did you mean 'payments'?"),
        ({"version": "1"}, "provider: there is none"),
        ({"provider": "payments"}, "version: there is none"),
        ({**TOLD, "versoin": "1"}, "versoin: there is no such key. Did you mean `version`?"),
        ({**TOLD, "version": 1.42}, "version: found the number `1.42`. Write a text, in quotes."),
        ({**TOLD, "version": None}, "version: there is no value"),
        ({**TOLD, "at": 1777636800}, "at: found the number `1777636800`"),
        ({**TOLD, "link": ["x"]}, "link: found a list of 1"),
        ({**TOLD, "at": "yesterday"}, "RFC 3339"),
        ({**TOLD, "link": "http://x"}, "https"),
        ({**TOLD, "x\n\u202e": 1}, "x\\n\\u202e: there is no such key"),
        ([TOLD], "no object"),
        ("payments", "no object"),
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b'{"provider": NaN}', "no JSON"),
        (b'{"provider": "\xff"}', "no JSON"),
        (b'{"provider": "payments", "version": "\\ud800"}', "no JSON"),
        (b"[" * 16_000, "no JSON"),
        (b'{"a":' * 3_000, "no JSON"),
    ],
)
def test_what_is_not_understood_is_refused(it: Told, document: Any, words: str) -> None:
    """With 400, what is wrong, and the nearest guess."""
    assert words in it.refusal(document)


def test_all_mistakes_are_told_at_once(it: Told) -> None:
    """Each with its key, once; a thousand unknown keys make no thousand complaints."""
    status, document = it.tell({"provider": 7, "versoin": "x", "at": "now", **{f"key-{n}": n for n in range(900)}})
    assert status == 400
    parts = [one["part"] for one in document["error"]["objections"]]
    assert (parts[0], parts[-3:]) == ("versoin", ["provider", "version", "at"])
    assert len(parts) < 20


@pytest.mark.parametrize("shown", ["", "wrong", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "\xe4\xf6"])
def test_without_the_token_nothing_is_kept(it: Told, shown: str) -> None:
    """401, and how to show it."""
    answer = it.ask(token=shown)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert it.kept == ()


def test_other_credentials_do_not_open_it() -> None:
    """The password of a user opens pages and not this, the token opens this and no page."""
    basic = f"Basic {base64.b64encode(b'ann:hunter2').decode()}"
    with told({"ann": hash_password("hunter2", b"0123456789abcdef")}) as it:
        assert it.ask(Authorization=basic).status_code == 401
        assert requests.get(f"{it.url}/metrics", headers={"Authorization": basic}, timeout=PATIENCE).ok
        shown = {"Authorization": f"Bearer {TOKEN}"}
        assert requests.get(f"{it.url}/metrics", headers=shown, timeout=PATIENCE).status_code == 401
        assert it.kept == ()
        assert it.tell()[0] == 202


def test_a_token_holds_as_long_as_the_config_says(it: Told) -> None:
    """A new one at once; without one there is nothing there."""
    it.token = Secret("another-token\n")
    assert it.tell()[0] == 401
    assert it.tell(token="another-token")[0] == 202
    assert it.tell(token="another-token", Authorization="bearer  another-token")[0] == 200
    it.token = None
    assert it.tell(token="another-token")[0] == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_it_is_told_by_post(it: Told, method: str) -> None:
    """405 for all else, with what is allowed."""
    answer = it.ask(method=method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_it_is_json(it: Told, media_type: str) -> None:
    """415 for what a form of another site could send; a parameter does no harm."""
    assert it.tell(**{"Content-Type": media_type})[0] == 415
    assert it.tell(**{"Content-Type": "Application/JSON; charset=utf-8"})[0] == 202


def test_a_body_has_a_limit(it: Told) -> None:
    """413, whether or not the length is announced."""
    assert it.ask({**TOLD, "name": "x" * 20_000}).status_code == 413
    chunks = (b" " * 1000 for _ in range(100))
    named = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    try:
        status = requests.post(f"{it.url}/api/deploys", data=chunks, headers=named, timeout=PATIENCE).status_code
    except requests.ConnectionError:  # it closed before all was sent, as it may
        status = 413
    assert status == 413
    assert it.kept == ()


def test_a_body_that_does_not_come_is_not_waited_for(it: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """408 after a while."""
    monkeypatch.setattr("driftwatch.web.deploys._PATIENCE", 0.2)
    head = (
        f"POST /api/deploys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
    )
    with connected(it.port) as sock:
        sock.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        assert sock.recv(65536).startswith(b"HTTP/1.1 408 ")


def test_who_tells_too_often_waits(it: Told) -> None:
    """429 with the time to wait; then it goes on."""
    seen = [it.tell({**TOLD, "version": str(number)})[0] for number in range(61)]
    assert seen == [202] * 60 + [429]
    assert it.ask().headers["retry-after"] == "1"
    it.clock.go_on(1)
    assert it.tell()[0] == 202


def test_guessing_is_slow_and_holds_up_nobody(it: Told) -> None:
    """After some wrong tokens every further one waits; the right one does not."""
    seen = [it.tell(token=f"guess-{number}")[0] for number in range(25)]
    assert seen == [401] * 20 + [429] * 5
    assert it.tell()[0] == 202


def test_a_store_in_trouble_is_told(it: Told) -> None:
    """503, and when to try again; nothing of where the store is."""
    it.trouble = StoreError("postgresql://db.internal", "it cannot be reached", "Check that it runs.")
    answer = it.ask()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "internal" not in answer.text


def test_the_log_tells_what_was_told_and_no_secret(it: Told) -> None:
    """A line for each rollout; strangers get one a minute, without a word of theirs."""
    with capture_logs() as log:
        it.tell()
        for number in range(5):
            it.tell(token=f"hunter2-{number}")
        it.tell({**TOLD, "link": "https://ann:hunter2@x"})
    assert [(one["event"], one["log_level"]) for one in log] == [("deploy.told", "info"), ("deploy.refused", "warning")]
    assert log[0]["provider"] == "payments"
    assert "hunter2" not in repr(log)
    assert TOKEN not in repr(log)
    assert TOKEN not in repr(Desk(lambda: it.token, tuple, it.store.note, it.clock))
