"""``driftwatch config``: check, show, schema; and a secret is never among what is printed."""

import json
from pathlib import Path
from typing import Final

import pytest
import yaml
from jsonschema import Draft202012Validator

from driftwatch.drift.catalog import KINDS
from driftwatch.settings.load import load
from tests.cli.calling import call

SECRET: Final = "hunter2-never-to-be-seen"
GOOD: Final = """\
providers:
  payments:
    mocks: mocks
    target: https://payments.staging.example.com
    auth:
      bearer:
        token: ${env:TOKEN}
    headers:
      X-Api-Key: ${file:key}
      X-Team: tests
"""
BAD: Final = """\
providers:
  payments:
    mocks: moks
    targt: https://payments.staging.example.com
probing:
  samples: many
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good config whose secrets are in place; it is the current one."""
    (tmp_path / "mocks").mkdir()
    (tmp_path / "key").write_text(SECRET)
    (tmp_path / "driftwatch.yaml").write_text(GOOD)
    monkeypatch.setenv("TOKEN", SECRET)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_says_that_all_is_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The config of the current folder is found by itself, and named ones are, too."""
    assert call(capsys, "config", "check").out == "The config is fine: 1 provider.\n"
    assert call(capsys, "config", "check", "--config", folder / "driftwatch.yaml").code == 0


def test_check_tells_every_mistake_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each mistake is a line with file and line number, all in one go, and the end is 2."""
    (folder / "driftwatch.yaml").write_text(BAD)
    ran = call(capsys, "config", "check")
    assert (ran.code, ran.out) == (2, "")
    lines = [line for line in ran.err.splitlines() if line.startswith("driftwatch: ")]
    assert len(lines) >= 3
    for number, word in ((3, "mocks"), (4, "target"), (6, "samples")):
        assert [line for line in lines if f"driftwatch.yaml:{number}" in line and word in line], number


def test_check_and_audit_see_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What ``config check`` complains of, ``audit`` and ``mocks`` complain of in the same words."""
    (folder / "driftwatch.yaml").write_text(BAD)
    complaints = {call(capsys, *words).err for words in (("config", "check"), ("audit",), ("mocks",))}
    assert len(complaints) == 1


def test_show_can_be_loaded_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown is a config that means the same."""
    shown = call(capsys, "config", "show").out
    (folder / "again.yaml").write_text(shown)
    settings = [load(folder / name, {"TOKEN": SECRET}, KINDS) for name in ("driftwatch.yaml", "again.yaml")]
    assert settings[0] == settings[1]


@pytest.mark.parametrize("words", [("check",), ("show",), ("schema",)], ids=" ".join)
@pytest.mark.usefixtures("folder")
def test_a_secret_is_never_printed(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Not by any of the three; ``show`` prints where it comes from."""
    ran = call(capsys, "config", *words)
    assert ran.code == 0
    assert SECRET not in ran.out + ran.err
    assert ("${env:TOKEN}" in ran.out) == (words == ("show",))


@pytest.mark.parametrize(
    "line",
    [
        f"        token: {SECRET}",
        f'        token: "{SECRET}"',
        f"        tokn: {SECRET}",
        f"        token: [{SECRET}]",
        f"        token: '{SECRET}",
    ],
)
def test_a_secret_in_the_wrong_place_is_not_repeated(
    line: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever writes the secret itself is told so, at its line, without seeing it again."""
    (folder / "driftwatch.yaml").write_text(GOOD.replace("        token: ${env:TOKEN}", line))
    ran = call(capsys, "config", "check")
    assert ran.code == 2
    assert "driftwatch.yaml:7" in ran.err
    assert SECRET not in ran.out + ran.err


@pytest.mark.usefixtures("folder")
def test_the_schema_accepts_the_good_config(capsys: pytest.CaptureFixture[str]) -> None:
    """What editors get is a JSON Schema that a good config fits and a bad one does not."""
    schema = json.loads(call(capsys, "config", "schema").out)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert validator.is_valid(yaml.safe_load(GOOD))
    assert not validator.is_valid(yaml.safe_load(BAD))


@pytest.mark.usefixtures("folder")
def test_the_environment_names_a_config(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """``DRIFTWATCH_CONFIG`` counts where no option is given, and the option counts where both are."""
    monkeypatch.setenv("DRIFTWATCH_CONFIG", "absent.yaml")
    assert "absent.yaml" in call(capsys, "config", "check").err
    assert call(capsys, "config", "check", "--config", "driftwatch.yaml").code == 0
