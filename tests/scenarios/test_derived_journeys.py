"""A journey derived from a recording loads and runs, as it is, against the service that it was recorded from.

The service is alive: ids are others each time, an order is known only to the session that made it, and what a request
brings must be what an earlier answer gave. A journey that captured one value less would not get to its end.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests
import vcr
import yaml

from driftwatch.model.summary import Summary
from driftwatch.settings.load import load
from driftwatch.wiring.audits import run_audit
from tests.fakes import NotedProgress
from tests.servers import Answer, Received, json_answer, serve

ORDER: Final = {"sku": "A-1000", "quantity": 3, "card": {"number": "4111-1111", "password": "hunter22"}}


class Shop:
    """Log in, make an order, look at it, pay it, delete it; nothing works without what came before."""

    def __init__(self) -> None:
        self._random = random.Random(11)
        self.orders: dict[str, str] = {}
        self.sessions: set[str] = set()
        self.spells_ids = False
        """A new order's id is a text."""

    def __call__(self, received: Received) -> Answer:
        """An answer to one request."""
        if received.path.startswith("/driftwatch-"):
            return json_answer('{"error": "no such route"}', 404)
        if (received.method, received.path) == ("GET", "/start"):
            return self._start()
        cookie = re.search(r"sid=(\w+)", received.header("cookie") or "")
        if cookie is None or cookie[1] not in self.sessions:
            return json_answer('{"error": "who are you"}', 401)
        return self._order(received)

    def _start(self) -> Answer:
        sid = f"{self._random.getrandbits(64):016x}"
        self.sessions.add(sid)
        cart = {"cart": {"reference": f"cart-{self._random.getrandbits(32):08x}"}, "greeting": "welcome"}
        return json_answer(json.dumps(cart), 200, (("Set-Cookie", f"sid={sid}; Path=/; HttpOnly"),))

    def _order(self, received: Received) -> Answer:
        parts = received.path.strip("/").split("/")
        if received.method == "POST" and parts == ["orders"]:
            return self._made(json.loads(received.body))
        reference = self.orders.get(parts[1]) if len(parts) > 1 else None
        if reference is None:
            return json_answer('{"error": "no such order"}', 404)
        if received.method == "DELETE":
            del self.orders[parts[1]]
            return Answer(204)
        if parts[2:] == ["receipt"] and f"reference={reference}" not in received.target:
            return json_answer('{"error": "whose?"}', 409)
        return json_answer(json.dumps({"id": int(parts[1]), "reference": reference, "sku": "A-1000"}))

    def _made(self, order: dict[str, Any]) -> Answer:
        number = str(self._random.randint(100_000, 999_999))
        if not str(order.get("cart", "")).startswith("cart-"):
            return json_answer('{"error": "which cart?"}', 422)
        self.orders[number] = order["cart"]
        made = json.dumps({"id": number if self.spells_ids else int(number), "reference": order["cart"]})
        return json_answer(made, 201, (("Location", f"/orders/{number}"),))


def walk(url: str, seen: list[dict[str, Any]]) -> None:
    """What a client does with it, noting each exchange."""
    session = requests.Session()

    def ask(method: str, path: str, body: Any = None) -> Any:
        answer = session.request(method, url + path, json=body, headers={"Accept": "application/json"}, timeout=5)
        content = answer.content.decode()
        seen.append({"method": method, "path": path, "body": body, "answer": answer, "content": content})
        return answer.json() if content else None

    cart = ask("GET", "/start")["cart"]["reference"]
    order = ask("POST", "/orders", {**ORDER, "cart": cart})
    ask("GET", f"/orders/{order['id']}")
    ask("GET", f"/orders/{order['id']}/receipt?reference={cart}&full=yes")
    ask("DELETE", f"/orders/{order['id']}")


def with_vcr(url: str, folder: Path) -> None:
    """Recorded by VCR.py itself."""
    with vcr.VCR(record_mode="all").use_cassette(str(folder / "shopping.yaml")):
        walk(url, [])


def with_postman(url: str, folder: Path) -> None:
    """As a collection with a saved answer for each request, in their order."""
    seen: list[dict[str, Any]] = []
    walk(url, seen)
    items = []
    for number, one in enumerate(seen):
        path, _, query = one["path"].partition("?")
        pairs = [dict(zip(("key", "value"), pair.split("="), strict=True)) for pair in query.split("&") if pair]
        address = {
            "raw": "{{base}}" + one["path"],
            "host": ["{{base}}"],
            "path": path.strip("/").split("/"),
            "query": pairs,
        }
        headers = [{"key": "Accept", "value": "application/json"}]
        asked: dict[str, Any] = {"method": one["method"], "url": address, "header": headers}
        if one["body"] is not None:
            asked["body"] = {"mode": "raw", "raw": json.dumps(one["body"]), "options": {"raw": {"language": "json"}}}
        answer = {
            "name": "ok", "originalRequest": asked, "code": one["answer"].status_code, "body": one["content"],
            "header": [{"key": key, "value": value} for key, value in one["answer"].headers.items()],
        }  # fmt: skip
        items.append({"name": f"step {number}", "request": asked, "response": [answer]})
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    collection = {"info": {"name": "shopping", "schema": schema}, "item": items}
    (folder / "shopping.postman_collection.json").write_text(json.dumps(collection, indent=2), encoding="utf-8")


