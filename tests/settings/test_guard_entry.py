"""A guard into a config that people wrote by hand: some lines more, and no other byte changes."""

import os
from pathlib import Path
from typing import Final

import pytest
import yaml

from driftwatch.model.errors import UsageError
from driftwatch.model.guard import Guard
from driftwatch.settings.guard_entry import add, snippet, with_guard

GUARD: Final = Guard("null-phone", "shop", "mocks/null phone.json", "id: 7", 'A phone may be "null".')
TOP: Final = "# ours\nproviders:\n  shop: {mocks: mocks, target: https://shop.example}   # one line\n"

CONFIGS: Final = {
    "no section": TOP,
    "no line end": TOP.rstrip("\n"),
    "blank lines at the end": f"{TOP}\n\n",
    "comments at the end": f"{TOP}# the end\n",
    "a section": f"{TOP}\nguards:\n  old:\n    provider: shop\n    mock: a.json  # kept\n",
    "a section before others": f"guards:\n    old:\n        provider: shop\n        mock: a.json\n\n# next\n{TOP}",
    "a section that ends the file": f"{TOP}guards:\n  old: {{provider: shop, mock: a.json}}",
    "windows": f"{TOP}guards:\n  old:\n    provider: shop\n    mock: a.json\n".replace("\n", "\r\n"),
    "a document start": f"---\n{TOP}",
    "other letters": TOP.replace("ours", "für uns 漢字"),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_lines_are_added(name: str) -> None:
    """All that stood there still stands there, before and behind them; the new guard says what it was given."""
    before = CONFIGS[name]
    after = with_guard(before, GUARD)
    assert after is not None
    same = next(
        (number for number, pair in enumerate(zip(before, after, strict=False)) if len(set(pair)) > 1), len(before)
    )
    assert after.endswith(before[same:])
    made = yaml.safe_load(after)["guards"]
    assert made["null-phone"] == {
        "provider": "shop", "mock": "mocks/null phone.json", "id": "id: 7", "sentence": 'A phone may be "null".',
    }  # fmt: skip
    old = yaml.safe_load(before)
    assert {**made, "null-phone": None} == {**old.get("guards", {}), "null-phone": None}
    assert ("\r\n" in after) == ("\r\n" in before)
    assert after.replace("\r\n", "\n").count("\r") == 0


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"providers": {}}',
        f"{TOP}guards: {{}}\n",
        f"{TOP}guards: [a]\n",
        f"{TOP}guards:\n",
        "- a\n",
        "a: [\n",
        "",
    ],
)
def test_what_no_lines_can_be_added_to(text: str) -> None:
    """JSON, a section on one line, a broken file: somebody has to write it by hand."""
    assert with_guard(text, GUARD) is None


def test_a_name_is_given_once() -> None:
    """A second guard of the name would silently replace the first."""
    with pytest.raises(UsageError, match="null-phone"):
        with_guard(TOP + snippet(GUARD), GUARD)


def test_several_guards() -> None:
    """One after the other, in their order."""
    text = TOP
    for name in ("b", "a", "c"):
        text = with_guard(text, Guard(name, "shop", f"{name}.json")) or ""
    assert list(yaml.safe_load(text)["guards"]) == ["b", "a", "c"]


def test_the_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    """It is replaced whole, where it really is."""
    real = tmp_path / "real.yaml"
    real.write_text(TOP, encoding="utf-8")
    real.chmod(0o640)
    link = tmp_path / "driftwatch.yaml"
    link.symlink_to(real)
    assert add(link, GUARD)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert "null-phone" in real.read_text(encoding="utf-8")
    assert sorted(os.listdir(tmp_path)) == ["driftwatch.yaml", "real.yaml"]  # noqa: PTH208 - hidden drafts, too


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A config that is not there, or no text, gets nothing."""
    broken = tmp_path / "driftwatch.yaml"
    broken.write_bytes(b"\xff\xfe")
    assert not add(tmp_path / "none.yaml", GUARD)
    assert not add(broken, GUARD)
    assert broken.read_bytes() == b"\xff\xfe"
