"""How right the judgement is, beside two peers made of libraries, over all judged examples in one run.

Run as ``python -m tests.bench.bench_accuracy``; prints one JSON object per figure. The examples are our own
(``tests/drift/judged``) and, where they stand beside the checkout, the design's. Ours are held to kind, severity and
path, and to what an example forbids. The peers know no kinds; so of all three it is also told what share of the
examples with an alarm they notice at all, and what share of those without one they raise an alarm on.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genson import SchemaBuilder
from jsonschema import Draft202012Validator

from tests.drift.vectors import Vector, read_vectors

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "tests/drift/judged"
DESIGN = ROOT.parent / "shared/drift-vectors-examples.jsonl"

Documents = Sequence[object]
Peer = Callable[[Documents, Documents], bool]
"""Whether it raises an alarm, by the documents of the mock and those of the service."""


@dataclass(frozen=True, slots=True)
class Score:
    """One example: what was expected and found of it, and who raised an alarm."""

    category: str
    expected: int
    hit: int
    forbidden: int
    is_alarming: bool
    alarms: Mapping[str, bool]


def by_schema(mocked: Documents, real: Documents) -> bool:
    """Whether a real document is none under the schema that genson makes of the mocked ones."""
    builder = SchemaBuilder()
    for document in mocked:
        builder.add_object(document)
    validator = Draft202012Validator(builder.to_schema())
    return not all(map(validator.is_valid, real))


def by_diff(mocked: Documents, real: Documents) -> bool:
    """Whether a real document lacks a path or has another type at one, beside each of the mocked ones."""
    return any(all(_differs(ours, theirs) for ours in mocked) for theirs in real)


def _differs(ours: object, theirs: object) -> bool:
    """Members that are gone and types that are others; of arrays the first elements; additions are let be."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return any(name not in theirs or _differs(value, theirs[name]) for name, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return bool(ours and theirs) and _differs(ours[0], theirs[0])
    return _type(ours) is not _type(theirs)


def _type(value: object) -> type:
    """Its JSON type; integers are numbers."""
    return float if type(value) is int else type(value)


PEERS: Mapping[str, Peer] = {"genson and jsonschema": by_schema, "path and type diff": by_diff}


def _documents(answers: Sequence[Mapping[str, Any]]) -> Iterator[object]:
    """The bodies that are JSON, and the text of those that are not."""
    for answer in answers:
        if "body" in answer:
            yield answer["body"]
        elif "body_text" in answer:
            try:
                yield json.loads(answer["body_text"])
            except ValueError:
                yield answer["body_text"]


def score(vector: Vector, line: Mapping[str, Any]) -> Score:
    """One example judged by all."""
    found = vector.found()
    mocked = [*_documents(line["mock"].get("responses", [line["mock"]]))]
    real = [*_documents(line["real"])]
    alarms = {name: bool(mocked) and peer(mocked, real) for name, peer in PEERS.items()}
    return Score(
        category=vector.category,
        expected=len(vector.expect),
        hit=len(vector.expect & found),
        forbidden=sum(1 for _ in vector.violations(found)),
        is_alarming=vector.is_alarming,
        alarms={"driftwatch": any(place.is_alarm for place in found), **alarms},
    )


def scores_of(file: Path) -> list[Score]:
    """All examples of a file."""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [score(vector, line) for vector, line in zip(read_vectors(file), lines, strict=True)]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _alarmed(scores: Sequence[Score], *, rightly: bool) -> dict[str, float | None]:
    """Of the examples with an alarm (or without one) the share on which each raises any."""
    asked = [one for one in scores if one.is_alarming is rightly]
    return {name: _share(sum(one.alarms[name] for one in asked), len(asked)) for name in ("driftwatch", *PEERS)}


def figures(what: str, scores: Sequence[Score]) -> Iterator[dict[str, object]]:
    """What of the expected was found, and how many examples met something forbidden, beside the peers' alarms."""
    recall = _share(sum(one.hit for one in scores), sum(one.expected for one in scores))
    broken = sum(1 for one in scores if one.forbidden)
    yield {
        "name": f"accuracy, {what}: recall, kind, severity and path exact", "ratio": recall, "goal": ">= 0.95",
        "expected": sum(one.expected for one in scores), "alarms noticed": _alarmed(scores, rightly=True),
    }  # fmt: skip
    yield {
        "name": f"accuracy, {what}: examples with a forbidden finding", "ratio": _share(broken, len(scores)),
        "goal": "<= 0.02", "examples": len(scores), "false alarms": _alarmed(scores, rightly=False),
    }  # fmt: skip


def peers(what: str, scores: Sequence[Score]) -> Iterator[dict[str, object]]:
    """The peers' alarms once more, a figure each: the tables hold one number a line."""
    for title, rightly in (("alarms noticed", True), ("false alarms", False)):
        for name, ratio in _alarmed(scores, rightly=rightly).items():
            yield {"name": f"accuracy, {what}: {title}, {name}", "ratio": ratio, "goal": "-"}


def main() -> None:
    """Print every figure: each category over all examples, then each set as a whole."""
    sets = {"our examples": [one for file in sorted(OWN.glob("*.jsonl")) for one in scores_of(file)]}
    if DESIGN.is_file():
        sets["the design's examples"] = scores_of(DESIGN)
    everything = [one for scores in sets.values() for one in scores]
    for category in dict.fromkeys(one.category for one in everything):
        _print(figures(category, [one for one in everything if one.category == category]))
    for what, scores in sets.items():
        _print(figures(what, scores))
        _print(peers(what, scores))


def _print(lines: Iterator[dict[str, object]]) -> None:
    for line in lines:
        sys.stdout.write(f"{json.dumps(line)}\n")


if __name__ == "__main__":
    main()
