"""Words held to the code: what the README shows is what the program prints."""

import os
import shlex
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
import yaml

from driftwatch.settings.find import SMALLEST_CONFIG
from tests.house.readme import README, consoles, demonstration, first_difference, settled, usage_example, with_tables

TEXT = README.read_text(encoding="utf-8")
QUICKLY = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""For a command that runs tests: plugins of our own suite take longer to load than these take to run."""


def test_tables_are_those_of_the_code() -> None:
    """Formats and kinds stand in the README as they stand in the registers: ``python -m tests.house.readme``."""
    assert with_tables(TEXT) == TEXT


@pytest.mark.parametrize(("command", "shown"), consoles(TEXT), ids=[command for command, _ in consoles(TEXT)])
def test_examples_are_real_output(command: str, shown: list[str], tmp_path: Path) -> None:
    """A command that the README shows prints what the README says, line by line."""
    program, *arguments = shlex.split(command)
    assert program == "driftwatch"
    with nullcontext(README.parent) if arguments == ["demo"] else demonstration(tmp_path) as folder:
        if "audit.json" in arguments:
            (folder / "usage.json").write_text(usage_example(TEXT), encoding="utf-8")
            audit = [sys.executable, "-m", "driftwatch", "audit", "--format", "json", "--output", "audit.json"]
            subprocess.run(audit, cwd=folder, capture_output=True, check=False, timeout=60)
        done = subprocess.run(
            [sys.executable, "-m", "driftwatch", *arguments],
            cwd=folder, capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **QUICKLY},
        )  # fmt: skip
    assert first_difference(shown, settled(done.stdout)) == ""


def test_a_changed_line_is_noticed() -> None:
    """The comparison of the test above can fail."""
    assert first_difference(["a", "…", "c"], ["a", "b", "c"]) == ""
    assert first_difference(["a", "…", "d"], ["a", "b", "c"]) == "d"
    assert first_difference(["a", "c"], ["a", "b", "c"]) == "c"
    assert first_difference(["a"], ["a", "b"]) == "nothing after: b"


def test_the_smallest_config_is_the_one_the_program_names() -> None:
    """The README's config says the same as the one in the error about a missing config."""
    shown = TEXT.split("```yaml\n", 1)[1].split("```", 1)[0]
    assert yaml.safe_load(shown) == yaml.safe_load(SMALLEST_CONFIG)


def test_the_two_commands_stand_first() -> None:
    """A newcomer finds make demo and make test on the first screen."""
    first_screen = "\n".join(TEXT.splitlines()[:20])
    assert "make demo" in first_screen
    assert "make test" in first_screen


def test_links_lead_somewhere() -> None:
    """Every relative link of the README names a file of the project."""
    links = [part.split(")", 1)[0] for part in TEXT.split("](")[1:]]
    missing = [link for link in links if not link.startswith("http") and not Path(README.parent / link).exists()]
    assert missing == []
