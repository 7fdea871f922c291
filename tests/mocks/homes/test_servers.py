"""The mocks of mock servers as they are rewritten: the law of their homes, on every case of theirs.

The mends of a folder are made all at once, as healing makes them, one kind of edit after the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from driftwatch.mocks.answers.bodies import has_no_body
from driftwatch.mocks.rewriting.rewriter import Rewriter
from driftwatch.model.edit import Change, Edit, Mend, Part, Rewritten
from driftwatch.model.interaction import Expectation, Interaction
from tests.mocks.homes.laws import edits_of, interactions, is_meant, mend, rewriter, try_everything

CASES: Final = Path(__file__).parent.parent / "formats"
SERVERS: Final = (
    "hoverfly", "imposter", "json-server", "killgrave", "mmock", "mockoon", "mockserver", "moco", "mountebank",
    "smocker", "stubby", "wiremock-net",
)  # fmt: skip
KINDS: Final = (
    "status", "header added", "header set", "header removed", "leaf set", "member added", "member removed",
    "member renamed", "item added", "text set", "body added",
)  # fmt: skip
TEMPLATED: Final = "a template of the mock writes what would have to change"
PROGRAM: Final = "no answer of it is written out"
NAMED: Final = "a template names its body file"
SHARED: Final = "is that of several mocks"
ABSENT: Final = "does not stand in the file"
NO_TEXT: Final = "the body is not text"
OWN_TYPE: Final = "other headers would change"
NOT_READ: Final = "does not read as intended"
OTHERS: Final = "other mocks would change"
REASONS: Final[dict[str, tuple[str, ...]]] = {
    "hoverfly": (TEMPLATED, "its body is fetched from another server", "its body would change"),
    "imposter": (
        TEMPLATED,
        ABSENT,
        "it has no `response`",
        "its body is a folder of files",
        "its body would change",
        OWN_TYPE,
        NOT_READ,
    ),
    "json-server": ("json-server makes the status and the headers", OTHERS, NOT_READ),
    "killgrave": (TEMPLATED, "its body would change"),
    "mmock": (TEMPLATED, ABSENT),
    "mockoon": (
        TEMPLATED,
        ABSENT,
        NO_TEXT,
        "its body file is not there",
        NAMED,
        "not spelled in digits",
        OTHERS,
        "is used elsewhere",
        NOT_READ,
    ),
    "mockserver": (PROGRAM, ABSENT, NO_TEXT, "a template makes its answer", "it is generated from a schema", NOT_READ),
    "moco": (TEMPLATED, ABSENT, SHARED, "it is a redirect", NAMED, OWN_TYPE, NOT_READ),
    "mountebank": (TEMPLATED, PROGRAM, NO_TEXT, "that of the imposter's default response"),
    "smocker": ("a script makes its answer", "its body would change"),
    "stubby": (TEMPLATED, PROGRAM, "the name of its body file is made of the request"),
    "wiremock-net": (TEMPLATED, SHARED, NAMED, NOT_READ),
}
"""All reasons for which an edit may be refused, by parts of them."""
NEVER: Final[dict[str, frozenset[str]]] = {
    "json-server": frozenset(["status", "header added", "header set", "header removed", "text set", "body added"]),
    "mockoon": frozenset(["body added"]),
    "mmock": frozenset(["item added"]),
    "smocker": frozenset(["item added"]),
}
"""Kinds of edits that no case of a format is made for."""
SMALL: Final = (
    ("hoverfly", "body-files"), ("imposter", "version-4"), ("killgrave", "orders"), ("mmock", "search"),
    ("mockoon", "export-of-several"), ("mockserver", "loosely-written"), ("moco", "settings"),
    ("mountebank", "includes"), ("mountebank", "data-folder"), ("smocker", "json-and-one-mock"),
    ("stubby", "stubby4node"), ("wiremock-net", "templates"),
)  # fmt: skip


@pytest.mark.parametrize("name", SERVERS)
def test_no_edit_changes_no_byte(name: str) -> None:
    """Mends without an edit leave every file of a format's cases as it is."""
    for folder in sorted((CASES / name).iterdir()):
        done = rewriter(folder).rewrite([mend(one) for one in interactions(folder, name) if one.variants])
        assert done.drafts == ()


