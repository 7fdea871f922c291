"""``driftwatch findings`` and the memory of ``driftwatch audit``, from the terminal."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from driftwatch.reports.schemas import interface_schema
from driftwatch.transport.clock import SystemClock
from tests.cli.calling import Ran, call, plain_environment, spawn, write_config, write_stub
from tests.servers import Answer, json_answer, serve

WHY: Final = ("--owner", "ann", "--reason", "ticket 12")


def _day(days: int) -> str:
    return f"{(SystemClock().now() + timedelta(days=days)).date()}"


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """A team with two lies, one of them mild; ``staging.json`` is where the service's answer may be changed."""
    write_stub(tmp_path / "mocks", "/users/1", {"id": 1, "email": "a@example.com"})
    write_stub(tmp_path / "mocks", "/orders/1", {"id": 1, "total": 10})
    routes = {"/users/1": json_answer('{"id": 2}'), "/orders/1": json_answer('{"id": 2, "total": null}')}
    with serve(routes) as running:
        yield write_config(tmp_path, {"it": {"mocks": "mocks", "target": running.url}})


def _audit(config: Path, capsys: pytest.CaptureFixture[str], *more: str) -> Ran:
    return call(capsys, "audit", "--config", config, *more)


def _list(config: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[dict[str, Any]]:
    ran = call(capsys, "findings", "list", "--config", config, "--format", "json", *more)
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)
    violations = Draft202012Validator(interface_schema("findings-1")).iter_errors(document)
    assert [error.message for error in violations] == []
    found: list[dict[str, Any]] = document["findings"]
    return found


