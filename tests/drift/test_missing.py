"""Which 404 speaks of a record, once it is known what the service says of a missing one."""

import pytest

from driftwatch.model.context import Context
from driftwatch.model.interaction import Claim, Expectation, Interaction, Origin, Request
from driftwatch.model.missing import MissingRecord
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation
from driftwatch.usecases.judgement import findings_of

TEXT = (("Content-Type", "text/plain"),)
JSON = (("Content-Type", "application/json"),)


def kinds(real: Observation, missing: Observation | None, unknown: Observation | None) -> list[str]:
    """What a 404 to ``/users/7`` is taken for."""
    request = Request("GET", "/users/7", "/users/{id}")
    answer = Expectation(200, JSON, b'{"id": 7}')
    claim = Claim((Interaction("a", "test", Origin("a.json"), request, (answer,), group="a", provider="p"),))
    known = MissingRecord("/users/2147483629", missing) if missing is not None else None
    context = Context(unknown_route=unknown, missing_record=known)
    return [one.kind for one in findings_of(claim, (real,), context, Policy()) if one.kind != "mock-stale"]


GONE, FIXTURE = ["endpoint-gone"], ["fixture-missing"]


@pytest.mark.parametrize(("real", "missing", "unknown", "expected"), [
    (b"No user 7.", b"No user 2147483629.", b"Cannot GET /driftwatch-a1", FIXTURE),
    (b"No user 7.", None, b"Cannot GET /driftwatch-a1", GONE),
    (b"Cannot GET /users/7", b"Cannot GET /users/2147483629", b"Cannot GET /v/driftwatch-a1", GONE),
    (b"Moved away.", b"No user 2147483629.", b"Cannot GET /driftwatch-a1", GONE),
    (b"not found", b"not found", b"not found", GONE),
], ids=["a record", "not asked", "no route any more", "something else", "all alike"])  # fmt: skip
def test_a_text(real: bytes, missing: bytes | None, unknown: bytes, expected: list[str]) -> None:
    """Until now every 404 that is no JSON was taken for a route that is gone."""
    known = Observation(404, TEXT, missing) if missing is not None else None
    assert kinds(Observation(404, TEXT, real), known, Observation(404, TEXT, unknown)) == expected


def test_moments_and_repeated_paths_do_not_count() -> None:
    """Members and codes tell one answer from another."""
    real = Observation(404, JSON, b'{"code": "no_user", "at": "2026-01-02", "path": "/users/7"}')
    missing = Observation(404, JSON, b'{"code": "no_user", "at": "2026-01-03", "path": "/users/2147483629"}')
    unknown = Observation(404, JSON, b'{"code": "no_route", "at": "2026-01-03", "path": "/driftwatch-a1"}')
    assert kinds(real, missing, unknown) == FIXTURE


def test_a_missing_record_that_is_no_404_teaches_nothing() -> None:
    """Services that refuse a strange identifier, or serve everything, leave all as it was."""
    real, unknown = Observation(404, TEXT, b"nothing"), Observation(404, TEXT, b"Cannot GET")
    assert kinds(real, Observation(400, TEXT, b"nothing"), unknown) == GONE
