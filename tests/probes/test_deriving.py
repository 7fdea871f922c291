"""What a derived journey captures, and what it leaves as it was."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from driftwatch.model.interaction import Expectation, Header, Interaction, Origin, Request
from driftwatch.model.journey import Derived
from driftwatch.model.route import path_template
from driftwatch.probes.deriving import derive
from driftwatch.settings.derived_journey import derived_yaml
from driftwatch.settings.document import parse
from driftwatch.settings.fitting import fits
from driftwatch.settings.journeys import Journeys
from driftwatch.settings.reference import Surroundings
from driftwatch.settings.show import quoted
from driftwatch.settings.spot import Reading, Spot

SCHEMA = Journeys().schema()
JSON = ("Content-Type", "application/json")


def exchange(
    asked: str, answer: Any = None, *, body: Any = None, status: int = 200, headers: tuple[Header, ...] = ()
) -> Interaction:
    """One recorded exchange; its id is what was asked."""
    method, _, target = asked.partition(" ")
    path, _, query = target.partition("?")
    pairs = tuple((name, value) for name, _, value in (pair.partition("=") for pair in query.split("&") if pair))
    sent = None if body is None else json.dumps(body).encode()
    request = Request(method, path, path_template(path), pairs, query, (JSON,), sent, recorded=True)
    expectation = Expectation(status, (JSON, *headers), None if answer is None else json.dumps(answer).encode())
    return Interaction(asked, "fake", Origin("it.yaml"), request, (expectation,), group="it.yaml")


def shown(derived: Derived) -> Any:
    """The journey as it is written."""
    (journey,) = yaml.safe_load(derived_yaml(derived, "it"))
    return journey


CASES: dict[str, tuple[list[Interaction], list[Any]]] = {
    "an id that a later path has": (
        [exchange("POST /orders", {"id": 7}), exchange("GET /orders/7")],
        [{"capture": {"order_id": "$.id"}}, {"request": {"path": "/orders/{{order_id}}"}}],
    ),
    "an id that only Location tells": (
        [exchange("POST /orders", status=201, headers=(("Location", "/orders/7?x=1"),)), exchange("GET /orders/7")],
        [
            {"capture": {"order_id": {"from": "header:Location", "regex": r"([^/?#]+)/?(?:[?#].*)?$"}}},
            {"request": {"path": "/orders/{{order_id}}"}},
        ],
    ),
    "what the client chose itself stays": (
        [exchange("POST /orders", {"sku": "SKU-1000"}, body={"sku": "SKU-1000"}), exchange("GET /stock?sku=SKU-1000")],
        [{}, {}],
    ),
    "a small number in a query is there by chance": (
        [exchange("GET /orders", {"total": 20}), exchange("GET /orders?limit=20")],
        [{}, {}],
    ),
    "a word in a path that is no identifier is there by chance": (
        [exchange("GET /start", {"next": "orders"}), exchange("GET /orders")],
        [{}, {}],
    ),
    "a value keeps its type in a document": (
        [exchange("GET /cart", {"id": 7, "code": "7"}), exchange("POST /pay", body={"cart_id": 7, "n": 7})],
        [{"capture": {"cart_id": "$.id"}}, {"request": {"json": {"cart_id": "{{cart_id}}", "n": 7}}}],
    ),
    "two things called alike": (
        [
            exchange("POST /a/orders", {"id": 7001}), exchange("POST /b/orders", {"id": 8001}),
            exchange("GET /orders/7001"), exchange("GET /orders/8001"),
        ],
        [
            {"capture": {"order_id": "$.id"}}, {"capture": {"order_id_2": "$.id"}},
            {"request": {"path": "/orders/{{order_id}}"}}, {"request": {"path": "/orders/{{order_id_2}}"}},
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_captures(case: tuple[list[Interaction], list[Any]]) -> None:
    """What an answer gave is captured where a later request has it, and nowhere else."""
    interactions, expected = case
    steps = shown(derive(interactions, "it"))["steps"]
    assert [{name: part for name, part in step.items() if name != "mock"} for step in steps] == expected
    assert [step["mock"] for step in steps] == [one.mock_id for one in interactions]


def test_deletions_at_the_end_clean_up() -> None:
    """They run whatever happens before; one in the middle is a step like any."""
    walk = ["POST /orders", "DELETE /orders/1", "GET /orders/1", "DELETE /orders/2", "DELETE /carts/2"]
    derived = derive([exchange(asked) for asked in walk], "it")
    assert [step.mock for step in derived.journey.clean_up] == walk[3:]
    assert derived.unsafe == ("POST /orders", "DELETE /orders/*", "DELETE /carts/*")


def test_no_recorded_credential_is_written() -> None:
    """Where a document must be written down, its passwords and tokens become variables to be supplied."""
    login = {"cart": "cart-7001", "user": {"name": "ada", "password": "hunter22"}, "apiKey": "k-123456"}
    derived = derive([exchange("GET /start", {"cart": "cart-7001"}), exchange("POST /login", body=login)], "it")
    text = derived_yaml(derived, "it")
    assert "hunter22" not in text
    assert "k-123456" not in text
    assert derived.missing == ("password", "apikey")


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["id-7001", "tok-12345678"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PATHS = st.sampled_from(["/a", "/a/id-7001", "/b/7", "/b/tok-12345678?q=id-7001", "/%7B/x"])
EXCHANGES = st.builds(
    lambda method, path, answer, body: exchange(f"{method} {path}", answer, body=body),
    st.sampled_from(["GET", "POST", "DELETE"]), PATHS, DOCUMENTS, DOCUMENTS,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(EXCHANGES, min_size=1, max_size=5))
def test_whatever_was_recorded_the_journey_loads(walk: list[Interaction]) -> None:
    """A derived journey is good as it is written, but for the variables that it asks for."""
    derived = derive(walk, "it")
    written = yaml.safe_load(derived_yaml(derived, "it"))
    assert fits(written, SCHEMA)
    given_values = dict.fromkeys(derived.missing, "x")
    config = {"providers": {"it": {"variables": given_values, "journeys": written}}}
    root = parse(quoted(config), "it.yaml").root
    reading = Reading("it.yaml", root, Surroundings({}, Path()))
    spot = Spot(root, (), reading).members()["providers"].members()["it"].members()["journeys"]
    (read,) = Journeys().read(spot).of("it", {})
    assert reading.mistakes == {}
    assert [step.mock for step in read.all_steps] == [step.mock for step in derived.journey.all_steps]
    assert [step.captures for step in read.all_steps] == [step.captures for step in derived.journey.all_steps]
