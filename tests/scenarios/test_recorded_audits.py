"""What was just recorded from a service is true of it: new mocks of every format, audited against it, yield nothing.

The service knows the ids it was asked for and no others.
"""

import json
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from driftwatch.mocks.spelling.catalog import SPELLINGS
from tests.cli.calling import call, write_stub
from tests.cli.recording import entry, har
from tests.staging import staging

USER: Final = {
    "id": 48213,
    "uuid": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "name": "Ada Lovelace",
    "email": "ada.lovelace@corp.example",
    "phone": "+49 170 1234567",
    "plan": "PRO",
    "balance": 12.5,
    "score": "87.50",
    "created_at": "2026-03-01T10:20:30Z",
    "born": "1990-02-03",
    "updated": 1772361630,
    "homepage": "https://ada.corp.example/me?ref=7",
    "address": {"street": "12 St James's Square", "city": "London", "country": "GB", "zip": "SW1Y 4JH"},
    "tags": ["first", "programmer"],
    "manager": None,
    "active": True,
}
ROUTES: Final[dict[str, Any]] = {
    "GET /users/48213": {"body": USER},
    "GET /users": {"body": {"data": [USER, {**USER, "id": 51377, "manager": USER["uuid"]}], "next": None}},
    "GET /jobs/job_77a": {"in_turn": [{"body": {"state": "NEW"}}, {"body": {"state": "DONE", "result": [1, 2]}}]},
    "GET /empty": {"body": []},
    "GET /text": {"text": "Grüße an alle", "headers": {"Content-Type": "text/plain; charset=utf-8"}},
    "GET /gone": {"status": 410, "body": {"error": {"code": "GONE", "message": "It is not here any more"}}},
}
PATHS: Final = ("/users/48213", "/users?page=2", "/jobs/job_77a", "/empty", "/text", "/gone")


@pytest.mark.parametrize("name", SPELLINGS)
def test_new_mocks_audit_clean(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is verified, though nearly every value in it was made up but for what its question names."""
    monkeypatch.chdir(tmp_path)
    for number, path in enumerate(PATHS):
        write_stub(tmp_path / "old", path, name=str(number), status=410 if path == "/gone" else 200)
    probing = "probing: {samples: 2, spacing_seconds: 0, rate: 1000}"
    with staging({"routes": ROUTES}) as service:
        text = f"{probing}\nproviders:\n  it: {{mocks: %s, target: '{service.url}'}}\n"
        (tmp_path / "driftwatch.yaml").write_text(text % "old", encoding="utf-8")
        made = call(capsys, "record", "--staging", "--format", name, "--output", "new", "--json")
        assert made.code == 0
        assert len(json.loads(made.out)["mocks"]) == len(PATHS)
        new = "".join(place.read_text(encoding="utf-8") for place in (tmp_path / "new").rglob("*.*"))
        assert "48213" in new
        assert [real for real in ("corp.example", "Lovelace", "1234567", str(USER["uuid"])) if real in new] == []
        (tmp_path / "driftwatch.yaml").write_text(text % "new", encoding="utf-8")
        report = json.loads(call(capsys, "audit", "--format", "json").out)
    told = {one["path_template"]: (one["verdict"], one["reason"]) for one in report["providers"][0]["interactions"]}
    assert [(one["kind"], one["path"], one["claim"], one["observed"]) for one in report["findings"]] == []
    assert len(told) == len(PATHS)
    if name == "openapi":  # a description that knows no success of an operation claims nothing of it
        assert told.pop("/gone")[0] == "unverifiable"
    assert {verdict for verdict, _ in told.values()} == {"verified"}, told


def test_recordings_audit_clean_if_their_ids_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --keep-ids staging knows what the mocks ask for, and without it the command says that it does not."""
    monkeypatch.chdir(tmp_path)
    with staging({"routes": ROUTES}) as service:
        har(tmp_path / "it.har", entry("GET", f"{service.url}/users/48213", USER))
        config = f"probing: {{spacing_seconds: 0}}\nproviders:\n  it: {{mocks: new, target: '{service.url}'}}\n"
        (tmp_path / "new").mkdir()
        (tmp_path / "driftwatch.yaml").write_text(config, encoding="utf-8")
        arguments = ("record", "it.har", "--format", "wiremock", "--output", "new")
        assert "--keep-ids" in call(capsys, *arguments).out
        report = json.loads(call(capsys, "audit", "--format", "json").out)
        assert [one["verdict"] for one in report["providers"][0]["interactions"]] != ["verified"]
        shutil.rmtree(tmp_path / "new" / "mappings")
        assert "--keep-ids" not in call(capsys, *arguments, "--keep-ids").out
        report = json.loads(call(capsys, "audit", "--format", "json").out)
    assert [one["verdict"] for one in report["providers"][0]["interactions"]] == ["verified"]
    assert report["findings"] == []
    new = "".join(place.read_text(encoding="utf-8") for place in (tmp_path / "new").rglob("*.json"))
    assert [real for real in ("corp.example", "Lovelace", "1234567", str(USER["uuid"])) if real in new] == []
