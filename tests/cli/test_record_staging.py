"""``driftwatch record``: staging asked as by an audit, and an incident's exchange as a mock with a guard."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import call, write_config, write_stub
from tests.cli.recording import ENTRIES, SHOP, files, har, told
from tests.servers import Answer, Received, json_answer, serve
from tests.staging import staging


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with a recording, which is the current one."""
    har(tmp_path / "shop.har", *ENTRIES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_staging_is_asked_as_by_an_audit(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only safe questions of the mocks, with the operator's manners; what was not asked, or no answer, is told."""
    for path, method in (("/users/7", "GET"), ("/orders", "POST"), ("/down", "GET")):
        write_stub(here / "mocks", path, {"id": 1}, method=method)
    routes = {
        "GET /users/{id}": {"body": {"id": "{id}", "email": "ada@corp.example"}},
        "GET /down": {"status": 503, "body": {}},
    }
    with staging({"routes": routes}) as service:
        ran = call(
            capsys, "record", "--staging", "--mocks", "mocks", "--target", service.url, "--format", "vcrpy", "--output",
            "new", "--json",
        )  # fmt: skip
        methods = {visit.request.method for visit in service.visits}
    document = told(ran)
    assert methods == {"GET"}
    assert [one["operation"] for one in document["mocks"]] == ["GET /users/{id}"]
    assert [one["operation"] for one in document["left_out"]] == ["GET /down"]
    assert [one["operation"] for one in document["unasked"]] == ["POST /orders"]
    assert b"corp.example" not in b"".join(files(here / "new").values())


def test_staging_is_left_as_it_was(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No consent and no journey of the config is acted on, and the day's budget holds from run to run."""
    write_stub(here / "mocks", "/users/7", {"id": 1})
    write_stub(here / "mocks", "/users/8", {"id": 1})
    write_stub(here / "mocks", "/orders", {"id": 1}, method="POST")
    consent = {
        "operation": "POST /orders",
        "sandbox": "Everybody agreed on 2 May 2026.",
        "capture": {"id": "$.id"},
        "clean_up": [{"request": "DELETE /orders/{{id}}"}],
        "idempotency_key": "auto",
    }
    probing = {"daily_budget": 3, "consent": [consent]}
    with staging({"routes": {"GET /users/{id}": {"body": {"id": 5}}}}) as service:
        write_config(here, {"shop": {"mocks": "mocks", "target": service.url, "probing": probing}})
        first = told(call(capsys, "record", "--staging", "--format", "har", "--output", "one", "--json"))
        again = call(capsys, "record", "--staging", "--format", "har", "--output", "two", "--json")
        assert {visit.request.method for visit in service.visits} == {"GET"}
        assert len(service.visits) == 3
    assert len(first["mocks"]) == 1
    assert again.code == 3
    assert any("budget" in one["reason"] for one in told(again)["left_out"])


def yaml_config(here: Path, target: str) -> Path:
    """A config as people write it, which probes without waiting."""
    config = here / "driftwatch.yaml"
    probing = "probing: {samples: 2, spacing_seconds: 0, rate: 1000}"
    text = f"# ours\n{probing}\nproviders:\n  shop:\n    mocks: mocks  # here\n    target: {target}\n"
    config.write_text(text, encoding="utf-8")
    return config


def guard(capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    """One exchange of the recording as a guard."""
    arguments = ("--format", "wiremock", "--output", "mocks", "--guard", "null-email", "--at", "2026-05-01T12:01:00Z")
    return call(capsys, "record", "shop.har", *arguments, "--host", "shop.example.com", *more, "--json")


def test_an_incident_becomes_a_mock_and_a_guard(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one command: from then on every audit says whether the service still does what once broke its consumers."""
    write_stub(here / "mocks", "/true", {"ok": True})
    user: dict[str, Any] = {"id": 7, "email": None, "plan": "PRO"}

    def answer(received: Received) -> Answer:
        said = {"/true": {"ok": True}, "/users/7": user}.get(received.path)
        return Answer(404) if said is None else json_answer(json.dumps(said))

    with serve(answer) as running:
        config = yaml_config(here, running.url)
        made = guard(capsys, "--ask", "/users/7", "--sentence", "An e-mail address may be null.")
        assert (made.code, told(made)["guard"]) == (0, "null-email")
        assert "mocks: mocks  # here\n" in config.read_text(encoding="utf-8")
        report = json.loads(call(capsys, "audit", "--format", "json").out)
        assert [(one["name"], one["verdict"], one["is_verified"]) for one in report["guards"]] == [
            ("null-email", "verified", True)
        ]
        del user["plan"]
        fallen = call(capsys, "audit")
        assert "null-email is drifted" in fallen.out
        assert "An e-mail address may be null." in " ".join(fallen.out.split())
        (here / "mocks" / "mappings" / "null-email.json").unlink()
        assert {"guard": "null-email", "verdict": "drifted"}.items() <= next(
            event.items() for event in fallen.events if event["event"] == "guard.not_verified"
        )
        gone = call(capsys, "audit", "--fail-on", "never")
        assert gone.code == 3
        assert "null-email is missing" in gone.out
        metrics = call(capsys, "audit", "--format", "prometheus").out
        assert 'driftwatch_guard_verified{guard="null-email",provider="shop"} 0.0' in metrics


def test_a_guard_says_what_it_needs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ids that staging does not know, mocks that no audit reads, a config that must be edited by hand."""
    write_stub(here / "mocks", "/true", {"ok": True})
    config = here / "driftwatch.yaml"
    config.write_text(
        json.dumps({"providers": {"shop": {"mocks": "mocks/mappings/true.json", "target": SHOP}}}), encoding="utf-8"
    )
    before = config.read_bytes()
    remarks = "\n".join(told(guard(capsys))["remarks"])
    assert "--ask" in remarks
    assert "No audit reads mocks/mappings/null-email.json" in remarks
    assert "guards:\n  null-email:\n    provider: shop\n    mock: mocks/mappings/null-email.json" in remarks
    assert config.read_bytes() == before


def test_a_guard_of_a_known_name_is_refused_before_anything_is_written(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the mock nor the config changes."""
    write_stub(here / "mocks", "/true", {"ok": True})
    yaml_config(here, SHOP)
    assert guard(capsys).code == 0
    before = files(here)
    again = guard(capsys, "--force")
    assert again.code == 2
    assert "null-email" in again.err
    assert files(here) == before
