"""``driftwatch deploy``: a rollout is told where no daemon listens, and the next audit names it."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from driftwatch.reports.schemas import interface_schema
from tests.cli.calling import Ran, call, spawn, write_config, write_stub
from tests.servers import json_answer, serve


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """One provider, and a store beside the config."""
    write_stub(tmp_path / "mocks", "/payments/7", {"id": 7})
    return write_config(tmp_path, {"payments": {"mocks": "mocks", "target": "https://payments.example.com"}})


def _told(capsys: pytest.CaptureFixture[str], config: Path, *more: object) -> Ran:
    return call(capsys, "deploy", "payments", "--config", config, "--version", "1.42.0", *more)


def test_a_rollout_is_kept_once(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says so, in words and as the document of the webhook."""
    ran = _told(capsys, config, "--at", "2026-01-02T03:04:05Z")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "payments 1.42.0 is kept: a rollout of payments, 2026-01-02 03:04:05 UTC.\n"
    again = _told(capsys, config)
    assert (again.code, again.out.split(":")[0]) == (0, "payments 1.42.0 is known already")
    ran = _told(capsys, config, "--revision", "8", "--name", "api", "--link", "https://ci/8", "--format", "json")
    document = json.loads(ran.out)
    assert not list(Draft202012Validator(interface_schema("deploy-1")).iter_errors(document))
    assert (document["is_new"], document["rollout"]["source"]) == (True, "command")


def test_what_cannot_be_meant_is_refused(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With 2, everything that is wrong, and the nearest guess."""
    arguments = ("--config", config, "--version", "1\n2", "--at", "now", "--link", "http://x")
    ran = call(capsys, "deploy", "payment", *arguments)
    assert (ran.code, ran.out) == (2, "")
    for words in ("Did you mean 'payments'?", "version: ", "at: ", "link: "):
        assert words in ran.err


def test_without_a_store_there_is_nowhere_to_keep_it(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says how to name one; one that is in trouble is told as well."""
    ran = _told(capsys, config, "--store", "none")
    assert (ran.code, "--store" in ran.err) == (2, True)
    (config.parent / "torn.db").write_bytes(b"no database" * 1000)
    ran = _told(capsys, config, "--store", config.parent / "torn.db")
    assert ran.code == 2
    assert "Move it away" in ran.err


def test_the_next_audit_names_it(tmp_path: Path) -> None:
    """Audit, rollout, drift, audit: three processes, one story; `findings show` tells it, too."""
    write_stub(tmp_path / "mocks", "/payments/7", {"id": 7, "email": "a@example.com"})
    body = ['{"id": 7, "email": "b@example.com"}']
    with serve(lambda _: json_answer(body[0])) as staging:
        probing = {"samples": 1, "spacing_seconds": 0}
        config = write_config(tmp_path, {"payments": {"mocks": "mocks", "target": staging.url, "probing": probing}})
        assert spawn("audit", "--config", config).code == 0
        assert spawn("deploy", "payments", "--config", config, "--version", "1.42.0").code == 0
        body[0] = '{"id": 7}'
        ran = spawn("audit", "--config", config, "--format", "json")
    assert ran.code == 1
    (finding,) = json.loads(ran.out)["findings"]
    assert (finding["kind"], finding["began_with"]["version"]) == ("field-missing", "1.42.0")
    shown = spawn("findings", "show", finding["fingerprint"], "--config", config)
    assert "began with  rollout payments 1.42.0, " in shown.out
    told = spawn("findings", "show", finding["fingerprint"], "--config", config, "--format", "json")
    document = json.loads(told.out)
    assert not list(Draft202012Validator(interface_schema("findings-1")).iter_errors(document))
    assert document["findings"][0]["began_with"] == finding["began_with"]
