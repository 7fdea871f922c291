"""How much inference, the walk and comparison cost, beside genson, decoding and deepdiff, measured in one run.

Run as ``python -m tests.bench.bench_shapes``; prints one JSON object per figure. Documents are prepared once, the
collector is off, both sides alternate, the best of several rounds counts: CPU seconds of this process, as ratios.
Inference includes everything up to the ``Shape``; genson includes ``to_schema``. deepdiff runs in a process of its own,
in the peers' environment (``make bench-peers`` makes it); without that its figures are left out, with a word.
"""

import gc
import json
import platform
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
from genson import SchemaBuilder

from driftwatch.drift.body import compare_shapes
from driftwatch.drift.terms import Terms
from driftwatch.model.shape import Shape
from driftwatch.shapes.infer import Builder, infer
from driftwatch.shapes.walk import compile_walk
from tests.bench.peers.deepdiff import deepdiff
from tests.bench.peers.peer import LeftOutError

ROUNDS = 7
WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet")


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure, what is on either side of the ratio, and the bound it must stay under."""

    name: str
    what: str
    bound: float


def record(dice: random.Random) -> dict[str, object]:
    """Ten fields as in a list of customers: id, date-time, e-mail, a nullable object, tags."""
    day = f"2024-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:15:00Z"
    return {
        "id": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
        "name": " ".join(dice.choices(WORDS, k=2)).title(),
        "email": f"{dice.choice(WORDS)}{dice.randint(1, 999)}@example.com",
        "created_at": day,
        "age": dice.randint(18, 90),
        "balance": round(dice.random() * 1000, 2),
        "active": dice.random() < 0.5,
        "status": dice.choice(("new", "paid", "void")),
        "address": None
        if dice.random() < 0.2
        else {"street": dice.choice(WORDS), "zip": f"{dice.randint(0, 99999):05}"},
        "tags": dice.choices(WORDS, k=dice.randint(0, 3)),
    }


def page(dice: random.Random, length: int) -> dict[str, object]:
    """An answer of about so many bytes: a page of records."""
    body = {"page": 1, "total": 9000, "next": "https://api.example.com/customers?page=2"}
    items: list[object] = []
    while len(json.dumps({**body, "items": items})) < length:
        items.append(record(dice))
    return {**body, "items": items}


def best_of(rounds: int, repeats: int, *sides: Callable[[], object]) -> list[float]:
    """The least CPU seconds each side took for one call; the sides take turns."""
    least = [float("inf")] * len(sides)
    for _ in range(rounds):
        for index, side in enumerate(sides):
            start = time.process_time()
            for _ in range(repeats):
                side()
            least[index] = min(least[index], (time.process_time() - start) / repeats)
    return least


def id_map(dice: random.Random, size: int) -> dict[str, object]:
    """An object keyed by identifiers."""
    return {str(uuid.UUID(int=dice.getrandbits(128))): dice.randint(1, 99) for _ in range(size)}


def genson_of(documents: Sequence[object]) -> object:
    """The schema that genson alone makes."""
    builder = SchemaBuilder()
    for document in documents:
        builder.add_object(document)
    return builder.to_schema()


def counts_of(documents: Sequence[object]) -> Builder:
    """Our builder with all documents in it, before the counts become a shape."""
    builder = Builder(literal=False)
    builder.add_all(documents)
    return builder


def decode_all(raws: Sequence[bytes]) -> object:
    """The documents of the same bytes."""
    return [msgspec.json.decode(raw) for raw in raws]


def against_genson() -> Iterator[tuple[Goal, float]]:
    """Inference of the same objects by plain genson and by ours (G7), and by ours beside decoding (G8)."""
    dice = random.Random(7)
    sets: tuple[tuple[str, list[object], int, float], ...] = (
        ("5,000 small objects", [record(dice) for _ in range(5000)], 1, 5.0),
        ("one 2 KB body, fresh builder", [page(dice, 2000)], 300, 0.0),
        ("one 200 KB body, fresh builder", [page(dice, 200_000)], 3, 5.0),
        ("10 MB array of 50,000 objects", [[record(dice) for _ in range(50_000)]], 1, 4.0),
        ("map with 50,000 uuid keys", [id_map(dice, 50_000)], 1, 3.0),
    )
    for name, documents, repeats, bound in sets:
        raws = [msgspec.json.encode(document) for document in documents]
        genson, counts, shape, decoded = best_of(
            3 if sum(map(len, raws)) > 1_000_000 else ROUNDS,
            repeats,
            partial(genson_of, documents),
            partial(counts_of, documents),
            partial(infer, documents, literal=False),
            partial(decode_all, raws),
        )
        yield Goal("G7", f"count / genson, add_object and to_schema: {name}", 1.0), counts / genson
        yield Goal("G7", f"infer to Shape / genson, add_object and to_schema: {name}", 1.0), shape / genson
        if bound:
            yield Goal("G8", f"infer to Shape / msgspec decode: {name}", bound), shape / decoded


def whole_way() -> Iterator[tuple[Goal, float]]:
    """From documents to differences, beside decoding the same bytes (G8) and genson, which compares nothing (G7).

    That is the way of answers in which the walk met something new: inferred, and compared with what a mock promised.
    Small answers go it together, as samples of one request do, and one by one, as answers to as many requests do.
    """
    dice = random.Random(8)
    mocks = [record(dice) for _ in range(3)]
    many = [changed(record(dice)) if number % 100 == 0 else record(dice) for number in range(50_000)]
    few = many[:10_000]
    sets: tuple[tuple[str, object, list[list[object]], float], ...] = (
        ("10 MB array of 50,000 objects", mocks, [[many]], 4.0),
        ("10,000 small answers, together", mocks[0], [[*few]], 5.0),
        ("10,000 small answers, one by one", mocks[0], [[answer] for answer in few], 5.0),
    )
    for name, mock, evidence, bound in sets:
        promised = infer([mock], literal=True)
        assert differences(promised, evidence), "there is a difference to find"
        raws = [msgspec.json.encode(answer) for answers in evidence for answer in answers]
        compared, genson, decoded = best_of(
            3, 1, partial(differences, promised, evidence), partial(gensons_of, evidence), partial(decode_all, raws)
        )
        yield Goal("G7", f"infer and compare / genson, add_object and to_schema: {name}", 1.0), compared / genson
        yield Goal("G8", f"infer and compare / msgspec decode: {name}", bound), compared / decoded


def differences(promised: Shape, evidence: Sequence[Sequence[object]]) -> int:
    """How many there are, the answers of each request held against the promise."""
    shapes = (infer(answers, literal=False) for answers in evidence)
    return sum(1 for shape in shapes for _ in compare_shapes(promised, shape, Terms()))


def gensons_of(evidence: Sequence[Sequence[object]]) -> object:
    """A schema for the answers of each request."""
    return [genson_of(answers) for answers in evidence]


def against_decoding() -> Iterator[tuple[Goal, float]]:
    """The walk of a body whose shape is known, beside the decoding of its bytes (G9)."""
    dice = random.Random(9)
    walk = compile_walk(infer([page(dice, 20_000)], literal=True))
    for name, length, repeats in (("2 KB body", 2000, 500), ("200 KB body", 200_000, 5)):
        document = page(dice, length)
        raw = msgspec.json.encode(document)
        assert walk(document), "the walk must go the whole way to be measured"
        walked, decoded = best_of(ROUNDS, repeats, partial(walk, document), partial(msgspec.json.decode, raw))
        yield Goal("G9", f"shape walk / msgspec decode: {name}", 4.0), walked / decoded


def changed(document: dict[str, object]) -> dict[str, object]:
    """The same record some releases later: one member gone, one renamed, one of another type, one added."""
    later = {**document, "balance": str(document["balance"]), "userName": document["name"], "colour": "blue"}
    return {name: value for name, value in later.items() if name not in ("email", "name")}


def against_deepdiff() -> Iterator[tuple[Goal, float]]:
    """Comparison of two shapes, beside deepdiff on the schemas that genson makes of the same documents (G10)."""
    dice = random.Random(10)
    one = record(dice)
    many: dict[str, object] = {f"part_{number}": record(dice) for number in range(100)}
    later = {name: changed(record(dice)) if int(name[5:]) % 10 == 0 else part for name, part in many.items()}
    for name, old, new, repeats in (("a record", one, changed(one), 20), ("100 records, 10 changed", many, later, 1)):
        promised, delivered = infer([old], literal=True), infer([new], literal=False)
        compare = partial(lambda mock, real: [*compare_shapes(mock, real, Terms())], promised, delivered)
        assert compare(), "there is a difference to find"
        with deepdiff(genson_of([old]), genson_of([new])) as theirs:
            rounds = [(best_of(1, 10 * repeats, compare)[0], theirs(repeats)) for _ in range(ROUNDS)]
        ratio = min(ours for ours, _ in rounds) / min(peer for _, peer in rounds)
        yield Goal("G10", f"compare shapes / deepdiff of their schemas: {name}", 0.02), ratio


def left_out_where_missing() -> Iterator[tuple[Goal, float]]:
    """The figures beside deepdiff, if it is there."""
    try:
        yield from against_deepdiff()
    except LeftOutError as error:
        sys.stderr.write(f"G10 is left out: {error}\n")


def main() -> None:
    """Print every figure with its bound."""
    gc.disable()
    for figures in (against_genson, whole_way, against_decoding, left_out_where_missing):
        for goal, ratio in figures():
            figure = {
                "goal": goal.name, "what": goal.what, "ratio": round(ratio, 3), "bound": goal.bound,
                "met": ratio <= goal.bound, "python": platform.python_version(),
            }  # fmt: skip
            sys.stdout.write(f"{json.dumps(figure)}\n")
            gc.collect()


if __name__ == "__main__":
    main()
