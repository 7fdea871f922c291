"""What a consumer's tests read decides how grave drift is: from a run of its tests to the next audit."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from driftwatch.reports.schemas import interface_schema
from tests.cli.calling import call, untouched, write_config, write_stub
from tests.plugin.running import LIBRARIES, RECORD, run_pytest, write
from tests.servers import Answer, Server, json_answer, serve

ORDER: Final = {
    "id": 7, "total": 12.5, "note": "urgent", "legacy": "x", "customer": {"name": "Ada", "fax": "1"},
    "lines": [{"sku": "a", "weight": 2, "colour": "red"}],
}  # fmt: skip
USER: Final = {"id": 9, "mail": "ada@example.com", "nick": "ada"}
STAGING: Final = {
    # lost: legacy, customer.fax, lines.*.weight and note; null: total and lines.*.sku
    "/orders/7": {"id": 7, "total": None, "customer": {"name": "Ada"}, "lines": [{"sku": None, "colour": "red"}]},
    "/users/9": {"id": 9},
}
CASSETTE: Final = """
interactions:
- request: {method: GET, uri: 'https://shop.example.com/orders/7', body: null, headers: {}}
  response:
    status: {code: 200, message: OK}
    headers: {Content-Type: [application/json]}
    body: {string: '%s'}
version: 1
"""
TESTS: Final = """
import json
from pathlib import Path

import pytest
import requests
import responses
import vcr

MOCKS = Path(__file__).parent / "mocks"

def total(order):
    \"\"\"The code under test.\"\"\"
    return order["total"], order.get("note", "none"), [line["sku"] for line in order["lines"]]


def order_seven():
    with vcr.use_cassette(str(MOCKS / "orders.yaml"), record_mode="none"):
        return requests.get("https://shop.example.com/orders/7").json()


@pytest.mark.parametrize("attempt", [1, 2])
def test_total(attempt):
    assert total(order_seven()) == (12.5, "urgent", ["a"])


def test_customer():
    assert order_seven()["customer"]["name"] == "Ada"


@responses.activate
def test_user():
    answer = json.loads((MOCKS / "mappings/users-9.json").read_text())["response"]["jsonBody"]
    responses.get("https://shop.example.com/users/9", json=answer)
    assert dict(requests.get("https://shop.example.com/users/9").json())["mail"]
"""

PLAIN: Final = {
    "/orders/7 /legacy": "breaking", "/orders/7 /note": "breaking", "/orders/7 /total": "warning",
    "/orders/7 /customer/fax": "breaking", "/orders/7 /lines/*/weight": "breaking", "/orders/7 /lines/*/sku": "warning",
    "/users/9 /mail": "breaking", "/users/9 /nick": "breaking",
}  # fmt: skip
"""What each finding weighs by itself."""
HEEDED: Final = PLAIN | {
    "/orders/7 /legacy": "warning", "/orders/7 /customer/fax": "warning", "/orders/7 /lines/*/weight": "warning",
    "/orders/7 /total": "breaking", "/orders/7 /lines/*/sku": "breaking",
}  # fmt: skip
"""One step less where no test reads it, one more where some have no default; all of the user is walked by one."""
READ_BY: Final = {
    "/orders/7 /legacy": {"tests": 0, "of": 3}, "/orders/7 /customer/fax": {"tests": 0, "of": 3},
    "/orders/7 /lines/*/weight": {"tests": 0, "of": 3}, "/orders/7 /total": {"tests": 2, "of": 3},
    "/orders/7 /lines/*/sku": {"tests": 2, "of": 3},
}  # fmt: skip


@pytest.fixture
def staging() -> Iterator[Server]:
    """Answers as the service does today."""
    answers = {path: json_answer(json.dumps(body)) for path, body in STAGING.items()}
    with serve(lambda request: answers.get(request.path, Answer(404))) as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, staging: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A consumer with its mocks, its tests and a config."""
    with untouched(monkeypatch):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DRIFTWATCH_STORE", str(tmp_path / "driftwatch.db"))
        write(tmp_path, {"test_shop.py": TESTS, "mocks/orders.yaml": CASSETTE % json.dumps(ORDER)})
        write_stub(tmp_path / "mocks", "/users/9", USER)
        configure(tmp_path, staging, usage_from_tests=True)
        yield tmp_path


