"""A real MockServer for tests: started on a free loopback port, with files of expectations or without, and stopped."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.node import ROOT, free_port
from tests.programs import JAVA, is_fine, not_run, started

PACKAGES = {"5.15.0": "mockserver-node-5", "8.0.0": "mockserver-node"}
"""The versions the facts are from: the last of the 5.x that most teams still run, and a new one."""


def jar(version: str) -> Path:
    """MockServer's jar; where Java or the jar is missing, skips loudly, or fails if all must run."""
    package = PACKAGES[version]
    found = ROOT / ".tools" / "node_modules" / package / f"mockserver-netty-{version}-jar-with-dependencies.jar"
    if not shutil.which("java") or not found.is_file():
        alias = "" if package == "mockserver-node" else f"{package}@npm:"
        not_run(f"needs Java and npm install --prefix .tools --no-package-lock {alias}mockserver-node@{version}")
    return found


@contextmanager
def mockserver(version: str, work: Path, pattern: str = "") -> Iterator[str]:
    """The URL of a MockServer in a folder, loaded with the files below it that ``pattern`` names."""
    port = free_port()
    options = [f"-Dmockserver.initializationJsonPath={work}/{pattern}"] if pattern else []
    command = [*JAVA, "-Dmockserver.logLevel=WARN", "-Dmockserver.disableSystemOut=true", *options]
    command += ["-jar", str(jar(version)), "-serverPort", str(port)]
    url = f"http://127.0.0.1:{port}"
    # its files are loaded before it listens
    with started(command, lambda: is_fine(f"{url}/mockserver/status", "PUT"), work / "mockserver.log"):
        yield url
