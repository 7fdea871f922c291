"""``driftwatch heal``: what it shows, asks, writes and refuses, with a service that has moved on."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from driftwatch.reports.schemas import interface_schema
from tests.checkout.test_processes import is_alive
from tests.cli.calling import PATIENCE, Ran, Terminal, call, spawn, spawn_on, start, stop, write_config, write_stub
from tests.programs import program
from tests.repositories import git
from tests.servers import Answer, Received, json_answer, serve
from tests.waiting import wait_until

ORDER: Final = {"id": 1, "customer_name": "Ada", "total": 5}
USER: Final = {"id": 7, "name": "Ada"}
NOW: Final = {
    "/orders/1": {"id": 1, "customerName": "Eve", "total": 6},
    "/users/7": {"id": 8, "name": "Eve", "tier": "gold"},
}
"""What the service says today: an order with a renamed member, which is breaking, and a user with one more."""


class Team:
    """A folder with a config, mocks of two providers and their service."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.order = write_stub(folder / "mocks/orders", "/orders/1", ORDER)
        self.user = write_stub(folder / "mocks/users", "/users/7", USER)
        for file in (self.order, self.user):
            file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")), indent=2) + "\n", encoding="utf-8")
        self.meanwhile: list[str] = []

    def respond(self, request: Received) -> Answer:
        """Today's answer; ``meanwhile`` is what somebody writes into the user's mock while it is asked."""
        if self.meanwhile:
            self.user.write_text(self.meanwhile.pop(), encoding="utf-8")
        return json_answer(json.dumps(NOW[request.path])) if request.path in NOW else Answer(404)

    def is_as_it_was(self, *files: Path) -> bool:
        """Whether these mocks say what they said."""
        stubs = [json.loads(file.read_text(encoding="utf-8"))["response"]["jsonBody"] for file in files]
        return stubs == [{self.order: ORDER, self.user: USER}[file] for file in files]


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """It stands in the folder that tests run in."""
    monkeypatch.chdir(tmp_path)
    made = Team(tmp_path)
    with serve(made.respond) as service:
        providers = {name: {"mocks": f"mocks/{name}", "target": service.url} for name in ("orders", "users")}
        write_config(tmp_path, providers)
        yield made


def document(ran: Ran) -> dict[str, Any]:
    """The JSON document, held against its schema."""
    told: dict[str, Any] = json.loads(ran.out)
    violations = Draft202012Validator(interface_schema("heal-1")).iter_errors(told)
    assert [f"{error.json_path}: {error.message}" for error in violations] == []
    return told


