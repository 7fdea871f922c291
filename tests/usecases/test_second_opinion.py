"""An independent validator stands beside the findings about form."""

import json

from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Expectation, Interaction, Origin, Request
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Observation
from driftwatch.usecases.judgement import findings_of

JSON = (("Content-Type", "application/json"),)


def _findings(promised: object, delivered: list[object]) -> dict[str, Finding]:
    answer = Expectation(200, JSON, json.dumps(promised).encode())
    claim = Claim((Interaction("m", "test", Origin("m.json"), Request("GET", "/a", "/a"), (answer,), group="m"),))
    samples = tuple(Observation(200, JSON, json.dumps(body).encode()) for body in delivered)
    return {finding.path: finding for finding in findings_of(claim, samples, Context(), Policy())}


def test_a_missing_member_fails_required() -> None:
    """JSON Schema sees the same loss, in as many answers."""
    found = _findings({"id": 1, "email": "a"}, [{"id": 1}, {"id": 2}])
    expected = "JSON Schema inferred from the mock: `required` fails in 2 of the answers"
    assert found["/email"].evidence == (expected,)


def test_items_are_named_by_a_star() -> None:
    """A failure in one item of a list speaks for the path of all items."""
    found = _findings([{"id": 1}], [[{"id": 1}, {"id": "a"}]])
    assert found["/*/id"].evidence == ("JSON Schema inferred from the mock: `type` fails in 1 of the answers",)


def test_what_a_schema_cannot_say_has_no_such_evidence() -> None:
    """Another class of strings is ours alone to see: formats are not checked by the validator."""
    found = _findings({"at": "2026-01-02T03:04:05Z"}, [{"at": "02/01/2026"}])
    assert found["/at"].evidence == ()


def test_no_value_of_an_answer_is_quoted() -> None:
    """Evidence is made of the schema's words, never of the answer's."""
    found = _findings({"token": 1}, [{"token": "sesame-4711"}])
    assert "sesame" not in repr(found)


def test_large_answers_are_left_out() -> None:
    """A validator is slow: beyond a quarter of a mebibyte the findings stand alone."""
    found = _findings({"id": 1, "text": "a"}, [{"text": "x" * 300_000}])
    assert found["/id"].evidence == ()