@pytest.mark.parametrize("name", SERVERS)
def test_every_edit_is_made_as_it_is_meant_or_refused_for_a_known_reason(name: str) -> None:
    """Of all answers in a format's cases each is changed in every way, and none is refused for another reason."""
    healed: set[str] = set()
    for folder in sorted((CASES / name).iterdir()):
        healed |= _healed(folder, name)
    assert set(KINDS) - healed == NEVER.get(name, frozenset())


@pytest.mark.shared
@pytest.mark.parametrize("name", SERVERS)
def test_public_mocks_are_rewritten_too(name: str, shared: Path) -> None:
    """What people have published is changed in every way, and read back."""
    healed = _healed(shared / "corpus" / name, name)
    assert "leaf set" in healed or "text set" in healed


@pytest.mark.parametrize(("name", "case"), SMALL)
def test_one_edit_changes_only_its_own_lines(name: str, case: str) -> None:
    """No edit at all changes no byte, and one edit no line but its own."""
    assert try_everything(CASES / name / case, name).healed


def _healed(folder: Path, name: str) -> set[str]:
    """The kinds of edits that were made in a folder."""
    groups = list(_apart(interactions(folder, name)))
    return {kind for kind in KINDS for _ in _changed(folder, groups, name, kind)}


def _changed(folder: Path, groups: Iterable[Sequence[Interaction]], name: str, kind: str) -> Iterator[Mend]:
    """The mends that were made, all of which read as they are meant."""
    way_back = rewriter(folder)
    for group in groups:
        wanted = [made for one in group for made in _mends(one, kind)]
        done = way_back.rewrite(wanted)
        refused = {id(one.mend): one.reason for one in done.unwritten}
        for reason in refused.values():
            assert any(known in reason for known in REASONS[name]), (folder.name, kind, reason)
        made = [one for one in wanted if id(one) not in refused]
        _assert_meant(way_back, done, group, made)
        yield from made


def _apart(readings: Iterable[Interaction]) -> Iterator[Sequence[Interaction]]:
    """Interactions in groups in which none stands inside of another: a list and its items are changed in turn."""
    left = list(readings)
    while left:
        taken: list[Interaction] = []
        rest: list[Interaction] = []
        for one in left:
            (rest if any(_is_inside(one, other) for other in taken) else taken).append(one)
        yield taken
        left = rest


def _is_inside(one: Interaction, other: Interaction) -> bool:
    inner, outer = f"{one.origin.pointer}/", f"{other.origin.pointer}/"
    is_nested = inner.startswith(outer) or outer.startswith(inner)
    return is_nested and one.origin.file == other.origin.file and one.origin.line == other.origin.line


def _mends(one: Interaction, kind: str) -> Iterator[Mend]:
    """One edit of a kind for the first answer of a mock; others may be told by other mocks, too."""
    for variant in one.variants[:1]:
        edits = [edit for found, edit in _edits(variant) if found == kind and _suits(edit, one, variant)]
        yield from (mend(one, edit) for edit in edits[-1:])


def _edits(variant: Expectation) -> Iterator[tuple[str, Edit]]:
    """Edits of every kind. A charset and a coding say how a body is stored, so rather another header is changed."""
    for name in sorted((name for name, _ in variant.headers), key=lambda name: "content-" not in name.lower()):
        yield "header set", Edit(Part.HEADER, Change.SET, name=name, value="text/new")
        yield "header removed", Edit(Part.HEADER, Change.REMOVE, name=name)
    yield from ((kind, edit) for kind, edit in edits_of(variant) if kind not in ("header set", "header removed"))


def _suits(edit: Edit, one: Interaction, variant: Expectation) -> bool:
    """Whether an edit alone makes sense: nobody sees the body of a 204, and a new status would show it."""
    return edit.part is Part.HEADER or not has_no_body(one.request.method, variant.status)


def _assert_meant(way_back: Rewriter, done: Rewritten, group: Sequence[Interaction], made: Sequence[Mend]) -> None:
    again: dict[tuple[str, str, str], list[Interaction]] = defaultdict(list)
    for reading in way_back.read(done.drafts):
        if isinstance(reading, Interaction):
            again[_key(reading)].append(reading)
    before = {_key(one): one for one in group}
    for one in made:
        key = (one.origin.file, one.origin.pointer, one.mock_id)
        found = [other.variants[one.variant] for other in again[key]]
        assert any(is_meant(before[key].variants[one.variant], one.edits[0], other) for other in found), one


def _key(one: Interaction) -> tuple[str, str, str]:
    return one.origin.file, one.origin.pointer, one.mock_id
