"""What is otherwise than in a commit, in real repositories."""

from pathlib import Path

import pytest

from driftwatch.checkout.changes import Changes, Turn
from driftwatch.model.errors import UsageError
from tests.programs import program
from tests.repositories import commit, git


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Two mocks and a source, committed."""
    program("git", "git")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    commit(tmp_path, "mocks/a.json", "a\nb\n", 2020)
    commit(tmp_path, "mocks/\N{LATIN SMALL LETTER E WITH ACUTE} x.json", "e\n", 2020)
    commit(tmp_path, "src/x.py", "x\n", 2020)
    return tmp_path


def turns(changes: Changes) -> dict[str, Turn]:
    """By path below the root."""
    return {file.relative_to(changes.root).as_posix(): turn for file, turn in changes.files.items()}


def test_contents_decide(checkout: Path) -> None:
    """Not times, not line ends, not whether git knows of it; old contents are at hand."""
    mocks = checkout / "mocks"
    assert turns(Changes.since("HEAD", [mocks])) == {}
    (mocks / "a.json").write_bytes(b"a\r\nb\r\n")
    assert turns(Changes.since("HEAD", [mocks])) == {}
    (mocks / "a.json").write_bytes(b"other\n")
    (mocks / "new.json").write_text("n", encoding="utf-8")
    (mocks / "\N{LATIN SMALL LETTER E WITH ACUTE} x.json").unlink()
    (checkout / "src/x.py").unlink()
    found = Changes.since("HEAD", [mocks])
    assert turns(found) == {
        "mocks/a.json": Turn.CHANGED, "mocks/new.json": Turn.ADDED,
        "mocks/\N{LATIN SMALL LETTER E WITH ACUTE} x.json": Turn.REMOVED,
    }  # fmt: skip
    assert sorted(found.before.values()) == [b"a\nb\n", b"e\n"]


def test_nothing_of_the_checkout_is_touched_or_run(checkout: Path) -> None:
    """No filter that the repository configures is called; the index stays, byte by byte."""
    git(checkout, "config", "filter.evil.clean", f"touch {checkout}/owned")
    (checkout / ".gitattributes").write_text("* filter=evil\n", encoding="utf-8")
    index = (checkout / ".git/index").read_bytes()
    (checkout / "mocks/a.json").write_bytes(b"other\n")
    assert turns(Changes.since("main", [checkout / "mocks"])) == {"mocks/a.json": Turn.CHANGED}
    assert not (checkout / "owned").exists()
    assert (checkout / ".git/index").read_bytes() == index


def test_it_is_held_against_what_both_have_in_common(checkout: Path) -> None:
    """What the other branch did since is not this one's doing; committed files elsewhere are told apart."""
    git(checkout, "checkout", "--quiet", "-b", "mine")
    commit(checkout, "mocks/mine.json", "m", 2021)
    commit(checkout, "other/y.json", "y", 2021)
    git(checkout, "checkout", "--quiet", "main")
    commit(checkout, "mocks/a.json", "theirs", 2021)
    git(checkout, "checkout", "--quiet", "mine")
    found = Changes.since("main", [checkout / "mocks"])
    assert turns(found) == {"mocks/mine.json": Turn.ADDED}
    assert found.elsewhere == (checkout / "other/y.json",)


def test_where_there_is_nothing_to_hold_it_against(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An unknown commit, a folder of no checkout, two checkouts: each with its sentence."""
    with pytest.raises(UsageError, match="has no such commit"):
        Changes.since("--all", [checkout / "mocks"])
    alone = tmp_path_factory.mktemp("alone")
    for places in ([alone], [checkout, alone]):
        with pytest.raises(UsageError, match="needs one git checkout"):
            Changes.since("HEAD", places)
