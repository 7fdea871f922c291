"""A stub without a date is as old as the last commit of its lines, and of nothing else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from driftwatch.mocks.recording.git_history import GitHistory
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Interaction
from tests.repositories import commit, git

TWO_STUBS = """{"mappings": [
  {"request": {"urlPath": "/a"},
   "response": {"status": 200, "body": "one"}},
  {"request": {"urlPath": "/b"},
   "response": {"status": 200, "body": "two"}}
]}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty repository."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch", "main")
    return folder


def years(folder: Path, now: datetime | None = None) -> dict[str, int | None]:
    """The year of each stub's date; all dates come from git."""
    found: dict[str, int | None] = {}
    for reading in FolderSource(folder, now=now, with_history=True).read():
        if isinstance(reading, Interaction):
            assert (reading.recorded_from == "git") is (reading.recorded_at is not None)
            found[reading.request.path] = reading.recorded_at.year if reading.recorded_at else None
    return found


def test_each_stub_has_the_date_of_its_own_lines(repository: Path) -> None:
    """One stub of a file is edited: only that one is younger, also where the other's indentation changed."""
    commit(repository, "m/stubs.json", TWO_STUBS, 2020)
    assert years(repository) == {"/a": 2020, "/b": 2020}
    commit(repository, "m/stubs.json", TWO_STUBS.replace("two", "three").replace("  {", "    {"), 2023)
    assert years(repository) == {"/a": 2020, "/b": 2023}
    assert years(repository / "m") == {"/a": 2020, "/b": 2023}


def test_a_renamed_file_keeps_its_dates(repository: Path) -> None:
    """Moving a mock makes it no younger."""
    commit(repository, "old.json", TWO_STUBS, 2020)
    git(repository, "mv", "old.json", "new.json")
    git(repository, "commit", "--quiet", "--message", "a move", at=2024)
    assert years(repository) == {"/a": 2020, "/b": 2020}


def test_the_body_of_a_stub_counts(repository: Path) -> None:
    """A stub whose body stands in another file is as young as the younger of the two."""
    stub = '{"request": {"urlPath": "/a"}, "response": {"bodyFileName": "a.json"}}'
    commit(repository, "mappings/a.json", stub, 2020)
    commit(repository, "__files/a.json", '{"id": 1}', 2022)
    assert years(repository) == {"/a": 2022}


@pytest.mark.parametrize("spoiled", ["changed", "untracked", "moved back"])
def test_what_is_not_as_it_was_committed_has_no_date(repository: Path, spoiled: str) -> None:
    """Nobody knows when the working copy's own lines were written."""
    commit(repository, "a.json", TWO_STUBS, 2020)
    if spoiled == "changed":
        (repository / "a.json").write_text(TWO_STUBS.replace("one", "1"), encoding="utf-8")
    elif spoiled == "untracked":
        git(repository, "rm", "--quiet", "--cached", "a.json")
        git(repository, "commit", "--quiet", "--message", "gone")
    else:
        (repository / "b.json").write_text(TWO_STUBS.replace("/a", "/c").replace("/b", "/d"), encoding="utf-8")
        (repository / "a.json").unlink()
    assert set(years(repository).values()) == {None}


def test_a_shallow_clone_dates_only_what_it_knows(repository: Path, tmp_path: Path) -> None:
    """What stood there before the history was cut off is older than the oldest commit, by how much is unknown."""
    commit(repository, "old.json", TWO_STUBS, 2020)
    commit(repository, "new.json", TWO_STUBS.replace("/a", "/c").replace("/b", "/d"), 2021)
    commit(repository, "new.json", TWO_STUBS.replace("/a", "/c").replace('"/b"', '"/e"'), 2022)
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repository}", "one")
    assert set(years(tmp_path / "one").values()) == {None}
    git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{repository}", "two")
    assert years(tmp_path / "two") == {"/a": None, "/b": None, "/c": None, "/e": 2022}


def test_a_commit_from_the_future_is_not_believed(repository: Path) -> None:
    """A clock was wrong when it was made."""
    commit(repository, "a.json", TWO_STUBS, 2099)
    assert set(years(repository, now=datetime(2026, 1, 1, tzinfo=UTC)).values()) == {None}


def test_a_date_in_the_file_comes_first(repository: Path) -> None:
    """Git is asked only where the recording says nothing itself."""
    text = """http_interactions:
- request: {method: get, uri: "https://a.example/x"}
  response: {status: {code: 200}, headers: {}, body: {encoding: UTF-8, string: ""}}
  recorded_at: Tue, 01 Nov 2011 04:58:44 GMT
recorded_with: VCR 2.0.0
"""
    commit(repository, "a.yml", text, 2020)
    (reading,) = [one for one in FolderSource(repository, with_history=True).read() if isinstance(one, Interaction)]
    assert (reading.recorded_from, reading.recorded_at and reading.recorded_at.year) == ("file", 2011)


def test_without_a_checkout_there_is_no_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain folder, a damaged repository, no git on the machine: unknown, and nothing is raised."""
    (tmp_path / "a.json").write_text(TWO_STUBS, encoding="utf-8")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert set(years(tmp_path).values()) == {None}
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("nonsense", encoding="utf-8")
    assert set(years(tmp_path).values()) == {None}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert GitHistory(tmp_path).last_commit("a.json", 1, 3) is None


def test_a_hostile_repository_runs_nothing(repository: Path, tmp_path: Path) -> None:
    """Filters, text converters, hooks and file system monitors that the repository names are not called."""
    mark = tmp_path / "called"
    commit(repository, ".gitattributes", "*.json diff=evil filter=evil\n", 2020)
    commit(repository, "a.json", TWO_STUBS, 2020)
    commit(repository, "a.json", TWO_STUBS.replace("two", "three"), 2021)
    for name in ("diff.evil.textconv", "diff.evil.command", "filter.evil.clean", "filter.evil.smudge",
                 "core.fsmonitor", "core.pager", "core.sshCommand", "gpg.program"):  # fmt: skip
        git(repository, "config", name, f"touch {mark}; cat")
    git(repository, "config", "log.showSignature", "true")
    assert years(repository) == {"/a": 2020, "/b": 2021}
    assert not mark.exists()
