"""A real Mockoon for tests: its command line serves one environment on a free loopback port."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.node import free_port, package_file, running


@contextmanager
def mockoon(folder: Path, environment: str, work: Path) -> Iterator[str]:
    """The URL of an environment, served from a copy of its folder; old schema versions are migrated on the way."""
    port = free_port()
    served = work / "served"
    shutil.copytree(folder, served)
    url = f"http://127.0.0.1:{port}"
    arguments = [
        "--data",
        environment,
        "--port",
        str(port),
        "--hostname",
        "127.0.0.1",
        "--repair",
        "--disable-log-to-file",
    ]
    program = package_file("@mockoon/cli", "9.9.0", "bin/run.js")
    with running(program, "start", *arguments, ready=f"{url}/mockoon-admin/none", folder=served):
        yield url
