"""One fuzzed input: a file of any suffix, read as a mocks folder of its own."""

import tempfile
from pathlib import Path

from driftwatch.mocks.limits import Limits
from driftwatch.mocks.source import FolderSource
from driftwatch.model.interaction import Unreadable

SUFFIXES = (".json", ".yaml", ".har", ".bru", ".ejs", ".http", ".toml", ".json5")
"""The first byte of an input chooses among them; the rest is the file."""
NAMES = {
    ".bru": "get.bru", ".ejs": "imposters.ejs", ".json": "mappings/a.json", ".yaml": "orders-config.yaml",
    ".json5": "db.json5",
}  # fmt: skip
"""Where a file of that suffix counts most."""
SMALL = Limits(file_bytes=100_000, depth=50, nodes=20_000)


def packed(suffix: str, content: bytes) -> bytes:
    """A file as an input."""
    return bytes([SUFFIXES.index(suffix) if suffix in SUFFIXES else 0]) + content


def check(data: bytes) -> None:
    """Read one input; raises ``AssertionError`` if a reader raised anything but a refusal of its own."""
    suffix = SUFFIXES[data[0] % len(SUFFIXES)] if data else SUFFIXES[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAMES.get(suffix, f"mock{suffix}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data[1:])
        for reading in FolderSource(Path(folder), limits=SMALL).read():
            if isinstance(reading, Unreadable):
                assert not reading.reason.startswith("could not be read ("), reading
