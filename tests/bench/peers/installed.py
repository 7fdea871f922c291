"""Where the peers live: below ``.tools``, outside the project's own environment; and how their programs are run."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.bench.peers.peer import LeftOutError
from tests.node import ROOT

PYTHON: Final = ROOT / ".tools" / "peers" / "bin" / "python"
NODE_MODULES: Final = (ROOT / ".tools" / "peers" / "node_modules", ROOT / ".tools" / "node_modules")
_WITHIN: Final = 600.0
_ENVIRONMENT: Final = {"PACT_DO_NOT_TRACK": "true", "NO_COLOR": "1"}


def package(name: str) -> Path:
    """The folder of an npm package."""
    for folder in NODE_MODULES:
        if (folder / name / "package.json").is_file():
            return folder / name
    raise LeftOutError(f"the npm package {name} is not installed: make bench-peers")


def npm_version(name: str) -> str:
    """The version of an npm package."""
    return str(json.loads((package(name) / "package.json").read_text(encoding="utf-8"))["version"])


def pip_version(name: str) -> str:
    """The version of a package in the peers' own environment."""
    if not PYTHON.is_file():
        raise LeftOutError(f"{PYTHON.relative_to(ROOT)} is missing: make bench-peers")
    asked = "import sys; from importlib.metadata import version; print(version(sys.argv[1]))"
    done = subprocess.run([PYTHON, "-c", asked, name], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LeftOutError(f"{name} is not installed in {PYTHON.parents[1].relative_to(ROOT)}: make bench-peers")
    return done.stdout.strip()


def run(command: Sequence[str | Path], folder: Path, result: Path) -> str:
    """The file that a program wrote, whatever its exit code: most end with 1 when they have something to say."""
    result.unlink(missing_ok=True)
    environment = {**os.environ, **_ENVIRONMENT}
    log = folder / "log.txt"
    with log.open("wb") as output:
        try:
            code = subprocess.run(
                command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False,
                timeout=_WITHIN,
            ).returncode  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise LeftOutError(f"could not be run: {type(error).__name__}") from error
    if not result.is_file():
        raise LeftOutError(f"ended with {code} and without a result: {log.read_text(errors='replace')[-500:]}")
    return result.read_text(encoding="utf-8")