def with_keploy(url: str, folder: Path) -> None:
    """As a test set, a file for each call, whose names do not sort as they were made."""
    seen: list[dict[str, Any]] = []
    walk(url, seen)
    tests = folder / "test-set-0" / "tests"
    tests.mkdir(parents=True)
    for number, one in enumerate(seen, 8):
        moment = f"2026-03-01T10:00:{number:02d}Z"
        body = json.dumps(one["body"]) if one["body"] is not None else ""
        asked = {
            "method": one["method"], "proto_major": 1, "proto_minor": 1, "url": url + one["path"], "body": body,
            "header": {"Accept": "application/json", "Content-Type": "application/json"}, "timestamp": moment,
        }  # fmt: skip
        answer = {
            "status_code": one["answer"].status_code, "header": dict(one["answer"].headers), "body": one["content"],
            "status_message": "", "timestamp": moment,
        }  # fmt: skip
        spec = {"metadata": {}, "req": asked, "resp": answer, "objects": [], "assertions": {"noise": {}}, "created": 1}
        call = {"version": "api.keploy.io/v1beta1", "kind": "Http", "name": f"test-{number}", "spec": spec}
        (tests / f"test-{number}.yaml").write_text(yaml.safe_dump(call), encoding="utf-8")


@pytest.fixture
def shop() -> Iterator[tuple[str, Shop]]:
    """A shop on loopback."""
    behind = Shop()
    with serve(behind) as running:
        yield running.url, behind


def derive(folder: Path, journey: Path) -> None:
    """``driftwatch journey`` as a person calls it."""
    from driftwatch.cli.main import run

    recordings = sorted(path for path in folder.iterdir())
    assert (
        run(["journey", *map(str, recordings), "--mocks", str(folder), "--name", "shopping", "--output", str(journey)])
        == 0
    )


def audit(folder: Path, url: str) -> Summary:
    """One audit with the derived journey, as it was written."""
    probing = {
        "samples": 1, "spacing_seconds": 0, "rate": 1000, "declared_safe": ["POST /orders", "DELETE /orders/*"],
    }  # fmt: skip
    provider = {
        "mocks": "mocks", "target": url, "journeys": "journey.yaml", "probing": probing,
        "variables": {"password": "hunter22", "number": "4111-1111"},
    }  # fmt: skip
    config = folder / "driftwatch.yaml"
    config.write_text(json.dumps({"providers": {"shop": provider}, "store": "none"}), encoding="utf-8")
    return run_audit(load(config, {}), NotedProgress())


@pytest.mark.parametrize("record", [with_vcr, with_postman, with_keploy], ids=["vcr.py", "postman", "keploy"])
def test_a_derived_journey_runs(record: Callable[[str, Path], None], shop: tuple[str, Shop], tmp_path: Path) -> None:
    """Every mock of the recording is verified, and what was made is deleted."""
    url, behind = shop
    mocks = tmp_path / "mocks"
    mocks.mkdir()
    record(url, mocks)
    derive(mocks, tmp_path / "journey.yaml")
    written = (tmp_path / "journey.yaml").read_text(encoding="utf-8")
    assert "hunter22" not in written
    summary = audit(tmp_path, url)
    told = {f"{one.interaction.request.method} {one.interaction.request.path}": one for one in summary.results}
    assert len(told) == 5
    assert {key: (one.verdict.value, one.reason) for key, one in told.items()} == dict.fromkeys(
        told, ("verified", "")
    ), written
    assert summary.troubles == ()
    assert behind.orders == {}


def test_a_derived_journey_notices_what_changed(shop: tuple[str, Shop], tmp_path: Path) -> None:
    """The twin of the silence above: one answer of another form is found at its step."""
    url, behind = shop
    mocks = tmp_path / "mocks"
    mocks.mkdir()
    with_vcr(url, mocks)
    derive(mocks, tmp_path / "journey.yaml")
    behind.spells_ids = True
    summary = audit(tmp_path, url)
    drifted = [one.interaction.request.method for one in summary.results if one.verdict == "drifted"]
    assert drifted == ["POST"]
