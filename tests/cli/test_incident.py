"""``driftwatch incident``: written down, imported, held against real audits, summed up."""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jsonschema import Draft202012Validator

from driftwatch.reports.schemas import interface_schema
from driftwatch.transport.clock import SystemClock
from tests.cli.calling import QUICK, Ran, call, write_stub
from tests.cli.recording import entry, files, har
from tests.servers import Server, json_answer, serve

PLANTED: Final = ("s3cr3t", "jane", "corp.example", "48213", "sk_live", "hunter2")
ALERT: Final = {
    "version": "4", "status": "firing", "externalURL": "http://alertmanager:9093",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "ShopOrderErrors", "service": "shop", "route": "/api/orders/{id}", "method": "get",
                       "code": "500", "user": "jane@corp.example", "token": "sk_live_0123456789abcdef"},
            "annotations": {"summary": "jane@corp.example cannot order, token s3cr3t",
                            "runbook_url": "https://runbooks.example.com/orders?token=s3cr3t"},
            "startsAt": "2026-05-04T09:15:00.123456789Z", "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://ann:hunter2@prometheus:9090/graph?g0.expr=x",
        },
        {"labels": {"alertname": "Later"}, "startsAt": "2026-05-04T10:00:00Z"},
    ],
}  # fmt: skip


