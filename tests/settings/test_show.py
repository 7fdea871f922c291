"""Settings as text."""

from pathlib import Path

from driftwatch.settings.load import load
from driftwatch.settings.show import digest, show
from driftwatch.settings.single import single_provider


def test_invisible_characters_are_escaped(tmp_path: Path) -> None:
    """A name that YAML could not hold bare is shown, and loads again."""
    mocks = tmp_path / "bell\x07 delete\x7f mark\ufeff 😀"
    mocks.mkdir()
    settings = single_provider(mocks, "http://localhost")
    config = tmp_path / "driftwatch.yaml"
    config.write_text(show(settings), encoding="utf-8")
    assert "\x7f" not in show(settings)
    assert load(config, {}).providers["localhost"].mocks[0].path == mocks


def test_digest_tells_settings_apart(tmp_path: Path) -> None:
    """Twelve hexadecimal digits, the same for the same settings and others for others."""
    one, same, other = (digest(single_provider(tmp_path, f"http://{host}")) for host in ("a", "a", "b"))
    assert one == same != other
    assert len(one) == len(f"{int(one, 16):012x}") == 12
