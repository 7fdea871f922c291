"""What a journey made is deleted, however little may still be asked."""

import json
from pathlib import Path

import pytest

from driftwatch.settings.load import load
from driftwatch.wiring.audits import run_audit
from tests.fakes import NotedProgress
from tests.servers import Answer, Received, json_answer, serve

STEP = {"method": "POST", "path": "/orders", "json": {}}


@pytest.mark.parametrize("budget", [2, 3, 4, 20])
def test_a_spent_budget_keeps_no_clean_up_back(budget: int, tmp_path: Path) -> None:
    """The journey ends where the budget does; as many orders are deleted as were made, and nothing else is asked."""
    orders: set[str] = set()
    quota = (("X-RateLimit-Limit", "100"), ("X-RateLimit-Remaining", "1"), ("X-RateLimit-Reset", "99999"))

    def respond(received: Received) -> Answer:
        if received.method == "POST":
            orders.add("/orders/7")
            return json_answer('{"id": 7}', 201, quota)
        if received.method == "DELETE":
            orders.discard(received.path)
            return Answer(204)
        return json_answer("{}")

    (tmp_path / "mocks").mkdir()
    stub = {"request": {"method": "GET", "url": "/health"}, "response": {"status": 200, "jsonBody": {}}}
    (tmp_path / "mocks" / "health.json").write_text(json.dumps(stub), encoding="utf-8")
    journey = {
        "name": "order", "set_up": [{"request": STEP, "capture": {"order": "$.id"}}],
        "steps": [{"request": {"path": "/a"}}, {"request": {"path": "/b"}}],
        "clean_up": [{"request": {"method": "DELETE", "path": "/orders/{{order}}"}}],
    }  # fmt: skip
    with serve(respond) as service:
        probing = {"samples": 1, "budget": budget, "declared_safe": ["POST /orders", "DELETE /orders/*"]}
        provider = {"mocks": "mocks", "target": service.url, "journeys": [journey], "probing": probing}
        (tmp_path / "c.yaml").write_text(json.dumps({"providers": {"shop": provider}}), encoding="utf-8")
        summary = run_audit(load(tmp_path / "c.yaml", {}), NotedProgress())
    asked = [f"{one.method} {one.path}" for one in service.received]
    assert orders == set()
    assert asked.count("POST /orders") == asked.count("DELETE /orders/7") == (budget > 2)
    assert not any(trouble.is_clean_up for trouble in summary.troubles)
