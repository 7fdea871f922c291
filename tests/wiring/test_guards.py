"""Which file of a run a guard means: by its name from here, by links, never by its name alone."""

from pathlib import Path

import pytest

from driftwatch.wiring.guards import is_same


def test_by_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports name files from the current folder, configs from their own."""
    (tmp_path / "mocks").mkdir()
    monkeypatch.chdir(tmp_path)
    assert is_same(Path("mocks/a.json"), tmp_path / "config" / ".." / "mocks" / "a.json")
    assert not is_same(Path("mocks/a.json"), tmp_path / "other" / "a.json")
    assert not is_same(Path("mocks/a.json"), tmp_path / "mocks" / "b.json")


def test_links_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is published as a link, as git-sync does, holds the same file under both names."""
    (tmp_path / "commit").mkdir()
    (tmp_path / "commit" / "a.json").write_text("{}", encoding="utf-8")
    (tmp_path / "mocks").symlink_to("commit")
    monkeypatch.chdir(tmp_path)
    assert is_same(Path("commit/a.json"), tmp_path / "mocks" / "a.json")
    assert is_same(Path("mocks/a.json"), tmp_path / "commit" / "a.json")
