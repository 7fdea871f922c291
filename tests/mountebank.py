"""A real mountebank for tests: started with a config on a free loopback port, its imposters on others."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.node import free_port, package_file, running

_PORT = re.compile(r'("port"\s*:\s*)"?\d+"?')


def package(file: str) -> Path:
    """A file of mountebank's package."""
    return package_file("mountebank", "2.9.1", file)


@contextmanager
def mountebank(folder: Path, config: str, work: Path) -> Iterator[str]:
    """The URL of the one imposter of a config, served from a copy in which only its port is another."""
    port, admin = free_port(), free_port()
    served = work / "served"
    shutil.copytree(folder, served)
    for path in served.rglob("*"):
        if path.suffix in (".json", ".ejs"):
            text = path.read_text(encoding="utf-8")
            path.write_text(_PORT.sub(lambda match: f"{match.group(1)}{port}", text), encoding="utf-8")
    is_folder = (served / config).is_dir()
    if is_folder:
        (served / config).rename(served / str(port))
    options = ["--datadir", str(served)] if is_folder else ["--configfile", config]
    arguments = ["--port", str(admin), *options, "--allowInjection", "--localOnly", "--nologfile"]
    url = f"http://127.0.0.1:{port}"
    with running(package("bin/mb"), "start", *arguments, ready=url, folder=served):
        yield url
