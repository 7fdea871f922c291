"""The walls stand, and each of them would fall: a contract that cannot break proves nothing."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.conftest import ROOT


class Breach(NamedTuple):
    """A line that the house forbids, appended to a file (a new one, if there is none)."""

    contract: str
    file: str
    line: str

    @property
    def told(self) -> str:
        """How a report names it: who imports whom, or which module has no place."""
        module = f"driftwatch.{self.file}".removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        what, _, name = self.line.partition(" ")
        return f"- {module} -> {name.partition(' ')[0]} (l." if what in ("import", "from") else f"- {module} "


BREACHES: Final = (
    Breach("Rooms see only the rooms below them", "model/route.py", "import driftwatch.drift.judge"),
    Breach("Rooms see only the rooms below them", "drift/judge.py", "import driftwatch.shapes.infer"),
    Breach("Rooms see only the rooms below them", "usecases/audit.py", "import driftwatch.transport.prober"),
    Breach("Rooms see only the rooms below them", "utils.py", "UNPLACED = True"),
    Breach("Quiet rooms touch nothing outside", "probes/plan.py", "import random"),
    Breach("Quiet rooms touch nothing outside", "drift/judge.py", "from pathlib import Path"),
    Breach("Formats do not know each other", "mocks/formats/har/__init__.py", "import driftwatch.mocks.formats.vcrpy"),
    Breach("Rules do not know each other", "drift/rules/field_added.py", "import driftwatch.drift.rules.field_missing"),
    Breach("Reports do not know each other", "reports/console.py", "import driftwatch.reports.json"),
    Breach("Only one file knows genson", "drift/body.py", "import genson"),
    Breach("Only one file knows jinja2", "web/pages.py", "import jinja2"),
)


def _contracts() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


def _lint(folder: Path) -> str:
    """What import-linter says of the package in a folder."""
    tool = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([tool, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _section(report: str, contract: str) -> str:
    """What a report has against a contract, on one line."""
    parts = re.split(r"^(.+)\n-{3,}$", report, flags=re.MULTILINE)
    return " ".join(dict(zip(parts[1::2], parts[2::2], strict=True))[contract].split())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of a copy of the house in which every wall is broken."""
    folder = tmp_path_factory.mktemp("house")
    ignored = shutil.ignore_patterns("__pycache__", "*.json", "*.yaml")
    shutil.copytree(ROOT / "driftwatch", folder / "driftwatch", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for breach in BREACHES:
        file = folder / "driftwatch" / breach.file
        assert file.exists() or breach.file == "utils.py"
        with file.open("a", encoding="utf-8") as text:
            text.write(f"\n{breach.line}\n")
    said = _lint(folder)
    shutil.rmtree(folder / "driftwatch")
    return said


def test_the_walls_stand() -> None:
    """Every contract is kept."""
    report = _lint(ROOT)
    assert f"Contracts: {len(_contracts())} kept, 0 broken." in report, report


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: f"{breach.file}: {breach.line}")
def test_a_breach_is_seen(breach: Breach, report: str) -> None:
    """One forbidden line breaks the contract that forbids it, and is told as the line that does."""
    assert f"{breach.contract} BROKEN" in report
    assert breach.told in f"{_section(report, breach.contract)} ", report


def test_every_wall_was_tried() -> None:
    """Each contract has a line that breaks it."""
    assert {breach.contract for breach in BREACHES} == set(_contracts())