@pytest.fixture
def service() -> Iterator[Server]:
    """A service that lost a member."""
    with serve({"/api/orders/7": json_answer('{"id": 7}'), "/api/orders/9": json_answer('{"id": 9}')}) as running:
        yield running


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: Server) -> Path:
    """A team's folder, which is the current one."""
    write_stub(tmp_path / "mocks", "/orders/7", {"id": 7, "note": "gift"})
    config = {
        "providers": {"shop": {"mocks": "mocks", "target": f"{service.url}/api"}}, "probing": {**QUICK},
        "incidents": "incidents",
    }  # fmt: skip
    (tmp_path / "driftwatch.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def document(ran: Ran) -> Any:
    """The JSON document, which fits its schema."""
    found = json.loads(ran.out)
    violations = Draft202012Validator(interface_schema("incidents-1")).iter_errors(found)
    assert [f"{error.json_path}: {error.message}" for error in violations] == []
    return found


def written(folder: Path, name: str) -> Any:
    """The YAML of an incident."""
    return yaml.safe_load((folder / "incidents" / f"{name}.yaml").read_text(encoding="utf-8"))


def add(capsys: pytest.CaptureFixture[str], *more: str) -> Ran:
    """Write down what happens in an hour, which is after all that an audit can see until then."""
    soon = (SystemClock().now() + timedelta(hours=1)).isoformat(timespec="seconds")
    return call(
        capsys, "incident", "add", "--title", "Notes are lost", "--happened-at", soon, "--method", "get", "--path",
        "/orders/48213", "--place", "/note", "--name", "notes", *more,
    )  # fmt: skip


def test_a_whole_story(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An audit sees it, it happens, it is written down, summed up, and kept against the day when the store forgets."""
    assert call(capsys, "audit").code == 1
    added = add(capsys)
    assert (added.code, added.err) == (0, "")
    assert "incidents/notes.yaml is written." in added.out
    assert "Fill in assumption, invariant and missing_condition" in added.out
    assert "field-missing." in added.out
    assert "stale-mock (derived)" in added.out
    assert written(here, "notes")["path"] == "/orders/{id}"
    (one,) = document(call(capsys, "incident", "show", "not", "--format", "json"))["incidents"]
    told = {key: one[key] for key in ("seen", "cause", "is_cause_derived", "could_be_seen", "kind", "unseen", "guard")}
    assert told == {
        "seen": "before", "cause": "stale-mock", "is_cause_derived": True, "could_be_seen": True,
        "kind": "field-missing", "unseen": None, "guard": None,
    }  # fmt: skip
    assert one["lead_seconds"] > 3599  # the audit was before it was written down, and that is told in whole seconds
    page = call(capsys, "incident", "show", "notes", "--keep")
    assert page.code == 0
    assert "first seen" in page.out
    assert written(here, "notes")["kept"]["kind"] == "field-missing"
    listed = document(
        call(capsys, "incident", "list", "--provider", "shop", "--cause", "stale-mock", "--format", "json")
    )
    assert [each["name"] for each in listed["incidents"]] == ["notes"]
    assert document(call(capsys, "incident", "list", "--cause", "no-mock", "--format", "json"))["incidents"] == []
    metrics = call(capsys, "audit", "--format", "prometheus").out
    assert 'driftwatch_incidents{cause="stale-mock",provider="shop",seen="before"} 1.0' in metrics
    assert 'driftwatch_incident_lead_time_seconds{lead="median",provider="shop"}' in metrics
    (here / ".driftwatch" / "driftwatch.db").unlink()
    (kept,) = document(call(capsys, "incident", "list", "--format", "json"))["incidents"]
    assert (kept["is_kept"], kept["seen"], kept["lead_seconds"]) == (True, "before", math.ceil(one["lead_seconds"]))
    assert not (here / ".driftwatch" / "driftwatch.db").exists()


def test_a_guard_that_falls_ends_the_report(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What went wrong once, and goes wrong again: exit code 1 where somebody asks for it, and told in each format."""
    good = entry("GET", "https://shop.example.com/orders/48213", {"id": 48213, "note": None})
    har(here / "incident.har", good)
    ran = call(
        capsys, "incident", "import", "incident.har", "--host", "shop.example.com", "--ask", "/orders/9",
        "--name", "it", "--guard", "note-is-there",
    )  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    assert written(here, "it")["guard"] == "note-is-there"
    assert call(capsys, "incident", "report", "--fail-on-fallen").code == 0
    assert call(capsys, "audit").code == 1
    (one,) = document(call(capsys, "incident", "list", "--format", "json"))["incidents"]
    assert (one["guard"]["verdict"], one["guard"]["probe"], one["guard"]["is_fallen"]) == (
        "drifted", "GET /orders/{id}", True,
    )  # fmt: skip
    report = call(capsys, "incident", "report", "--fail-on-fallen", "--format", "json", "--by", "month")
    assert report.code == 1
    assert document(report)["fallen"] == ["it"]
    assert "note-is-there, FALLEN" in call(capsys, "incident", "report").out
    assert call(capsys, "incident", "report", "--format", "markdown", "--output", "it.md").code == 0
    assert "❌ guard note-is-there, FALLEN" in (here / "it.md").read_text(encoding="utf-8")


def test_nothing_of_anybody_gets_into_a_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of an exchange and an alert: a mock, a guard and an incident, and in none of them what was planted."""
    exchange = entry(
        "GET", "https://shop.example.com/api/orders/48213?token=s3cr3t",
        {"id": 48213, "mail": "jane@corp.example", "note": None}, 500, at="2026-05-04T09:14:00Z",
    )  # fmt: skip
    other = entry("GET", "https://shop.example.com/api/orders/5", {"id": 5}, 500, at="2026-05-04T05:00:00Z")
    har(here / "incident.har", exchange, other)
    (here / "alert.json").write_text(json.dumps(ALERT), encoding="utf-8")
    ran = call(
        capsys, "incident", "import", "alert.json", "incident.har", "--host", "shop.example.com", "--ask", "/orders/7"
    )
    assert (ran.code, ran.err) == (0, "")
    name = "2026-05-04-alert-shopordererrors"
    one = written(here, name)
    told = {key: one[key] for key in ("title", "happened_at", "provider", "method", "path", "status", "links", "guard")}
    assert told == {
        "title": "Alert ShopOrderErrors", "happened_at": datetime(2026, 5, 4, 9, 15, tzinfo=UTC), "provider": "shop",
        "method": "GET", "path": "/orders/{id}", "status": 500,
        "links": ["http://prometheus:9090/graph", "https://runbooks.example.com/orders"], "guard": name,
    }  # fmt: skip
    config = yaml.safe_load((here / "driftwatch.yaml").read_text(encoding="utf-8"))
    assert config["guards"][name]["provider"] == "shop"
    mock = json.loads((here / config["guards"][name]["mock"]).read_text(encoding="utf-8"))
    assert (mock["request"]["url"], mock["response"]["status"]) == ("/orders/7", 500)
    for file, content in files(here).items():
        if file not in ("alert.json", "incident.har"):
            assert [word for word in PLANTED if word.encode() in content] == [], file
    assert [word for word in PLANTED if word in ran.out] == []


def test_an_alert_alone_appoints_a_mock_that_is_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No answer was recorded: the endpoint's own mock becomes the guard."""
    (here / "alert.json").write_text(json.dumps(ALERT), encoding="utf-8")
    ran = call(capsys, "incident", "import", "alert.json", "--guard", "orders", "--name", "it")
    assert (ran.code, ran.err) == (0, "")
    guard = yaml.safe_load((here / "driftwatch.yaml").read_text(encoding="utf-8"))["guards"]["orders"]
    assert guard["mock"] == "mocks/mappings/orders-7.json"
    assert call(capsys, "audit").code == 1
    assert "orders, FALLEN" in call(capsys, "incident", "show", "it").out


def test_an_alert_of_an_endpoint_that_nobody_mocks(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The incident is written, and the code says that nothing guards it."""
    labels = {"alertname": "x y", "service": "shop", "route": "/payments"}
    alert = {"labels": labels, "startsAt": "2026-05-04T09:15:00Z", "endsAt": "2026-05-04T10:15:00Z"}
    (here / "alert.json").write_text(json.dumps([alert]), encoding="utf-8")
    ran = call(capsys, "incident", "import", "alert.json", "--name", "it")
    assert ran.code == 3
    assert "there is no guard" in ran.err
    one = written(here, "it")
    assert (one["title"], one["ended_at"]) == ("/payments", datetime(2026, 5, 4, 10, 15, tzinfo=UTC))
    assert call(capsys, "incident", "import", "alert.json", "--name", "other", "--no-guard").code == 0


def test_a_line_of_a_log(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It tells when and where; without the answer's body no mock is made of it, and one that is there guards."""
    line = {"time": "2026-05-04T09:12:00Z", "method": "GET", "path": "/api/orders/48213", "status": 404}
    (here / "access.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    ran = call(capsys, "incident", "import", "access.jsonl", "--name", "it")
    assert ran.code == 0
    one = written(here, "it")
    assert (one["title"], one["path"], one["status"]) == ("GET /orders/{id} answered 404", "/orders/{id}", 404)
    assert one["guard"] == "it"


def test_a_dry_run_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of both commands: the file is printed, and nothing changes."""
    har(here / "incident.har", entry("GET", "https://x.example.com/orders/7", {"id": 7}))
    before = files(here)
    added = add(capsys, "--dry-run")
    assert yaml.safe_load(added.out)["title"] == "Notes are lost"
    imported = call(
        capsys, "incident", "import", "incident.har", "--host", "x.example.com", "--name", "it", "--dry-run"
    )
    assert (imported.code, imported.err) == (0, "")
    assert "driftwatch.yaml would get" in imported.out
    assert files(here) == before


def test_a_broken_incident_costs_no_audit(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The audit tells of all else, and the command of every mistake."""
    (here / "incidents").mkdir()
    (here / "incidents" / "it.yaml").write_text("title: x\n")
    ran = call(capsys, "audit", "--format", "prometheus")
    assert ran.code == 1
    assert "driftwatch_incidents{" not in ran.out
    assert any(event["event"] == "incidents.unreadable" for event in ran.events)
    listed = call(capsys, "incident", "list")
    assert (listed.code, listed.out) == (2, "")
    assert "`provider` is missing" in listed.err


@pytest.mark.usefixtures("here")
def test_where_nothing_is_written_down(capsys: pytest.CaptureFixture[str]) -> None:
    """No incident is no mistake, and a metric of it is zero."""
    for words in (("list",), ("report",)):
        ran = call(capsys, "incident", *words)
        assert (ran.code, ran.out, ran.err) == (0, "No incident is written down.\n", "")
    assert document(call(capsys, "incident", "report", "--format", "json"))["totals"]["incidents"] == 0
    assert call(capsys, "incident", "report", "--format", "markdown").out == "# 0 incidents\n"
    metrics = call(capsys, "audit", "--format", "prometheus").out
    assert 'driftwatch_incidents{cause="",provider="shop",seen=""} 0.0' in metrics
    assert json.loads(call(capsys, "incident", "schema").out)["title"] == "driftwatch.incident/1"


MISTAKES: Final = {
    "no title": (("add", "--happened-at", "3h"), "--title"),
    "no moment": (("add", "--title", "x"), "--happened-at"),
    "moment": (("add", "--title", "x", "--happened-at", "lately"), "2026-05-01T12:30:00Z"),
    "future": (("add", "--title", "x", "--happened-at", "2126-05-01"), "--happened-at: `2126"),
    "provider": (("add", "--title", "x", "--happened-at", "3h", "--provider", "shp"), "`shop`"),
    "place": (("add", "--title", "x", "--happened-at", "3h", "--path", "/a", "--place", "a[0]"), "--place: found"),
    "kind": (("add", "--title", "x", "--happened-at", "3h", "--kind", "field-mising"), "`field-missing`"),
    "link": (("add", "--title", "x", "--happened-at", "3h", "--link", "https://a:hunter2@b"), "--link: found"),
    "path": (("add", "--title", "x", "--happened-at", "3h", "--path", "orders"), "--path: found"),
    "name": (("add", "--title", "x", "--happened-at", "3h", "--name", "../x"), "--name"),
    "name of two lines": (("add", "--title", "x", "--happened-at", "3h", "--name", "a\nb"), "--name"),
    "name of a page": (("add", "--title", "x", "--happened-at", "3h", "--name", "é" * 101), "200 bytes"),
    "cause": (("add", "--title", "x", "--happened-at", "3h", "--cause", "stale"), "stale-mock"),
    "no source": (("import", "gone.har"), "nothing at gone.har"),
    "no exchange": (("import", "other.har"), "--host names whose"),
    "no incident": (("show", "x"), "there is no incident in incidents yet: `driftwatch incident add` writes one"),
    "list of whom": (("list", "--provider", "shp"), "`shop`"),
    "format": (("import", "ours.har", "--host", "x.example.com", "--format", "wiremok"), "`wiremock`"),
    "guard": (("import", "ours.har", "--host", "x.example.com", "--guard", "a b"), "begins with a letter"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told_with_a_remedy(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, nothing written, no credential told."""
    har(here / "other.har", entry("GET", "https://other.example.com/orders/7", {"id": 7}))
    har(here / "ours.har", entry("GET", "https://x.example.com/orders/7", {"id": 7}))
    before = files(here)
    words, remedy = MISTAKES[name]
    ran = call(capsys, "incident", *words)
    assert (ran.code, ran.out) == (2, "")
    assert remedy in ran.err
    assert "hunter2" not in ran.err
    assert files(here) == before


def test_a_name_that_is_misspelt(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest one is told."""
    added = ("add", "--title", "x", "--happened-at", "3h", "--provider", "shop", "--name", "shipments")
    assert call(capsys, "incident", *added).code == 0
    assert (here / "incidents" / "shipments.yaml").exists()
    ran = call(capsys, "incident", "show", "shipmnts")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no incident 'shipmnts' in incidents. Did you mean `shipments`?" in ran.err
