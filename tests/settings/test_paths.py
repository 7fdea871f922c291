"""Paths and globs of a config."""

from pathlib import Path

import pytest

from driftwatch.settings.paths import WrittenPath


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three files, one of which is named like a glob."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("b.json", "deep/er/a.json", "deep/c[1].json"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("b.json", ["b.json"]), ("deep", ["deep"]), ("*.json", ["b.json"]), ("**/a.json", ["deep/er/a.json"]),
        ("**/*.json", ["b.json", "deep/c[1].json", "deep/er/a.json"]), ("deep/c[1].json", ["deep/c[1].json"]),
        ("deep/c[[]1].json", ["deep/c[1].json"]), ("**.json", ["b.json"]), ("absent", []), ("*.har", []),
        ("x" * 5000, []), ("nul\0", []), ("[", []),
    ],
)  # fmt: skip
def test_paths_lead_to_what_is_there(folder: Path, written: str, names: list[str]) -> None:
    """Globs mean all that matches, in order; a file that is really named like a glob is meant itself."""
    assert WrittenPath.of(written, folder).expand() == tuple(folder / name for name in names)


def test_absolute_paths_stay(folder: Path) -> None:
    """Only relative paths start at the config's folder."""
    assert WrittenPath.of(str(folder / "b.json"), Path("/elsewhere")).expand() == (folder / "b.json",)


def test_neighbour_is_guessed(folder: Path) -> None:
    """A path with a slip in its last part leads to the one that was meant."""
    assert WrittenPath.of("deep/err", folder).complaint() == (
        "`deep/err` does not exist",
        "Did you mean `deep/er`? A relative path starts at the config's folder.",
    )