def test_a_config_keeps_a_memory_beside_it(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody set anything up: the second audit knows the first, and nothing of it is committed by accident."""
    first = _audit(config, capsys, "--format", "json")
    second = json.loads(_audit(config, capsys, "--format", "json").out)
    assert first.code == 1
    began = json.loads(first.out)["run"]["started_at"]
    assert {finding["first_seen"] for finding in second["findings"]} == {began}
    assert (config.parent / ".driftwatch" / ".gitignore").read_text() == "*\n"
    (recorded,) = [event for event in first.events if event["event"] == "store.recorded"]
    assert recorded["events"] == {"new": 2}


def test_without_a_config_nothing_is_kept(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first report in one command leaves no trace; a store that is named is used."""
    target = json.loads(config.read_text())["providers"]["it"]["target"]
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    monkeypatch.chdir(empty)
    call(capsys, "audit", "--mocks", tmp_path / "mocks", "--target", target)
    assert list(empty.iterdir()) == []
    monkeypatch.setenv("DRIFTWATCH_STORE", "kept.db")
    call(capsys, "audit", "--mocks", tmp_path / "mocks", "--target", target)
    assert (empty / "kept.db").exists()
    assert "2 findings" in call(capsys, "findings", "list").out


def test_a_store_may_be_left_out(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``store: none`` keeps nothing, and ``findings`` says that there is nothing."""
    settings = json.loads(config.read_text()) | {"store": "none"}
    config.write_text(json.dumps(settings))
    assert _audit(config, capsys).code == 1
    assert not (config.parent / ".driftwatch").exists()
    ran = call(capsys, "findings", "list", "--config", config)
    assert (ran.code, ran.out) == (2, "")
    assert "nothing is remembered" in ran.err


@pytest.mark.parametrize(("written", "code"), [(True, 3), (False, 0)], ids=["chosen", "usual"])
def test_a_store_in_trouble_costs_no_report(
    config: Path, capsys: pytest.CaptureFixture[str], written: bool, code: int
) -> None:
    """The report is whole and the log says why and what to do; only a store that was asked for fails the run."""
    folder = config.parent / ".driftwatch"
    folder.mkdir()
    (folder / "driftwatch.db").write_text("no database, but long enough to be looked at as one" * 9)
    if written:
        settings = json.loads(config.read_text()) | {"store": ".driftwatch/driftwatch.db"}
        config.write_text(json.dumps(settings))
    ran = _audit(config, capsys, "--fail-on", "never")
    assert ran.code == code
    assert "2 interactions" in ran.out or "interactions 2" in ran.out
    (told,) = (event for event in ran.events if event["event"] == "store.failed")
    assert "no database" in str(told["problem"])
    assert "Move it away" in str(told["remedy"])
    refused = call(capsys, "findings", "list", "--config", config)
    assert (refused.code, refused.out) == (2, "")
    assert "Move it away" in refused.err


def test_findings_are_listed_by_what_one_asks_for(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By provider, kind, severity and state; the gravest first."""
    _audit(config, capsys)
    everything = _list(config, capsys)
    assert [finding["severity"] for finding in everything] == ["breaking", "warning"]
    assert [f["kind"] for f in _list(config, capsys, "--kind", "field-missing")] == ["field-missing"]
    assert _list(config, capsys, "--severity", "breaking", "--provider", "it")
    assert _list(config, capsys, "--state", "resolved") == []
    plain = call(capsys, "findings", "list", "--config", config).out
    assert everything[0]["fingerprint"] in plain
    assert "2 findings" in plain


def test_one_finding_is_named_by_its_first_digits(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As many as tell it from all others; all that is known of it is shown."""
    _audit(config, capsys)
    name = _list(config, capsys, "--kind", "field-missing")[0]["fingerprint"]
    shown = call(capsys, "findings", "show", name[:8], "--config", config)
    assert shown.code == 0
    assert all(word in shown.out for word in (name, "field-missing", "/email", "mocks/mappings/users-1.json:1"))
    alone = json.loads(call(capsys, "findings", "show", name, "--config", config, "--format", "json").out)
    assert [finding["fingerprint"] for finding in alone["findings"]] == [name]


def test_a_finding_is_acknowledged_suppressed_and_reopened(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with owner, reason and end; the next audit heeds it, and the history tells it all."""
    _audit(config, capsys)
    name = _list(config, capsys, "--kind", "field-missing")[0]["fingerprint"]
    place = ("--config", str(config))
    acked = call(capsys, "findings", "ack", name[:6], *WHY, "--until", _day(9), *place)
    assert (acked.code, acked.out) == (0, f"{name} is acknowledged: field-missing at /email.\n")
    assert _list(config, capsys, "--state", "acknowledged")[0]["acknowledged"] == {
        "owner": "ann", "reason": "ticket 12", "until": _day(9),
    }  # fmt: skip
    assert _audit(config, capsys, "--fail-on", "breaking").code == 1, "acknowledged is not forgiven"
    assert call(capsys, "findings", "suppress", name, *WHY, "--until", _day(9), *place).code == 0
    hidden = _audit(config, capsys, "--format", "json", "--fail-on", "breaking")
    report = json.loads(hidden.out)
    assert (hidden.code, report["totals"]["suppressed"]) == (0, 1)
    assert report["suppressions"][0]["where"] == "driftwatch findings"
    assert call(capsys, "findings", "reopen", name, *WHY, *place).code == 0
    assert _audit(config, capsys, "--fail-on", "breaking").code == 1
    document = json.loads(call(capsys, "findings", "history", name, "--format", "json", *place).out)
    assert list(Draft202012Validator(interface_schema("history-1")).iter_errors(document)) == []
    assert [event["change"] for event in document["events"]] == [
        "new", "acknowledged", "suppressed", "reopened-by-hand",
    ]  # fmt: skip
    told = call(capsys, "findings", "history", name, *place).out
    assert f"suppressed until {_day(9)}, ann: ticket 12" in told


REFUSED: Final = {
    "no such digits": (("show", "zzz"), "no beginning of a fingerprint"),
    "no such finding": (("show", "0123456789abcdef"), "no finding begins with"),
    "an unknown kind": (("list", "--kind", "field-mising"), "field-missing"),
    "an unknown provider": (("list", "--provider", "itt"), "`it`"),
    "an unknown state": (("list", "--state", "opne"), "open"),
    "no owner": (("ack", "{name}", "--reason", "x", "--until", _day(1)), "--owner"),
    "no end": (("suppress", "{name}", *WHY), "--until"),
    "an empty reason": (("ack", "{name}", "--owner", "a", "--reason", " ", "--until", _day(1)), "--reason"),
    "an end that is over": (("ack", "{name}", *WHY, "--until", _day(-2)), "is over"),
    "an end too far away": (("ack", "{name}", *WHY, "--until", _day(182)), "180 days"),
    "nothing to take back": (("reopen", "{name}", *WHY), "nothing to take back"),
    "no store there": (("list", "--store", "absent.db"), "there is no store"),
    "a store of another kind": (("list", "--store", "mysql://x/y"), "mysql"),
}


@pytest.mark.parametrize(("words", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_meant(
    config: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    """It ends with 2 and a sentence that helps; nothing is changed."""
    _audit(config, capsys)
    before = _list(config, capsys)
    name = before[0]["fingerprint"]
    ran = call(capsys, "findings", *(word.format(name=name) for word in words), "--config", config)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert _list(config, capsys) == before


SECRET: Final = "sk_live_do_not_keep_me"
PERSON: Final = "Ada.Lovelace@example.com"


def test_no_secret_and_no_body_rests(tmp_path: Path) -> None:
    """Planted in mocks, answers, headers, the URL and the credentials: none of it is in the files of the store."""
    body = {
        "id": 7, "password": SECRET, "token": SECRET, "owner": PERSON, "state": "PAID", "note": f"call {PERSON}",
        "keys": {SECRET: 1}, "list": [PERSON, SECRET], "rate": 4711.25,
    }  # fmt: skip
    mocked = {**body, "id": 1, "gone": SECRET, "state": "OPEN", "rate": 1.5, "typed": 1, "password": "mock-secret-1"}
    write_stub(
        tmp_path / "mocks", "/users/1", mocked, headers={"Content-Type": "application/json", "X-Api-Key": SECRET}
    )
    write_stub(tmp_path / "mocks", f"/users/find?token={SECRET}", mocked, name="found")
    answer = json_answer(json.dumps({**body, "typed": SECRET, "extra": SECRET}))
    routes = {"/users/1": answer, "/users/find": Answer(500, (("X-Debug", SECRET),), SECRET.encode())}
    with serve(routes) as running:
        config = write_config(
            tmp_path,
            {
                "it": {
                    "mocks": "mocks", "target": running.url, "auth": {"bearer": {"token": "${env:PLANTED}"}},
                    "headers": {"X-Gateway": "${env:PLANTED}"},
                }
            },
        )  # fmt: skip
        for _ in range(2):
            ran = spawn("audit", "--config", config, environment=plain_environment(PLANTED=SECRET))
            assert ran.code in (1, 3), ran.err
    folder = tmp_path / ".driftwatch"
    kept = b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
    assert b"field-missing" in kept, "findings rest there"
    for planted in (SECRET, PERSON, "Lovelace", "mock-secret-1", "4711.25", "PAID"):
        assert planted.encode() not in kept, planted
