"""The cases of Pact's own specification: what a contract takes and what it refuses, told from our reading alone.

A contract that says "this answer will do" must never be read as one that refuses it: that would be a false alarm. What
it refuses and our reading takes is listed here with the reason; the list is exact, so that it can only shrink.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Interaction
from tests.mocks.contract_judge import accepts

pytestmark = pytest.mark.shared

FILES = (
    "response-cases-v1.jsonl",
    "response-cases-v1.1.jsonl",
    "response-cases-v2.jsonl",
    "response-cases-v3.jsonl",
    "response-cases-v4.jsonl",
    "compatibility-rules-v3-v4.jsonl",
)
TAKEN_ALL_THE_SAME = {
    "array in different order": "items share one path, so their order is not told apart",
    "content type parameters do not match": "of a header it is promised that it comes, not its value",
    "header value is different case": "of a header it is promised that it comes, not its value",
    "order of comma separated header values different": "of a header it is promised that it comes, not its value",
    "Supports a ArrayContains matcher (negative case)": "a list's variants have no place among the matchers",
}
REFUSED_ALL_THE_SAME = {
    "Supports a status code matcher (positive case)": "299 is not registered; a class is its registered codes",
}

Case = Mapping[str, Any]


def cases(folder: Path, file: str) -> Iterator[Case]:
    """The cases of a file, without those about XML bodies, which are compared by their media type only."""
    for line in (folder / file).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if "<?xml" not in line:
            yield case


def contract(case: Case) -> str:
    """A contract with one interaction that expects what the case expects, in the spelling of its version."""
    answer = dict(case["expected"]) | ({"matchingRules": case["rules"]} if "rules" in case else {})
    interaction = {"description": "case", "request": {"method": "GET", "path": "/"}, "response": answer}
    if case.get("spec") == "4":
        interaction["type"] = "Synchronous/HTTP"
    return json.dumps({"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [interaction]})


def delivered_body(case: Case) -> bytes | None:
    """The body of the answer at hand; texts are sent as they are, other values as JSON."""
    body = case["actual"].get("body")
    if case.get("spec") == "4" and isinstance(body, dict):
        body = body.get("content")
    if body is None or isinstance(body, str):
        return (body or "").encode()
    return json.dumps(body).encode()


def is_taken(case: Case, folder: Path) -> bool:
    """Whether any variant of the contract, as we read it, takes the answer."""
    (folder / "contract.json").write_text(contract(case), encoding="utf-8")
    (reading,) = FolderSource(folder).read()
    assert isinstance(reading, Interaction)
    answer = case["actual"]
    headers = set(answer.get("headers") or ())
    body = delivered_body(case)
    return any(accepts(variant, answer.get("status", variant.status), headers, body) for variant in reading.variants)


def name_of(case: Case) -> str:
    """How a case is called."""
    return str(case.get("name") or case.get("scenario"))


@pytest.mark.parametrize("file", FILES)
def test_what_a_contract_takes_and_refuses(file: str, shared: Path, tmp_path: Path) -> None:
    """Every answer is taken or refused as the specification says, but for the listed ones."""
    folder = shared / "corpus" / "pact-spec-cases"
    verdicts = [(name_of(case), case["match"], is_taken(case, tmp_path)) for case in cases(folder, file)]
    assert len(verdicts) > 30
    false_alarms = {name for name, match, taken in verdicts if match and not taken}
    missed = {name for name, match, taken in verdicts if not match and taken}
    assert false_alarms <= set(REFUSED_ALL_THE_SAME)
    assert missed <= set(TAKEN_ALL_THE_SAME)


def test_the_lists_of_exceptions_hold_nothing_more(shared: Path, tmp_path: Path) -> None:
    """An exception that is no longer needed has to go."""
    folder = shared / "corpus" / "pact-spec-cases"
    wrong = {
        name_of(case) for file in FILES for case in cases(folder, file) if case["match"] is not is_taken(case, tmp_path)
    }
    assert wrong == set(TAKEN_ALL_THE_SAME) | set(REFUSED_ALL_THE_SAME)
