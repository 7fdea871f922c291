"""Changes in a large file are made in small documents of its entries, and come out as if all of it had been read."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from driftwatch.mocks.rewriting import one_file
from driftwatch.model.edit import Change, Edit, Mend, Part, Rewritten
from driftwatch.model.interaction import Interaction
from tests.bench.healing_files import FILES
from tests.mocks.rewriting.mending import Mocks, mend_of, put

COUNT = 60


def named(interaction: Interaction, to: str) -> Mend:
    """Another name of the customer, in the last order of a list; its item alone keeps what its list says."""
    document = json.loads(interaction.variants[0].body or b"")
    steps = ("customer", "name") if isinstance(document, dict) else (len(document) - 1, "customer", "name")
    return mend_of(interaction, 0, put(*steps, to=to))


def chosen(mocks: Mocks) -> Sequence[Interaction]:
    """Every fifth mock; of a database its lists."""
    whole = [one for one in mocks.interactions if one.format != "json-server" or not one.origin.pointer.endswith("/0")]
    return whole[::5]


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of these tests are large."""
    monkeypatch.setattr(one_file, "LARGE", 1000)


def rewritten_as_a_whole(mocks: Mocks, mends: Sequence[Mend]) -> Rewritten:
    """Without excerpts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_file, "LARGE", 1 << 60)
        return mocks.rewriter.rewrite(mends)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("spelling", FILES)
@pytest.mark.parametrize("share", ["one", "some"])
def test_an_excerpt_gives_the_same_file(
    spelling: str, share: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte, of every format that holds many mocks in a file, and the whole is not read for it."""
    FILES[spelling](tmp_path, COUNT)
    mocks = Mocks(tmp_path)
    found = chosen(mocks)
    mends = [named(one, "Somebody Else") for one in (found[-1:] if share == "one" else found)]
    expected = rewritten_as_a_whole(mocks, mends)
    monkeypatch.setattr(one_file.OneFile, "_whole", lambda *_: pytest.fail("all of it was read"))
    made = mocks.rewriter.rewrite(mends)
    assert (made.unwritten, expected.unwritten) == ((), ())
    assert made.drafts == expected.drafts
    assert len(made.drafts) == 1


ADDED = {
    "a header": Edit(Part.HEADER, Change.ADD, name="X-New", value="new"),
    "a last member": Edit(Part.BODY, Change.ADD, ("new",), value='"new"'),
}
"""What is written at the end of an entry in some formats, where the excerpt's next entry begins."""


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("spelling", sorted(FILES.keys() - {"json-server"}))
@pytest.mark.parametrize("added", ADDED)
def test_what_is_added_stays_with_its_entry(spelling: str, added: str, tmp_path: Path) -> None:
    """Entries that follow each other in the excerpt have others between them in the file."""
    FILES[spelling](tmp_path, 12)
    mocks = Mocks(tmp_path)
    mends = [mend_of(one, 0, ADDED[added]) for one in chosen(mocks)]
    made, expected = mocks.rewriter.rewrite(mends), rewritten_as_a_whole(mocks, mends)
    assert made.drafts == expected.drafts
    assert [one.mend for one in made.unwritten] == [one.mend for one in expected.unwritten]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_one_that_cannot_be_made_costs_no_mark(encoding: str, tmp_path: Path) -> None:
    """The file keeps its byte order mark, however often its mends are tried."""
    FILES["wiremock"](tmp_path, 4)
    file = tmp_path / "mappings" / "stubs.json"
    file.write_text(file.read_text(encoding="utf-8"), encoding=encoding)
    mocks = Mocks(tmp_path)
    first, second, third, _ = mocks.interactions
    twice = [mend_of(second, 0, put("status", to=to)) for to in ("one", "another")]
    short = [mend_of(one, 0, put("customer", "name", to="")) for one in (first, third)]
    made = mocks.rewriter.rewrite([short[0], *twice, short[1]])
    assert [one.mend for one in made.unwritten] == twice[1:]
    assert [draft.after for draft in made.drafts] == [
        draft.after for draft in mocks.rewriter.rewrite([short[0], twice[0], short[1]]).drafts
    ]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("spelling", ["wiremock", "vcr", "keploy", "openapi", "json-server"])
def test_one_that_cannot_be_made_costs_no_other(spelling: str, tmp_path: Path) -> None:
    """It is told with the reason that the whole file gives, and the others are made."""
    FILES[spelling](tmp_path, COUNT)
    mocks = Mocks(tmp_path)
    found = chosen(mocks)
    mends = [named(one, "Somebody Else") for one in found]
    lost = mend_of(found[1], 0, Edit(Part.BODY, Change.SET, ("nowhere", "at", "all"), value="1"))
    made = mocks.rewriter.rewrite([mends[0], lost, *mends[2:]])
    assert [one.mend for one in made.unwritten] == [lost]
    assert made.drafts == rewritten_as_a_whole(mocks, [mends[0], *mends[2:]]).drafts


@pytest.mark.usefixtures("large")
def test_nearly_all_of_a_file(tmp_path: Path) -> None:
    """Where all together would be no excerpt, a few at a time are."""
    FILES["wiremock"](tmp_path, COUNT)
    mocks = Mocks(tmp_path)
    mends = [named(one, "Somebody Else") for one in mocks.interactions]
    assert mocks.rewriter.rewrite(mends).drafts == rewritten_as_a_whole(mocks, mends).drafts


@pytest.mark.usefixtures("large")
def test_what_was_edited_meanwhile_stays(tmp_path: Path) -> None:
    """An excerpt is asked whether its mock is still the one that was audited."""
    FILES["wiremock"](tmp_path, COUNT)
    mocks = Mocks(tmp_path)
    mends = [named(one, "Somebody Else") for one in mocks.interactions[:3]]
    file = tmp_path / "mappings" / "stubs.json"
    file.write_text(file.read_text(encoding="utf-8").replace('Customer 1\\"', 'Customer one\\"'), encoding="utf-8")
    made = mocks.rewriter.rewrite(mends)
    assert [one.mend for one in made.unwritten] == [mends[1]]
    assert "edited since the audit" in made.unwritten[0].reason
    assert all(b"Customer one" in draft.after for draft in made.drafts)
