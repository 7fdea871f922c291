"""What is spelled reads back as what it was: the law of every format, for cases by hand and by chance."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from driftwatch.mocks.spelling.catalog import DELAYING, SPELLINGS, spelling
from driftwatch.model.route import nameless, path_template
from driftwatch.model.tape import Tape
from tests.mocks.spelling.making import (
    SHOP,
    answers,
    asked,
    get,
    question,
    read_back,
    reply,
    said,
    tapes,
    told,
    written,
)

WHOLE = tuple(name for name in SPELLINGS if name != "openapi")
"""Formats in which every dialogue stays one; a description has one place for an operation."""


def check(name: str, tape: Tape, folder: Path) -> None:
    """Every question, and every answer of those that the format has words for, in order."""
    spelled = spelling(name).spell(tape)
    claims: dict[object, list[object]] = {}
    found = read_back(written(spelled, folder))
    for claim in found:  # of Pact several: it tells alternatives apart by provider states, which have no order
        claims.setdefault(asked(claim), []).extend(answers(claim))
    ordered = (lambda many: sorted(many, key=repr)) if name == "pact" else list
    partly = {question(one.dialogue) for one in spelled.unspelled}
    assert {question(one) for one in tape.dialogues} - partly <= set(claims)
    assert set(claims) <= {question(one) for one in tape.dialogues}
    for dialogue in tape.dialogues:
        real = said(dialogue)
        if question(dialogue) in partly:
            assert claims.get(question(dialogue), real[:1]) == real[:1]
        else:
            assert ordered(claims[question(dialogue)]) == ordered(real)
    assert {claim.interactions[0].format for claim in found} == {name}


@pytest.mark.parametrize("name", WHOLE)
def test_a_shop_reads_back(name: str, tmp_path: Path) -> None:
    """What formats are likely to stumble over: queries, forms, several answers, bodies that differ, odd paths."""
    check(name, SHOP, tmp_path)


@pytest.mark.parametrize("name", WHOLE)
@given(tape=tapes())
@settings(deadline=None, max_examples=40)
def test_anything_reads_back(name: str, tape: Tape) -> None:
    """Any dialogues read back as the same questions with the same answers, in the same order."""
    with tempfile.TemporaryDirectory() as folder:
        check(name, tape, Path(folder))


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize(("delay", "expected"), [(1500.0, 1500.0), (3399.2, 3400.0), (0.0, None), (None, None)])
def test_a_delay_reads_back(name: str, delay: float | None, expected: float | None, tmp_path: Path) -> None:
    """In whole milliseconds, never sooner; formats without a place for it say all the rest."""
    first, second = reply({"id": 7}), reply({"id": 8}, 201)
    tape = Tape("shop", "https://shop.example", (get("/a", replace(first, delay_ms=delay)), get("/b", second)))
    spelled = spelling(name).spell(tape)
    assert spelled.unspelled == ()
    found = {claim.request.path: claim.variants[0] for claim in read_back(written(spelled, tmp_path))}
    assert {path: one.delay_ms for path, one in found.items()} == {
        "/a": expected if name in DELAYING else None, "/b": None,
    }  # fmt: skip
    assert json.loads(found["/a"].body or b"") == {"id": 7}


@pytest.mark.parametrize("name", DELAYING)
def test_each_answer_has_a_delay_of_its_own(name: str, tmp_path: Path) -> None:
    """Of several answers in turn only the second is late."""
    several = (reply({"n": 1}, 202), replace(reply({"n": 2}), delay_ms=700.0), reply({"n": 3}, 410))
    spelled = spelling(name).spell(Tape("shop", "https://shop.example", (get("/jobs/3", *several),)))
    (claim,) = read_back(written(spelled, tmp_path))
    assert [one.delay_ms for one in claim.variants] == [None, 700.0, None]


def operations(tape: Tape) -> dict[tuple[str, str], set[Any]]:
    """What each operation answers, whoever asks for what."""
    found: dict[tuple[str, str], set[Any]] = {}
    for dialogue in tape.dialogues:
        key = dialogue.method, nameless(path_template(dialogue.path))
        found.setdefault(key, set()).update((status, body) for status, _, body in said(dialogue))
    return found


def check_description(tape: Tape, folder: Path) -> None:
    """Every operation, with all its statuses and every answer as an example."""
    spelled = spelling("openapi").spell(tape)
    assert spelled.unspelled == ()
    claims = read_back(written(spelled, folder))
    described: dict[tuple[str, str], set[object]] = {}
    wanted = operations(tape)
    for claim in claims:  # refusals are described, but nobody claims that this request gets one
        key = claim.request.method, nameless(claim.request.path_template)
        assert {(status, body) for status, _, body in answers(claim)} <= wanted[key]
        specification = claim.interactions[0].specification
        assert specification is not None
        every = [one for status, _ in wanted[key] for one in specification.under(status)]
        described.setdefault(key, set()).update((status, body) for status, _, body in map(told, every))
    assert described == wanted
    assert {claim.interactions[0].format for claim in claims} == {"openapi"}


def test_a_shop_reads_back_as_a_description(tmp_path: Path) -> None:
    """The same, told by operations: a description has one place for all records of one."""
    check_description(SHOP, tmp_path)


@given(tape=tapes())
@settings(deadline=None, max_examples=40)
def test_anything_reads_back_as_a_description(tape: Tape) -> None:
    """Any dialogues are examples of their operations."""
    with tempfile.TemporaryDirectory() as folder:
        check_description(tape, Path(folder))