def configure(project: Path, staging: Server, **consumer: object) -> None:
    """What the config knows of the consumer."""
    shop = {"mocks": "mocks", "target": staging.url, "consumer": consumer}
    write_config(project, {"shop": shop})


def audited(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """By path and place, the findings of an audit; the report fits its schema."""
    ran = call(capsys, "audit", "--format", "json")
    assert ran.out, ran.err
    report = json.loads(ran.out)
    violations = Draft202012Validator(interface_schema("report-1")).iter_errors(report)
    assert [error.message for error in violations] == []
    return {f"{_asked(one)} {one['path']}": one for one in report["findings"]}


def _asked(finding: Mapping[str, Any]) -> str:
    return "/orders/7" if finding["origin"]["file"].endswith("orders.yaml") else "/users/9"


def severities(found: Mapping[str, Any]) -> dict[str, str]:
    """By path and place."""
    return {place: one["severity"] for place, one in found.items()}


def run_tests(project: Path, capsys: pytest.CaptureFixture[str], *options: str) -> None:
    """Run the consumer's tests, and take in what they wrote."""
    usage = project / "usage.json"
    run = run_pytest(project, RECORD, "-o", f"driftwatch_usage={usage.name}", *options, plugins=LIBRARIES)
    assert run.code == 0, run.output
    ran = call(capsys, "tests", "import", usage)
    assert ran.code == 0, ran.err


def test_severity_heeds_what_tests_read(project: Path, staging: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """What no test reads is a step less grave, what some read without a default a step more, and findings say so."""
    run_tests(project, capsys, "--driftwatch-reads")
    found = audited(capsys)
    assert severities(found) == HEEDED
    assert {place: one["read_by"] for place, one in found.items() if one["read_by"]} == READ_BY
    assert {place: one["default_severity"] for place, one in found.items()} == PLAIN
    told = call(capsys, "audit").out
    assert "read by       no test of the 3 that use it" in told
    assert "read by       2 tests of 3, without a default" in told

    configure(project, staging)
    assert severities(audited(capsys)) == PLAIN, "nobody wants it heeded"
    configure(project, staging, usage_from_tests=True, usage={"/legacy": "critical"})
    found = audited(capsys)
    assert severities(found) == HEEDED | {"/orders/7 /legacy": "breaking"}, "the config knows better"
    assert found["/orders/7 /legacy"]["read_by"] is None


def test_nothing_is_milder_unless_tests_were_watched(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tests that ran unwatched change nothing; where one of several was not, only what others need is known."""
    run_tests(project, capsys)
    assert severities(audited(capsys)) == PLAIN
    run_tests(project, capsys, "--driftwatch-reads")
    assert severities(audited(capsys)) == HEEDED
    (project / "pytest.ini").write_text("[pytest]\ndriftwatch_mocks = mocks\ndriftwatch_suite = other\n")
    run_tests(project, capsys)
    milder = {place for place, severity in HEEDED.items() if severity == "warning"}
    assert severities(audited(capsys)) == HEEDED | {place: PLAIN[place] for place in milder}


@pytest.mark.usefixtures("project")
def test_an_audit_without_tests_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody told of tests yet, the audit weighs as ever and its log says what to do."""
    ran = call(capsys, "audit", "--format", "json")
    assert any(
        event["event"] == "usage.unknown" and "driftwatch tests import" in str(event["remedy"]) for event in ran.events
    )
    assert severities(audited(capsys)) == PLAIN
