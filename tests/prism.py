"""A real Prism for tests: started on a free loopback port with one OpenAPI description, stopped when done."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.node import free_port, package_file, running


def program() -> Path:
    """Prism's command line."""
    return package_file("@stoplight/prism-cli", "5.14.2", "dist/index.js")


@contextmanager
def prism(description: Path) -> Iterator[str]:
    """The URL at which ``prism mock`` serves a description; ready when the block begins, gone when it ends."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ("mock", str(description.resolve()), "--host", "127.0.0.1", "--port", str(port))
    with TemporaryDirectory() as folder, running(program(), *arguments, ready=url, folder=Path(folder)):
        yield url
