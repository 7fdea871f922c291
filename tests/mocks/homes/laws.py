"""The law of every home: an edit is refused for a reason, or it changes its own lines alone and reads back as meant.

What an edit makes of an answer is worked out here a second time, on plain values, and held against what is read.
"""

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from driftwatch.mocks.places import Place, Places
from driftwatch.mocks.rewriting.rewriter import Rewriter
from driftwatch.mocks.source import FolderSource
from driftwatch.model.edit import Change, Draft, Edit, Mend, Part
from driftwatch.model.interaction import Expectation, Interaction

NEW_TEXT: Final = 'new "é" \\ value\n<&> ' + "x" * 8
"""A text that needs escapes everywhere."""
NEW_NUMBER: Final = "12345.50"
KINDS: Final = frozenset([
    "status", "header added", "header set", "header removed", "leaf set", "member added", "member removed",
    "member renamed", "item added", "text set", "body added",
])  # fmt: skip
"""The kinds of edits."""
_LEAVES: Final = 2
"""Leaves and objects of one document that are tried: the first ones and the last ones."""
_ALL_REFUSED: Final = 3
"""Edits refused for one reason, after which all of an answer's are taken to be."""
_FOLLOWERS: Final = ("content-length", "content_length", "content-md5", '"size"', '"bodysize"', '"$.')
"""What may change beside a body: what tells its length, and Pact's rules that speak of it."""

_BARE_LENGTH: Final = re.compile(r"""\s*(?:- )?["']?\d+["']?,?""")
"""A header's value on a line of its own."""


class Outcome(Struct):
    """What became of all edits of a folder."""

    healed: Counter[str] = field(default_factory=Counter)
    """How many edits of a kind were made."""
    refused: Counter[str] = field(default_factory=Counter)
    """How many were refused, by kind and reason."""


def rewriter(folder: Path, **more: Any) -> Rewriter:
    """The way back into a folder of mocks."""
    return Rewriter(Places((Place(FolderSource(folder, **more)),)))


def interactions(folder: Path, *formats: str, **more: Any) -> list[Interaction]:
    """The folder's interactions, of these formats or of all."""
    found = [one for one in FolderSource(folder, **more).read() if isinstance(one, Interaction)]
    return [one for one in found if not formats or one.format in formats]


def mend(one: Interaction, *edits: Edit, variant: int = 0) -> Mend:
    """These edits of one answer of an interaction."""
    return Mend(one.provider, one.origin, one.format, one.mock_id, variant, edits)


def set_leaf(*steps: str | int, value: object) -> Edit:
    """Another value in the place of one in the body."""
    return Edit(Part.BODY, Change.SET, steps, value=json.dumps(value))


def try_everything(folder: Path, *formats: str) -> Outcome:
    """Every kind of edit in every answer of a folder, each held against the law."""
    outcome = Outcome()
    way_back = rewriter(folder)
    for one in interactions(folder, *formats):
        assert way_back.rewrite([mend(one)]).drafts == (), f"{one.origin}: nothing was to change"
        for position, variant in enumerate(one.variants):
            refusals: list[str] = []
            for kind, edit in edits_of(variant):
                refusals.append(_try(way_back, one, position, kind, edit, outcome))
                if refusals[0] and refusals == [refusals[0]] * _ALL_REFUSED:
                    break
    return outcome


def heal_all(folder: Path, *formats: str) -> Outcome:
    """One leaf of every answer of a folder, or its text, all at once: how many are made, and why others are refused."""
    outcome, way_back = Outcome(), rewriter(folder)
    wanted: dict[tuple[str, str, str], tuple[Interaction, Edit]] = {}
    for one in interactions(folder, *formats):
        kind, edit = next(iter(edits_of(one.variants[0])), ("", None)) if one.variants else ("", None)
        if edit is not None and kind in ("leaf set", "text set"):
            wanted[_place(one)] = one, edit
    done = way_back.rewrite([mend(one, edit) for one, edit in wanted.values()])
    for unwritten in done.unwritten:
        outcome.refused[unwritten.reason] += 1
        wanted.pop((unwritten.mend.mock_id, unwritten.mend.origin.file, unwritten.mend.origin.pointer))
    for again in way_back.read(done.drafts):
        if isinstance(again, Interaction) and _place(again) in wanted:
            one, edit = wanted.pop(_place(again))
            assert is_meant(one.variants[0], edit, again.variants[0]), f"{one.origin}: {edit}"
            outcome.healed[one.format] += 1
    assert not wanted, "mocks are not there any more"
    return outcome


def _try(way_back: Rewriter, one: Interaction, position: int, kind: str, edit: Edit, outcome: Outcome) -> str:
    """Why it was refused; empty if it was made."""
    where = f"{one.origin} {one.mock_id} variant {position}: {edit}"
    done = way_back.rewrite([mend(one, edit, variant=position)])
    if done.unwritten:
        assert not done.drafts, where
        outcome.refused[f"{kind}: {done.unwritten[0].reason}"] += 1
        return done.unwritten[0].reason
    (draft,) = done.drafts
    again = _found(way_back, draft, one)
    assert is_meant(one.variants[position], edit, again.variants[position]), where
    _assert_small(draft, kind, where)
    outcome.healed[kind] += 1
    return ""


def _found(way_back: Rewriter, draft: Draft, wanted: Interaction) -> Interaction:
    for one in way_back.read((draft,)):
        if isinstance(one, Interaction) and _place(one) == _place(wanted):
            return one
    raise AssertionError(f"{wanted.origin} is not there any more")


