"""An OpenAPI description beside WireMock's stubs, and a real WireMock for the service: which side moved is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from driftwatch.model.summary import Summary
from driftwatch.reports import console
from driftwatch.reports import json as machine
from tests.scenarios.test_identity import audit
from tests.wiremock import wiremock

pytestmark = pytest.mark.java

SPECIFICATION = """
openapi: 3.1.0
info: {title: Orders, version: "3"}
paths:
  /orders/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}, example: 7}]
      responses:
        200:
          description: An order
          content:
            application/json:
              schema:
                type: object
                required: [id, total, customer, note]
                properties:
                  id: {type: integer}
                  total: {type: number}
                  customer: {type: string}
                  note: {type: string}
                  coupon: {type: string}
        404: {description: No such order}
"""
MOCKED = {"id": 7, "total": 9.5, "customer": {"name": "Ada"}, "note": "soon", "coupon": "X", "unspecified": {"a": 1}}
SERVED = {"id": "7", "total": 9.5, "customer": "Ada", "note": 5, "unspecified": {"a": "b"}}
STANDS = {
    "/id": "service-moved",
    "/customer": "mock-stale",
    "/note": "service-moved",
    "/coupon": "both-allowed",
    "/unspecified/a": None,
}


def _stub(body: object) -> str:
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "jsonBody": body}
    return json.dumps({"request": {"method": "GET", "url": "/orders/7"}, "response": answer})


def _audit(folder: Path) -> Summary:
    """Stub and description in one folder of mocks, another stub for the truth."""
    for name, body in (("mocks", MOCKED), ("served", SERVED)):
        (folder / name / "mappings").mkdir(parents=True)
        (folder / name / "mappings" / "order.json").write_text(_stub(body), encoding="utf-8")
    (folder / "mocks" / "orders.yaml").write_text(SPECIFICATION, encoding="utf-8")
    with wiremock(folder / "served") as staging:
        return audit(folder / "mocks", staging.url)


def test_each_finding_says_which_side_moved(tmp_path: Path) -> None:
    """Mock, description and service are compared in pairs, at the place of each finding, in both directions."""
    summary = _audit(tmp_path)
    report: dict[str, Any] = json.loads(machine.render(summary))
    found = [(one["origin"]["file"], one["path"], one["agreement"]) for one in report["findings"]]
    of_mock = {path: agreement and agreement["stands"] for file, path, agreement in found if file.endswith(".json")}
    assert of_mock == STANDS
    third = next(agreement["third"] for _, path, agreement in found if path == "/customer")
    assert SPECIFICATION.splitlines()[third["line"] - 1].strip().startswith("parameters")
    of_description = {
        path: agreement and agreement["stands"] for file, path, agreement in found if file.endswith(".yaml")
    }
    assert of_description == {"/id": "service-moved", "/note": "service-moved", "/unspecified": "specification-stale"}
    screen = console.render(summary, colour=False, width=200)
    assert "three sides   specification and service agree, the mock is stale (" in screen
