"""What is kept between runs is noticed when it is stale or broken."""

from pathlib import Path

import pytest

from tests.deploy.image.cache import kept


class Maker:
    """Writes how often it was called."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, place: Path) -> None:
        self.calls += 1
        place.write_text(f"made {self.calls}")


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    """As long as the recipe is the same."""
    make = Maker()
    for _ in range(2):
        assert kept(tmp_path / "cache", "base", {"suite": "a"}, make).read_text() == "made 1"


def test_another_recipe_replaces_it(tmp_path: Path) -> None:
    """And nothing of the old one is left."""
    make = Maker()
    old = kept(tmp_path, "base", ["a"], make)
    new = kept(tmp_path, "base", ["b"], make)
    assert new.read_text() == "made 2"
    assert not old.exists()
    assert {path.name for path in tmp_path.iterdir()} == {new.name, f"{new.name}.sha256", "base.lock"}


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_damaged_one_is_made_again(is_sealed: bool, tmp_path: Path) -> None:
    """Whether some of it is lost or what proves that it is whole."""
    make = Maker()
    file = kept(tmp_path, "base", "a", make)
    if is_sealed:
        file.write_text("made")
    else:
        file.with_name(f"{file.name}.sha256").unlink()
    assert kept(tmp_path, "base", "a", make).read_text() == "made 2"


def test_half_of_one_is_none(tmp_path: Path) -> None:
    """Whoever is interrupted leaves nothing that the next one would use."""

    def fail(place: Path) -> None:
        place.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path, "base", "a", fail)
    assert kept(tmp_path, "base", "a", Maker()).read_text() == "made 1"
