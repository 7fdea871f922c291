"""Builds the image as a user does, and with what this machine needs to reach the package index, which must not stay."""

import os
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.deploy.image.base import put_base
from tests.deploy.image.engine import Engine

IMAGE: Final = "localhost/driftwatch:tests"
_SETTINGS: Final = frozenset({"index-url", "extra-index-url", "trusted-host", "proxy", "timeout"})
_AUTHORITIES: Final = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the build is lent."""

    pip: Path
    """Settings of pip."""
    authorities: Path
    """Whom it trusts."""

    @classmethod
    def of_this_machine(cls, folder: Path) -> "Secrets":
        """As pip of this environment is set."""
        pip, authorities = folder / "pip.conf", folder / "authorities.pem"
        lines = [f"{name} = {value}" for name, value in sorted(_settings().items())]
        pip.write_text("\n".join(["[global]", "cert = /run/secrets/authorities", *lines, ""]), encoding="utf-8")
        authorities.write_bytes(_authorities().read_bytes())
        return cls(pip, authorities)


def _settings() -> Mapping[str, str]:
    """How this machine's pip finds packages. Folders of this machine are left out: the build does not see them."""
    shown = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    found: dict[str, str] = {}
    for line in shown.splitlines():
        name, _, value = line.partition("=")
        values = [word for word in value.strip("'\"").split() if not word.startswith(("file:", "/"))]
        key = name.rpartition(".")[2]
        if key in _SETTINGS and values:
            found[key] = " ".join(values)
    return found


def _authorities() -> Path:
    named = [os.environ[name] for name in _AUTHORITIES if os.environ.get(name)]
    usual = ssl.get_default_verify_paths().cafile
    for place in (*named, usual, "/etc/ssl/certs/ca-certificates.crt"):
        if place and Path(place).is_file():
            return Path(place)
    pytest.fail("this machine has no file of certificate authorities that the build could trust")


def build(engine: Engine, secrets: Secrets, image: str = IMAGE, *options: str) -> str:
    """``make image`` with buildah, on a base of Debian packages."""
    arguments = [
        "--isolation=chroot", "--network=host", "--build-arg=SOURCE=https://git.example.com/driftwatch",
        f"--build-arg=PYTHON_IMAGE={put_base(engine)}",
        f"--secret=id=pip,src={secrets.pip}", f"--secret=id=authorities,src={secrets.authorities}", *options,
    ]  # fmt: skip
    command = [
        "make",
        "--no-print-directory",
        "image",
        "ENGINE=buildah",
        f"IMAGE={image}",
        f"ARGS={' '.join(arguments)}",
    ]
    ran = subprocess.run(
        command, cwd=ROOT, env=engine.environment, capture_output=True, text=True, errors="replace",
        timeout=900, check=False,
    )  # fmt: skip
    if ran.returncode != 0:
        pytest.fail(f"{' '.join(command)} ended with {ran.returncode}:\n{ran.stdout[-3000:]}{ran.stderr[-3000:]}")
    return image
