"""A real WireMock for tests: started on a free loopback port with a folder of mappings, and stopped."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from tests.node import ROOT, free_port
from tests.programs import JAVA, is_fine, not_run, started


def jar() -> Path:
    """WireMock's standalone jar; where Java or the jar is missing, skips loudly, or fails if all must run."""
    jars = sorted((ROOT / ".tools" / "node_modules" / "wiremock" / "build").glob("wiremock-standalone-*.jar"))
    if not shutil.which("java") or not jars:
        not_run("needs Java and WireMock's jar: npm install --prefix .tools wiremock@3.13.2")
    return jars[-1]


class WireMock:
    """A running WireMock."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        """Its root: ``mappings`` and ``__files`` are below."""

    def read_again(self) -> None:
        """Serve what lies in the folder now, and nothing else: as if it had just been started."""
        for name in ("mappings", "__files"):  # it makes them when it starts
            (self.folder / name).mkdir(exist_ok=True)
        requests.post(f"{self.url}/__admin/mappings/reset", timeout=30).raise_for_status()


@contextmanager
def wiremock(folder: Path, *options: str) -> Iterator[WireMock]:
    """Serve a folder; ready when the block begins, gone when it ends."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ["--port", str(port), "--bind-address", "127.0.0.1", "--root-dir", str(folder), "--disable-banner"]
    command = [*JAVA, "-jar", str(jar()), *arguments, *options]
    with (
        TemporaryDirectory() as logs,  # not below what it serves
        started(command, lambda: is_fine(f"{url}/__admin/mappings"), Path(logs) / "wiremock.log"),
    ):
        yield WireMock(url, folder)
