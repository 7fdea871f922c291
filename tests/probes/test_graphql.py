"""Bodies that read like GraphQL queries, and those that do not."""

import json

import pytest

from driftwatch.model.interaction import Request
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.probe import Tier
from driftwatch.probes.graphql import is_query
from driftwatch.probes.safety import is_allowed, tier_of


@pytest.mark.parametrize("query", [
    "{ me { id } }", "query { me { id } }", "query Me($id: ID!) { user(id: $id) { name } }",
    "# mutation\nquery M { a }", "fragment F on User { id }\nquery { me { ...F } }",
    'query { search(text: "mutation { x }") { id } }', "query A { a } query B { b }",
    'query { a(text: """mutation { x } """) }',
])  # fmt: skip
def test_a_query(query: str) -> None:
    """The short form, named ones, fragments; words in strings and comments mean nothing."""
    assert is_query(json.dumps({"query": query, "variables": {}}).encode())
    assert is_query(json.dumps([{"query": query}, {"query": query}]).encode())


@pytest.mark.parametrize("body", [
    b"", b"{", b"query", b"[]", b'{"query": 7}', b'{"q": "query { a }"}', b"\xff", b'{"query": ""}',
    b'{"query": "mutation { pay }"}', b'{"query": "query { a } mutation { pay }"}', b'{"query": "subscription { a }"}',
    b'[{"query": "{ a }"}, {"query": "mutation { b }"}]', b'{"query": "fragment F on User { id }"}',
    b'{"query": "query { a "}', b'{"query": "shoes"}', b"[" * 100_000,
    b'{"query": "{ a }", "x": "' + b"x" * 70_000 + b'"}',
])  # fmt: skip
def test_no_query(body: bytes) -> None:
    """Whatever changes something, or is no GraphQL, or is too much to be looked at."""
    assert not is_query(body)


def test_it_is_proposed_and_never_sent() -> None:
    """What a body looks like is no consent; the operator declares it safe, or does not."""
    request = Request("POST", "/graphql", "/graphql", body=b'{"query": "{ me { id } }"}')
    tier, reason = tier_of(request, ProbingPolicy())
    assert tier is Tier.UNSAFE
    assert not is_allowed(tier, ProbingPolicy())
    assert "GraphQL" in reason
    assert "declared_safe" in reason
    assert tier_of(request, ProbingPolicy(declared_safe=("POST /graphql",)))[0] is Tier.DECLARED_SAFE
