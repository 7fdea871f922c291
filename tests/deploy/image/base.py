"""The image to build on, made of Debian packages, for machines that reach no registry of images.

It stands in for the official slim image of Python, which has the same Debian beneath, and for every plain Debian that
somebody may prefer. Like the official one it has no bytecode of the standard library.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.deploy.image.cache import kept
from tests.deploy.image.engine import Engine
from tests.programs import program

NAME: Final = "localhost/debian-python:trixie"
_SUITE: Final = "trixie"
_PACKAGES: Final = ("ca-certificates", "python3", "python3-venv")
_LEFT_OUT: Final = ("var/cache/apt/*", "var/lib/apt/lists/*", "var/log/*", "usr/lib/python3*/**/__pycache__", "dev/*")
_RECIPE: Final = (1, _SUITE, _PACKAGES, _LEFT_OUT)


def put_base(engine: Engine) -> str:
    """Import it under ``NAME``; made if no one is kept from an earlier run, which takes a minute and a half."""
    archive = kept(ROOT / ".tools" / "image", "base", _RECIPE, _make)
    engine.podman("import", "--quiet", archive, NAME)
    return NAME


def _make(archive: Path) -> None:
    """A tar archive of a new Debian."""
    debootstrap = program("debootstrap", "debootstrap")
    folder = Path(tempfile.mkdtemp(prefix="dwbase", dir=archive.parent))
    root = folder / "root"
    try:
        command = [debootstrap, "--variant=minbase", f"--include={','.join(_PACKAGES)}", _SUITE, str(root)]
        ran = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=900, check=False)
        if ran.returncode != 0:
            pytest.fail(f"{' '.join(command)} ended with {ran.returncode}:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
        for pattern in _LEFT_OUT:
            for path in root.glob(pattern):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        subprocess.run(["tar", "--numeric-owner", "-C", str(root), "-cf", str(archive), "."], check=True, timeout=300)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