def test_it_shows_and_writes_nothing(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """The diff of both files, above each the finding; all is healed, so it ends with 0."""
    ran = call(capsys, "heal")
    assert ran.code == 0
    for shown in (
        "--- a/mocks/orders/mappings/orders-1.json", '-      "customer_name": "Ada",', '+      "customerName": "Ada",',
        "breaking  field-renamed · /customer_name", "info      field-added · /tier",
        "healed   2 findings in 2 files", "written  nothing: --write",
    ):  # fmt: skip
        assert shown in ran.out
    assert "\x1b" not in ran.out
    assert team.is_as_it_was(team.order, team.user)


def test_it_writes_what_breaks_nobody(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal and without --yes the breaking one is shown and not written, and that is said."""
    ran = call(capsys, "heal", "--write")
    assert ran.code == 1
    assert "1 breaking finding not written without a yes: --yes" in ran.out
    assert "customerName" in ran.out
    assert team.is_as_it_was(team.order)
    assert not team.is_as_it_was(team.user)


def test_it_writes_everything_after_a_yes(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """And has nothing to do when it is called again."""
    assert call(capsys, "heal", "--write", "--yes").code == 0
    body = json.loads(team.order.read_text(encoding="utf-8"))["response"]["jsonBody"]
    assert body == {"id": 1, "customerName": "Ada", "total": 5}
    again = call(capsys, "heal", "--write", "--yes")
    assert again.code == 0
    assert "nothing that was asked for needs to be" in again.out


SELECTED: Final = {
    "--kind": (("--kind", "field-added"), {"field-added"}),
    "--severity": (("--severity", "warning"), {"field-renamed"}),
    "--provider": (("--provider", "users"), {"field-added"}),
    "--service": (("--service", "orders"), {"field-renamed"}),
    "--file": (("--file", "mocks/users/mappings/users-7.json"), {"field-added"}),
    "a folder": (("--file", "./mocks/orders/"), {"field-renamed"}),
    "a glob": (("--file", "mocks/*/mappings/orders-*.json"), {"field-renamed"}),
    "two kinds": (("--kind", "field-added", "--kind", "field-renamed"), {"field-added", "field-renamed"}),
    "what does not agree": (("--kind", "field-added", "--severity", "breaking"), set()),
}


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("case", SELECTED)
def test_it_heals_what_is_selected(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings by kind, severity, service and file; all options must agree, and the rest is no reason to end with 1."""
    words, expected = SELECTED[case]
    ran = call(capsys, "heal", *words, "--format", "json")
    assert ran.code == 0
    assert {finding["kind"] for finding in document(ran)["healed"]} == expected


def test_it_heals_one_finding(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """By the first digits of its fingerprint, in capitals or not."""
    both = document(call(capsys, "heal", "--format", "json"))["healed"]
    (wanted,) = (finding["fingerprint"] for finding in both if finding["kind"] == "field-added")
    told = document(call(capsys, "heal", "--finding", wanted[:6].upper(), "--format", "json", "--write"))
    assert [finding["fingerprint"] for finding in told["healed"]] == [wanted]
    assert team.is_as_it_was(team.order)
    assert not team.is_as_it_was(team.user)


MISSPELT: Final = {
    "a kind": (("--kind", "field-renam"), "`field-renamed`"),
    "a provider": (("--provider", "order"), "`orders`"),
    "a file": (("--file", "mocks/order"), "`mocks/orders`"),
    "a file without mocks": (("--file", "driftwatch.yaml"), "holds no mock of this audit"),
    "a fingerprint": (("--finding", "zzzz"), "no finding of this audit begins so"),
    "a branch alone": (("--branch", "heal"), "belong together"),
    "a commit alone": (("--commit",), "belong together"),
    "a branch of no checkout": (("--branch", "heal", "--commit"), "needs a git checkout"),
    "an output that cannot be": (("--output", "absent/heal.patch"), "there is no folder absent"),
    "no tests": (("--verify", " "), "it is empty"),
    "an empty fingerprint": (("--finding", ""), "one is empty"),
    "an empty file": (("--file", ""), "one is empty"),
    "an output that is a mock": (("--output", "mocks/users/mappings/users-7.json"), "is a file of mocks"),
}


@pytest.mark.parametrize("case", MISSPELT)
def test_a_slip_is_told(case: str, team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 2, and the message has the nearest guess or what would be right; nothing is healed by mistake."""
    words, told = MISSPELT[case]
    ran = call(capsys, "heal", *words, "--write", "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert team.is_as_it_was(team.order, team.user)


def test_what_somebody_edits_meanwhile_is_left_alone(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """A mock that is not as the audit read it any more stays as its owner wants it; the other is healed."""
    edited = json.dumps({"request": {"method": "GET", "url": "/users/7"}, "response": {"jsonBody": {"mine": True}}})
    team.meanwhile = [edited]
    ran = call(capsys, "heal", "--write", "--yes", "--format", "json")
    told = document(ran)
    assert ran.code == 1
    assert team.user.read_text(encoding="utf-8") == edited
    assert not team.is_as_it_was(team.order)
    assert [finding["kind"] for finding in told["healed"]] == ["field-renamed"]
    assert len(told["left"]) == 1


@pytest.mark.parametrize("is_checkout", [False, True], ids=["folder", "checkout"])
def test_a_patch_that_git_applies(is_checkout: bool, team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """From the root of the checkout, or of the folder that one stands in; then nothing is left."""
    program("git", "git")
    if is_checkout:
        git(team.folder, "init", "--quiet")
        os.chdir(team.folder / "mocks")
    config = team.folder / "driftwatch.yaml"
    ran = call(capsys, "heal", "--config", config, "--output", team.folder / "heal.patch")
    assert ran.code == 0
    assert f"`git apply` takes it in {team.folder}" in " ".join(ran.out.split())
    assert team.is_as_it_was(team.order, team.user)
    subprocess.run(["git", "apply", "--check", "heal.patch"], cwd=team.folder, check=True)
    subprocess.run(["git", "apply", "heal.patch"], cwd=team.folder, check=True)
    assert not team.is_as_it_was(team.user)
    assert "nothing that was asked for needs to be" in call(capsys, "heal", "--config", config).out


STYLES: Final[dict[str, Callable[[str], bytes]]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "no newline at the end": lambda text: text.rstrip("\n").encode(),
    "tabs": lambda text: text.replace("  ", "\t").encode(),
    "one line": lambda text: json.dumps(json.loads(text)).encode(),
    "comments": lambda text: text.replace("{\n", "{ // größer\n", 1).encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
}


@pytest.mark.parametrize("style", STYLES)
def test_a_patch_of_any_file(style: str, team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever bytes the mock is made of, git applies the patch, and nothing but the change differs."""
    program("git", "git")
    git(team.folder, "init", "--quiet")
    team.user.write_bytes(STYLES[style](team.user.read_text(encoding="utf-8")))
    before = team.user.read_bytes()
    told = document(call(capsys, "heal", "--provider", "users", "--output", "heal.patch", "--format", "json"))
    assert [finding["kind"] for finding in told["healed"]] == ["field-added"]
    assert told["files"][0]["is_text"] is (style != "UTF-16")
    subprocess.run(["git", "apply", "heal.patch"], cwd=team.folder, check=True)
    assert 0 < len(team.user.read_bytes()) - len(before) < 60
    assert call(capsys, "audit", "--provider", "users", "--fail-on", "info").code == 0


def test_the_same_without_a_config(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder and a URL are enough."""
    with serve(team.respond) as service:
        ran = call(capsys, "heal", "--mocks", "mocks/users", "--target", service.url, "--write")
    assert ran.code == 0
    assert not team.is_as_it_was(team.user)


def test_mocks_that_could_not_be_checked(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """What is healed is healed, and the audit is incomplete: 3."""
    (team.folder / "mocks/users/mappings/torn.json").write_text(
        '{"request": {"urlPath": "/x"}, "resp', encoding="utf-8"
    )
    ran = call(capsys, "heal", "--provider", "users")
    assert ran.code == 3
    assert "incomplete: 1 file could not be read; `driftwatch audit` tells why" in ran.out


@pytest.mark.usefixtures("team")
def test_colours_only_on_a_terminal() -> None:
    """Red and green there, unless NO_COLOR is set."""
    coloured = spawn_on(Terminal(), "heal")
    assert '\x1b[31m-      "customer_name": "Ada",\x1b[0m' in coloured.out
    assert '\x1b[32m+      "customerName": "Ada",\x1b[0m' in coloured.out
    assert "\x1b[3" not in spawn_on(Terminal(), "heal", environment={"NO_COLOR": "1"}).out
    assert "\x1b" not in spawn("heal").out


def _answered(answer: str, *arguments: str, meanwhile: Callable[[], object] = lambda: None) -> tuple[int, str]:
    """Run it on a terminal that somebody sits at; the exit code and what was shown. They take their time to answer."""
    outer, inner = os.openpty()
    process = start("heal", *arguments, environment={"TERM": "dumb"}, stdin=inner, stdout=inner, stderr=inner)
    os.close(inner)
    shown, asked_at = b"", time.monotonic() + PATIENCE
    with process:
        try:
            while part := os.read(outer, 4096):
                shown += part
                if b"[y/N]" in shown and answer:
                    meanwhile()
                    os.write(outer, answer.encode() + b"\n")
                    answer = ""
                assert time.monotonic() < asked_at
        except OSError:  # EIO: nobody shows any more
            pass
        os.close(outer)
        return process.wait(timeout=PATIENCE), shown.decode()


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_it_asks_before_breaking_ones(answer: str, code: int, team: Team) -> None:
    """On a terminal, after the diff; a no leaves the breaking one, and the rest is written."""
    ended, shown = _answered(answer, "--write")
    assert ended == code
    assert "1 breaking finding: tests that pass now may fail. Write them as well? [y/N]" in shown
    assert shown.index("customerName") < shown.index("[y/N]")
    assert team.is_as_it_was(team.order) is (answer == "n")
    assert not team.is_as_it_was(team.user)


def test_what_somebody_edits_while_it_asks(team: Team) -> None:
    """The file is not what it was when the diff was made: it stays, and that is told."""
    ended, shown = _answered("y", "--write", meanwhile=lambda: team.user.write_text("mine", encoding="utf-8"))
    assert ended == 1
    assert team.user.read_text(encoding="utf-8") == "mine"
    assert not team.is_as_it_was(team.order)
    assert "users-7.json is not written: it was changed while it was healed" in " ".join(shown.split())


def test_it_does_not_ask_where_nothing_breaks(team: Team) -> None:
    """Nor after --yes."""
    assert _answered("", "--write", "--provider", "users")[0] == 0
    assert "[y/N]" not in _answered("", "--write", "--yes")[1]
    assert not team.is_as_it_was(team.order)


def test_two_providers_of_one_file(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that two providers' mocks share is written once, with the changes of both."""
    both = [json.loads(file.read_text(encoding="utf-8")) for file in (team.order, team.user)]
    shared = team.folder / "mocks/shared/mappings/both.json"
    shared.parent.mkdir(parents=True)
    shared.write_text(json.dumps({"mappings": both}, indent=2), encoding="utf-8")
    order, user = ({path: json_answer(json.dumps(NOW[path]))} for path in NOW)
    with serve(order) as first, serve(user) as second:
        providers = {name: {"mocks": "mocks/shared", "target": one.url} for name, one in (("a", first), ("b", second))}
        write_config(team.folder, providers)
        words = ("--kind", "field-renamed", "--kind", "field-added", "--format", "json")
        told = document(call(capsys, "heal", "--write", "--yes", *words))
    (file,) = told["files"]
    assert (file["providers"], file["is_written"], file["reason"]) == (["a", "b"], True, None)
    assert (len(file["findings"]), told["totals"]["left"]) == (2, 0)
    stubs = json.loads(shared.read_text(encoding="utf-8"))["mappings"]
    assert [sorted(stub["response"]["jsonBody"]) for stub in stubs] == [
        ["customerName", "id", "total"], ["id", "name", "tier"],
    ]  # fmt: skip


def test_stopped_while_the_tests_run(team: Team, tmp_path: Path) -> None:
    """SIGTERM is heeded: what --verify started is gone, and so is the scratch copy."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    note = tmp_path / "child"
    process = start(
        "heal", "--verify", f"sleep 300 & echo $! > {note}; wait", cwd=team.folder, environment={"TMPDIR": str(scratch)}
    )
    try:
        wait_until(lambda: note.exists() and note.read_text(encoding="ascii").endswith("\n"))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    finally:
        stop(process)
    assert process.returncode == -signal.SIGTERM
    wait_until(lambda: not is_alive(int(note.read_text(encoding="ascii"))))
    assert list(scratch.iterdir()) == []
