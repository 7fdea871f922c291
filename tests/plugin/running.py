"""Runs of pytest in a process of their own, with the plugin and without it, and what they leave behind."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import certifi

RECORD: Final = "--driftwatch=record"
OURS: Final = ("driftwatch", "xdist")
"""Entry points. Each one more costs each process of a run a tenth of a second, and hypothesis' a whole one."""
LIBRARIES: Final = (*OURS, "pytest_httpx", "recording", "requests_mock", "respx", "rerunfailures")
_PATIENCE: Final = 100
_PORT: Final = re.compile(r"(?<=//127\.0\.0\.1):\d+")
_VARYING: Final = re.compile(r"0x[0-9a-f]{6,}|(?<=port=)\d+")
INI: Final = "[pytest]\ndriftwatch_mocks = mocks\n"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of pytest."""

    code: int
    output: str
    usage: dict[str, Any] | None
    """The record, if one was written."""
    results: Mapping[str, str]
    """What JUnit XML says of each test: its name and what became of it, with the text of a failure."""

    @property
    def touches(self) -> dict[str, list[str]]:
        """By test, each touch in one line."""
        assert self.usage is not None, self.output
        return {use["test"]: [told(touch) for touch in use["touches"]] for use in self.usage["uses"]}

    @property
    def outcomes(self) -> dict[str, str]:
        """By test of the record."""
        assert self.usage is not None, self.output
        return {use["test"]: use["outcome"] for use in self.usage["uses"]}


def told(touch: Mapping[str, str]) -> str:
    """A touch in one line: ``tool METHOD url file#pointer``, without what is not known."""
    place = f"{touch['file']}#{touch['pointer']}" if "pointer" in touch else touch.get("file", "")
    parts = [touch["tool"], touch.get("method", ""), touch.get("url", ""), place, touch.get("name", "")]
    return _PORT.sub(":PORT", " ".join(part for part in parts if part))


def run_pytest(
    folder: Path, *options: str, environment: Mapping[str, str] | None = None, plugins: Sequence[str] = OURS
) -> Run:
    """Run the suite in a folder; nothing of this process's own options and variables reaches it."""
    authority = folder / "authority.pem"
    authority.write_text(_one_authority(), encoding="ascii")
    ours = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "SSL_CERT_FILE": str(authority)}
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DRIFTWATCH_"))}
    chosen = [word for plugin in plugins for word in ("-p", plugin)]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen, "--junitxml=results.xml"]
    done = subprocess.run(
        [*command, *options], cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False,
        env={**variables, **ours, **(environment or {})},
    )  # fmt: skip
    usage = folder / ".driftwatch" / "usage.json"
    record = json.loads(usage.read_text(encoding="utf-8")) if usage.exists() else None
    usage.unlink(missing_ok=True)
    return Run(done.returncode, done.stdout + done.stderr, record, _results(folder))


@cache
def _one_authority() -> str:
    """Instead of all that there are: httpx reads them anew for every call of a mock, and takes longer than the test."""
    every = Path(certifi.where()).read_text(encoding="utf-8")
    end = "-----END CERTIFICATE-----"
    return every[every.index("-----BEGIN") : every.index(end) + len(end)]


def _results(folder: Path) -> dict[str, str]:
    """Whatever JUnit XML tells of a test, but for times, addresses in memory and where the suite stands."""
    file = folder / "results.xml"
    if not file.exists():
        return {}
    found: dict[str, str] = {}
    for case in ET.parse(file).iter("testcase"):  # noqa: S314 - of our own pytest
        children = [(child.tag, child.get("message", ""), child.text or "") for child in case]
        found[f"{case.get('classname')}::{case.get('name')}"] = _VARYING.sub(
            "", repr(children).replace(str(folder), "")
        )
    file.unlink()
    return found


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """A suite of a few files, each as text."""
    for name, text in {"pytest.ini": INI, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
