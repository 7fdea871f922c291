"""Laws of healing over every mock of every format: the cases of the formats, and the public files of the corpus.

Each answer of each mock is healed with nothing, and with one value. What a format says of its answers' places is shown
right by what is read back: the rewriter refuses what does not read as intended, and no refusal of that kind may come.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from driftwatch.mocks.catalog import FORMATS
from driftwatch.mocks.format import HealableFormat, ReadOnlyFormat
from driftwatch.mocks.homes import homes_of
from driftwatch.mocks.rewriting.splices import differing
from driftwatch.mocks.text import json_text
from driftwatch.model.edit import Change, Draft, Edit, Part
from driftwatch.model.interaction import Expectation, Interaction
from tests.mocks.rewriting.mending import Mocks, leaves, mend_of

CASES = Path(__file__).parents[1] / "formats"
CORPUS = Path(__file__).parents[1] / "corpus"
MOST = 12
"""Mocks of one folder that are tried; the others are like them."""
AWKWARD = json.dumps('it\'s "é" / <b>: #1\n')
"""A text that needs escapes in every notation."""
_PACKED = re.compile(r"base64|!binary|encodedBody\W+true|\b1f8b|H4sI")
"""Files with bodies of which no character is the file's."""
_ALIKE = re.compile("[0-9A-Za-z]")
LOST = "does not read back as intended"
SELECTED = "other mocks would change"
"""A changed answer may decide which mocks there are: json-server's ids name its paths."""


@pytest.mark.parametrize("name", [entry.load().NAME for entry in FORMATS])
def test_every_format_can_be_healed_or_says_why_not(name: str) -> None:
    """Nobody has to guess."""
    known = homes_of(name)
    assert isinstance(known, HealableFormat | ReadOnlyFormat)
    assert isinstance(known, HealableFormat) or len(known.WHY_NOT) > 20


def _variants(mocks: Mocks) -> Iterator[tuple[Interaction, int, Expectation]]:
    for interaction in mocks.interactions[:MOST]:
        if isinstance(homes_of(interaction.format), HealableFormat):
            for number, variant in enumerate(interaction.variants):
                yield interaction, number, variant


def _alike(value: Any) -> str:
    """JSON of another value that takes as many bytes, so that no length beside the body changes."""
    if isinstance(value, str):
        return json.dumps(
            _ALIKE.sub(lambda one: "x" if one.group() != "x" else "y", value, count=1), ensure_ascii=False
        )
    return re.sub("[0-9]", lambda one: "7" if one.group() != "7" else "8", json.dumps(value), count=1)


def _leaf(variant: Expectation) -> tuple[tuple[str | int, ...], Any] | None:
    """The last value of a JSON body: the first is often an id that others refer to."""
    try:
        body = json_text.decode((variant.body or b"").decode())
    except (ValueError, RecursionError):
        return None
    dynamic = {matcher.path for matcher in variant.matchers}
    return None if "" in dynamic else next(reversed(list(leaves(body))), None)


def _check(folder: Path) -> None:
    mocks = Mocks(folder)
    for interaction, number, variant in _variants(mocks):
        where = f"{interaction.origin} variant {number}"
        assert mocks.rewriter.rewrite([mend_of(interaction, number)]).drafts == (), where
        if (leaf := _leaf(variant)) is None:
            continue
        for value in (_alike(leaf[1]), AWKWARD):
            edit = Edit(Part.BODY, Change.SET, leaf[0], value=value)
            made = mocks.rewriter.rewrite([mend_of(interaction, number, edit)])
            for unwritten in made.unwritten:
                is_lost = LOST in unwritten.reason and SELECTED not in unwritten.reason
                assert not is_lost, f"{where}: {unwritten.reason}"
                assert "edited since" not in unwritten.reason, where
            for draft in made.drafts if _has_right_length(variant) else ():
                _check_draft(draft, value, where)


def _has_right_length(variant: Expectation) -> bool:
    """A length that was wrong before is put right with the body."""
    told = variant.header("content-length")
    return told is None or told == str(len(variant.body or b"")) or variant.header("content-encoding") is not None


def _check_draft(draft: Draft, value: str, where: str) -> None:
    """A value of the same length: one stretch of its length in one line differs, unless the body is packed."""
    before, after = draft.before.decode("utf-8", "surrogateescape"), draft.after.decode("utf-8", "surrogateescape")
    if value == AWKWARD or not draft.is_change or draft.path.endswith(".zz") or _PACKED.search(before):
        return
    (one,) = differing(before, after)
    assert len(one.text) <= (1 if value.startswith('"') else len(value)), where
    changed = [line for line, other in zip(before.splitlines(), after.splitlines(), strict=True) if line != other]
    assert len(changed) == 1, where


@pytest.mark.parametrize("case", sorted(CASES.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_case_is_healed_by_one_value(case: Path) -> None:
    """Of every answer in it."""
    _check(case)


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(path.stem for path in CORPUS.glob("*.yaml")))
def test_a_public_file_is_healed_by_one_value(name: str, shared: Path) -> None:
    """Of the first answers of each tool's folder."""
    _check(shared / "corpus" / name)