def _place(one: Interaction) -> tuple[str, str, str]:
    return one.mock_id, one.origin.file, one.origin.pointer


# the edits


def edits_of(variant: Expectation) -> Iterator[tuple[str, Edit]]:
    """Edits of every kind that suit an answer, with the names of their kinds; those of the body come first."""
    yield from _of_body(variant)
    yield "status", Edit(Part.STATUS, Change.SET, value="418" if variant.status != 418 else "417")
    yield "header added", Edit(Part.HEADER, Change.ADD, name="X-Added", value="yes: it is")
    for name, _ in variant.headers[:1]:
        yield "header set", Edit(Part.HEADER, Change.SET, name=name, value="text/new")
        yield "header removed", Edit(Part.HEADER, Change.REMOVE, name=name)


def _of_body(variant: Expectation) -> Iterator[tuple[str, Edit]]:
    try:
        document = json.loads(variant.body or b"")
    except ValueError:
        change = Change.SET if variant.body else Change.ADD
        kind = "text set" if variant.body else "body added"
        yield kind, Edit(Part.BODY, change, value="other text", is_text=True)
        return
    leaves = [steps for steps, value in _walk(document) if steps and not isinstance(value, dict | list)]
    for steps in _ends(leaves):
        is_text = isinstance(_at(document, steps), str)
        value = json.dumps(NEW_TEXT) if is_text else NEW_NUMBER
        yield "leaf set", Edit(Part.BODY, Change.SET, steps, value=value)
    objects = [steps for steps, value in _walk(document) if isinstance(value, dict) and value]
    for steps in _ends(objects):
        names = list(_at(document, steps))
        first, last = names[0], names[-1]
        yield "member added", Edit(Part.BODY, Change.ADD, (*steps, "added"), value='{"of": [1, null]}', after=first)
        yield "member removed", Edit(Part.BODY, Change.REMOVE, (*steps, last))
        yield "member renamed", Edit(Part.BODY, Change.RENAME, (*steps, first), name="named_anew")
    lists = [steps for steps, value in _walk(document) if isinstance(value, list)]
    for steps in _ends(lists):
        place = (*steps, len(_at(document, steps)))
        yield "item added", Edit(Part.BODY, Change.ADD, place, value='{"of": 1}')


def _ends(places: Sequence[tuple[str | int, ...]]) -> Sequence[tuple[str | int, ...]]:
    return list(dict.fromkeys([*places[: _LEAVES // 2], *places[-_LEAVES // 2 :]]))


def _walk(value: Any, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield steps, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield from _walk(one, (*steps, step))


def _at(value: Any, steps: Sequence[str | int]) -> Any:
    for step in steps:
        value = value[step]
    return value


# the law


def is_meant(before: Expectation, edit: Edit, after: Expectation) -> bool:
    """Whether an answer is another with one edit made, by a reckoning of its own."""
    match edit.part:
        case Part.STATUS:
            return str(after.status) == edit.value
        case Part.HEADER:
            values = [value for name, value in after.headers if name.lower() == edit.name.lower()]
            is_right = not values if edit.change is Change.REMOVE else edit.value in values
            return is_right and after.status == before.status and after.body == before.body
        case _:
            return after.status == before.status and _is_meant_body(before.body, edit, after.body)


def _is_meant_body(before: bytes | None, edit: Edit, after: bytes | None) -> bool:
    if edit.is_text:
        return (after or b"").decode() == edit.value
    wanted, found = json.loads(before or b"null"), json.loads(after or b"")
    holder = _at(wanted, edit.steps[:-1])
    last: Any = edit.steps[-1]
    match edit.change:
        case Change.REMOVE:
            del holder[last]
        case Change.RENAME:
            holder[edit.name] = holder.pop(last)
        case _ if isinstance(holder, list) and last == len(holder):
            holder.append(json.loads(edit.value))
        case _:
            holder[last] = json.loads(edit.value)
    return bool(msgspec.json.encode(wanted, order="sorted") == msgspec.json.encode(found, order="sorted"))


_MOST_LINES: Final[dict[str, tuple[int, int]]] = {
    "status": (3, 3), "header set": (1, 8), "header removed": (6, 2), "header added": (3, 8), "leaf set": (4, 6),
    "member renamed": (1, 1), "member removed": (40, 2), "member added": (2, 12), "item added": (2, 8),
}  # fmt: skip
"""How many lines may go and come with an edit. A text may stand folded over some, a member that goes may hold many."""


def _assert_small(draft: Draft, kind: str, where: str) -> None:
    """No line changes but those of the edit, and those that tell a body's length."""
    before, after = draft.before.decode("utf-8", "replace"), draft.after.decode("utf-8", "replace")
    gone, come = _changed(before, after)
    most = _MOST_LINES.get(kind)
    if most is not None and not any(map(_is_packed, gone)):
        assert len(gone) <= most[0], f"{where}\n{gone}\n{come}"
        assert len(come) <= most[1], f"{where}\n{gone}\n{come}"


def _changed(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    gone: list[str] = []
    come: list[str] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            gone += [line for line in old[a:b] if not _follows(line)]
            come += [line for line in new[c:d] if not _follows(line)]
    return gone, come


def _follows(line: str) -> bool:
    return any(name in line.lower() for name in _FOLLOWERS) or _BARE_LENGTH.fullmatch(line) is not None


def _is_packed(line: str) -> bool:
    """Whether a line may be base64, of which nothing stays when what it holds changes."""
    return " " not in line.strip() and len(line.strip()) > 40
