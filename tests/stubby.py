"""A real stubby4node for tests: its stubs on one free loopback port, its own two on others."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.node import free_port, package_file, running


@contextmanager
def stubby(folder: Path, stubs: str, work: Path) -> Iterator[str]:
    """The URL of a list of stubs, served from a copy of its folder."""
    port, tls, admin = free_port(), free_port(), free_port()
    served = work / "served"
    shutil.copytree(folder, served)
    url = f"http://127.0.0.1:{port}"
    arguments = ["--data", stubs, "--location", "127.0.0.1", "--quiet"]
    arguments += ["--stubs", str(port), "--tls", str(tls), "--admin", str(admin)]
    with running(package_file("stubby", "5.1.1", "bin/stubby"), *arguments, ready=url, folder=served):
        yield url
